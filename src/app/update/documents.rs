//! Opens documents, and has them read while they are open.

use crate::app::document::{Document, DocumentKind, DocumentState};
use crate::app::effect::Effect;
use crate::app::model::{Model, Overlay, OverlayKind};

/// Opens a document, or closes it if it lies on top. One that is open below comes to the top.
pub(super) fn toggle(model: &mut Model, kind: DocumentKind) {
    model.filter.editing = false;
    let is_it = |overlay: &Overlay| is_document(&overlay.kind, kind);
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

/// Has the document on top read anew. False if another overlay lies on top.
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

/// Shows how far the reading of a document is.
pub(super) fn set_progress(model: &mut Model, kind: DocumentKind, text: String) {
    if let Some(state @ DocumentState::Pending(_)) = state_of(model, kind) {
        *state = DocumentState::Pending(Some(text));
    }
}

/// Shows a document; one that is closed is dropped.
pub(super) fn set_result(model: &mut Model, kind: DocumentKind, read: Result<Document, String>) {
    if let Some(state) = state_of(model, kind) {
        *state = read.map_or_else(DocumentState::Failed, DocumentState::Ready);
    }
}

/// Has the documents read that are newly open, and cancels the reading of those that were closed.
pub(super) fn sync_readings(before: &Model, model: &Model) -> Vec<Effect> {
    let (then, now) = (before.pending_documents(), model.pending_documents());
    let is_closed = |kind: &&DocumentKind| {
        let mut overlays = model.overlays.iter();
        !overlays.any(|overlay| is_document(&overlay.kind, **kind))
    };
    let closed = then.iter().filter(is_closed);
    let opened = now.iter().filter(|kind| !then.contains(kind));
    let cancelled = closed.map(|kind| Effect::CancelDocument(*kind));
    let asked = opened.map(|kind| Effect::ReadDocument(*kind, model.picture.clone()));
    cancelled.chain(asked).collect()
}

fn is_document(overlay: &OverlayKind, wanted: DocumentKind) -> bool {
    matches!(overlay, OverlayKind::Document(kind, _) if *kind == wanted)
}

fn state_of(model: &mut Model, wanted: DocumentKind) -> Option<&mut DocumentState> {
    let mut overlays = model.overlays.iter_mut();
    overlays.find_map(|overlay| match &mut overlay.kind {
        OverlayKind::Document(kind, state) if *kind == wanted => Some(state),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::app::document::HandoffText;
    use crate::app::fixture::{model_showing, now, picture, press};
    use crate::app::msg::{CopyReason, Msg};
    use crate::app::update::update;

    fn handoff(text: &str) -> Msg {
        Msg::DocumentRead(
            DocumentKind::Handoff,
            Ok(Document::Handoff(Arc::new(HandoffText {
                text: text.to_owned(),
                is_complete: true,
            }))),
        )
    }

    #[test]
    fn a_document_is_read_while_it_is_open_and_only_then() {
        let mut model = model_showing(picture());
        let opened = press(&mut model, "T").effects;
        assert_eq!(
            opened,
            [Effect::ReadDocument(
                DocumentKind::Trends,
                model.picture.clone()
            )]
        );
        assert_eq!(press(&mut model, "j").effects, []);
        let closed = press(&mut model, "esc").effects;
        assert_eq!(closed, [Effect::CancelDocument(DocumentKind::Trends)]);
        let late = Msg::DocumentRead(DocumentKind::Trends, Err("late".to_owned()));
        assert!(!update(&mut model, late, now()).dirty);
    }

    #[test]
    fn a_handoff_is_copied_whole_and_written_anew_on_request() {
        let mut model = model_showing(picture());
        press(&mut model, "H");
        assert_eq!(press(&mut model, "y").effects, []);
        update(&mut model, handoff("# Handoff\n- a\n"), now());
        assert_eq!(
            press(&mut model, "y").effects,
            [Effect::Copy(
                "# Handoff\n- a\n".to_owned(),
                CopyReason::Asked
            )]
        );
        let again = press(&mut model, "r").effects;
        assert!(
            again.contains(&Effect::ReadDocument(
                DocumentKind::Handoff,
                model.picture.clone()
            )),
            "{again:?}"
        );
    }

    #[test]
    fn progress_is_shown_until_the_result_and_not_after_it() {
        let mut model = model_showing(picture());
        press(&mut model, "T");
        let progress = |text: &str| Msg::DocumentProgress(DocumentKind::Trends, text.to_owned());
        assert!(update(&mut model, progress("12 requests"), now()).dirty);
        let failed = Msg::DocumentRead(DocumentKind::Trends, Err("refused".to_owned()));
        assert!(update(&mut model, failed, now()).dirty);
        assert!(!update(&mut model, progress("13 requests"), now()).dirty);
    }
}
