//! Documents: views that are read or written only while they are open.

use std::sync::Arc;

use super::model::{Model, OverlayKind};
use crate::domain::ids::IncidentId;
use crate::review::trends::TrendsReading;

/// The documents.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DocumentKind {
    /// Figures of past incidents.
    Trends,
    /// What the next person on call should know.
    Handoff,
    /// The draft of an incident's report.
    Report(IncidentId),
}

/// A document's content.
#[derive(Clone, Debug, PartialEq)]
pub enum Document {
    Trends(Arc<TrendsReading>),
    Handoff(Arc<MarkdownText>),
    Report(Arc<MarkdownText>),
}

/// A document in Markdown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkdownText {
    pub text: String,
    /// Whether all of its sources could be read.
    pub is_complete: bool,
}

/// How far a document is.
#[derive(Clone, Debug, PartialEq)]
pub enum DocumentState {
    /// It is being read; how far, once that is known.
    Pending(Option<String>),
    Ready(Document),
    /// Why there is none.
    Failed(String),
}

impl Model {
    /// The documents that are being read.
    pub fn pending_documents(&self) -> Vec<DocumentKind> {
        let overlays = self.overlays.iter();
        let pending = overlays.filter_map(|overlay| match &overlay.kind {
            OverlayKind::Document(kind, DocumentState::Pending(_)) => Some(kind.clone()),
            _ => None,
        });
        pending.collect()
    }

    /// The handoff or the report that lies on top.
    pub fn text_on_top(&self) -> Option<&MarkdownText> {
        match &self.overlay()?.kind {
            OverlayKind::Document(
                _,
                DocumentState::Ready(Document::Handoff(text) | Document::Report(text)),
            ) => Some(text),
            _ => None,
        }
    }
}
