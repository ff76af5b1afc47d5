//! Documents: pages whose content is fetched and kept only while they are on the screen.

use std::sync::Arc;

use super::model::{Model, OverlayKind};
use crate::domain::ids::IncidentId;
use crate::review::trends::TrendsReading;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DocumentKind {
    /// Figures about past incidents.
    Trends,
    /// The handoff for the next person on call.
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
    /// Whether all sources of the document could be read.
    pub is_complete: bool,
}

/// The state of a document.
#[derive(Clone, Debug, PartialEq)]
pub enum DocumentState {
    /// The document is being read. The text describes the progress, once it is known.
    Pending(Option<String>),
    Ready(Document),
    /// Why the document could not be read.
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

    /// The text of the handoff or report that is the topmost overlay.
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
