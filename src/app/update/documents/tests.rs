use std::sync::Arc;

use super::*;
use crate::app::document::MarkdownText;
use crate::app::fixture::action_flow::{assigned_case, picture_with_directory};
use crate::app::fixture::{model, model_showing, now, picture, press};
use crate::app::msg::{CopyReason, Msg};
use crate::app::update::update;

fn handoff(text: &str) -> Msg {
    Msg::DocumentRead(
        DocumentKind::Handoff,
        Ok(Document::Handoff(Arc::new(MarkdownText {
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

#[test]
fn a_report_is_of_the_selected_cases_incident() {
    let mut model = model();
    press(&mut model, "P");
    assert!(model.overlays.is_empty() && model.notice.is_some());
    let picture = picture_with_directory(vec![assigned_case("Q1", "Bo")]);
    let mut model = model_showing(picture);
    let kind = DocumentKind::Report("Q1".into());
    let effects = press(&mut model, "P").effects;
    assert!(matches!(effects.as_slice(), [Effect::ReadDocument(asked, _)] if *asked == kind));
    press(&mut model, "P");
    assert!(model.overlays.is_empty(), "the same key closes it");
    press(&mut model, "enter");
    press(&mut model, "P");
    assert!(matches!(
        model.overlay().map(|it| &it.kind),
        Some(OverlayKind::Document(shown, _)) if *shown == kind
    ));
}
