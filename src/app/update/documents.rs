//! Opens documents, and requests their content while they are open.

use super::notify;
use crate::app::document::{Document, DocumentKind, DocumentState};
use crate::app::effect::Effect;
use crate::app::model::{Model, Overlay, OverlayKind};
use crate::domain::now::Now;

/// Opens a document. If it is already the topmost overlay, closes it; if it is below others, brings it to the top.
pub(super) fn toggle(model: &mut Model, kind: DocumentKind) {
    model.filter.editing = false;
    let is_it = |overlay: &Overlay| is_document(&overlay.kind, &kind);
    if model.overlay().is_some_and(is_it) {
        model.overlays.pop();
        return;
    }
    let open = model.overlays.iter().position(is_it);
    let overlay = match open {
        Some(index) => model.overlays.remove(index),
        None => Overlay::new(OverlayKind::Document(kind, DocumentState::Pending(None))),
    };
    model.overlays.push(overlay);
}

/// Opens the report of the selected case's incident. If a report is the topmost overlay, closes the report instead.
pub(super) fn toggle_report(model: &mut Model, now: Now) -> Vec<Effect> {
    let top = model.overlay().map(|overlay| &overlay.kind);
    if matches!(top, Some(OverlayKind::Document(DocumentKind::Report(_), _))) {
        model.overlays.pop();
        return Vec::new();
    }
    let subject = model.action_subject();
    let cases = subject.as_ref().map_or(&[][..], |subject| &subject.cases);
    let incident = cases.first().and_then(|case| case.incident.as_ref());
    match incident {
        Some(incident) => {
            toggle(model, DocumentKind::Report(incident.id.clone()));
            Vec::new()
        }
        None => notify(model, "a report needs a PagerDuty incident".to_owned(), now),
    }
}

/// Requests the topmost document again. Returns false if the topmost overlay is not a document.
pub(super) fn refresh_top(model: &mut Model) -> bool {
    let Some(OverlayKind::Document(_, state)) =
        model.overlays.last_mut().map(|overlay| &mut overlay.kind)
    else {
        return false;
    };
    if !matches!(state, DocumentState::Pending(_)) {
        *state = DocumentState::Pending(None);
    }
    true
}

/// Shows the progress of reading a document.
pub(super) fn set_progress(model: &mut Model, kind: &DocumentKind, text: String) {
    if let Some(state @ DocumentState::Pending(_)) = state_of(model, kind) {
        *state = DocumentState::Pending(Some(text));
    }
}

/// Shows a document that was read. If its page was closed, the document is dropped.
pub(super) fn set_result(model: &mut Model, kind: &DocumentKind, read: Result<Document, String>) {
    if let Some(state) = state_of(model, kind) {
        *state = read.map_or_else(DocumentState::Failed, DocumentState::Ready);
    }
}

/// Requests the documents that were just opened, and cancels the reading of documents that were closed.
pub(super) fn sync_readings(before: &Model, model: &Model) -> Vec<Effect> {
    let (then, now) = (before.pending_documents(), model.pending_documents());
    let is_closed = |kind: &&DocumentKind| {
        let mut overlays = model.overlays.iter();
        !overlays.any(|overlay| is_document(&overlay.kind, kind))
    };
    let closed = then.iter().filter(is_closed);
    let opened = now.iter().filter(|kind| !then.contains(kind));
    let cancelled = closed.map(|kind| Effect::CancelDocument((*kind).clone()));
    let asked = opened.map(|kind| Effect::ReadDocument((*kind).clone(), model.picture.clone()));
    cancelled.chain(asked).collect()
}

fn is_document(overlay: &OverlayKind, wanted: &DocumentKind) -> bool {
    matches!(overlay, OverlayKind::Document(kind, _) if kind == wanted)
}

fn state_of<'a>(model: &'a mut Model, wanted: &DocumentKind) -> Option<&'a mut DocumentState> {
    let mut overlays = model.overlays.iter_mut();
    overlays.find_map(|overlay| match &mut overlay.kind {
        OverlayKind::Document(kind, state) if kind == wanted => Some(state),
        _ => None,
    })
}

#[cfg(test)]
mod tests;
