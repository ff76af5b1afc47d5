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
