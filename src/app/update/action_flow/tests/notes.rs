//! Tests of typed texts that are saved, sent, in doubt, or changed elsewhere.

use super::*;
use crate::app::fixture::picture;
use crate::app::msg::{CopyOutcome, CopyReason, CopyReport};
use crate::domain::operation::Draft;
use crate::domain::source::SourceState;
use crate::picture::Picture;

#[test]
fn a_note_is_kept_at_every_letter_until_the_server_has_it() {
    let mut model = shown();
    press(&mut model, "n");
    for (key, text) in [("h", "h"), ("i", "hi")] {
        let effects = press(&mut model, key).effects;
        assert!(
            matches!(effects.as_slice(), [Effect::SaveDraft(draft)] if draft.text == text),
            "{effects:?}"
        );
    }
    assert_eq!(press(&mut model, "enter").effects, []);
    let effects = press(&mut model, "enter").effects;
    assert!(matches!(&effects[0], Effect::SaveDraft(draft) if draft.in_doubt));
    assert_eq!(sent_batch(&effects).unwrap().operations, [plain("hi")]);
    let effects = answer(&mut model, vec![outcome("Q1", plain("hi"), DONE)]);
    assert!(matches!(effects.as_slice(), [Effect::DeleteDraft(key)] if key.purpose == "note"));
    assert!(model.drafts.is_empty());
}

#[test]
fn a_note_in_doubt_is_looked_for_before_it_is_sent_again() {
    let mut model = shown();
    press(&mut model, "n h i enter enter");
    let lost = OutcomeDetail::Unverified("no answer in 10s".into());
    let effects = answer(&mut model, vec![outcome("Q1", plain("hi"), lost)]);
    assert!(matches!(effects.as_slice(), [Effect::SaveDraft(draft)] if draft.in_doubt));
    press(&mut model, "enter n enter");
    let Step::Confirm(plan) = step(&model) else {
        panic!("{:?}", step(&model));
    };
    let operation = Operation::Note(OutgoingNote {
        text: "hi".into(),
        in_doubt: true,
    });
    assert_eq!(plan.operations, [operation]);
    let warnings = shown_warnings(&model, &plan.operations);
    assert_eq!(warnings, [Warning::NoteInDoubt]);
    // Another text counts as another note.
    press(&mut model, "esc n x enter");
    let Step::Confirm(plan) = step(&model) else {
        panic!("{:?}", step(&model));
    };
    assert_eq!(plan.operations, [plain("hix")]);
}

#[test]
fn a_note_that_was_refused_stays_a_draft_without_doubt() {
    let mut model = shown();
    press(&mut model, "n h i enter enter");
    let refused = OutcomeDetail::Rejected {
        code: None,
        text: "too many requests (429)".into(),
    };
    let effects = answer(&mut model, vec![outcome("Q1", plain("hi"), refused)]);
    assert!(
        matches!(effects.as_slice(), [Effect::SaveDraft(draft)] if !draft.in_doubt && draft.text == "hi")
    );
}

#[test]
fn a_note_in_doubt_that_is_refused_stays_in_doubt() {
    let mut model = shown();
    press(&mut model, "n h i enter enter");
    let lost = OutcomeDetail::Unverified("no answer in 10s".into());
    answer(&mut model, vec![outcome("Q1", plain("hi"), lost)]);
    let effects = press(&mut model, "enter n enter enter").effects;
    let again = sent_batch(&effects).unwrap().operations[0].clone();
    let refused = OutcomeDetail::Rejected {
        code: None,
        text: "too many requests (429)".into(),
    };
    let effects = answer(&mut model, vec![outcome("Q1", again, refused)]);
    assert!(matches!(effects.as_slice(), [Effect::SaveDraft(draft)] if draft.in_doubt));
}

#[test]
fn what_an_earlier_run_left_is_gone_on_with() {
    let mut model = shown();
    press(&mut model, "j n l a t e r esc");
    let draft = model.drafts.values().next().unwrap().clone();
    let mut next = shown();
    update(&mut next, Msg::DraftsLoaded(vec![draft]), now());
    assert_eq!(notice(&next), "1 draft was not sent: u continues it");
    press(&mut next, "u");
    let Step::Write(_, _, line) = step(&next) else {
        panic!("{:?}", step(&next));
    };
    assert_eq!(line.text(), "later");
    assert_eq!(sent(&press(&mut next, "enter enter").effects).1, ["Q2"]);
}

#[test]
fn the_editors_text_is_shown_before_it_is_sent() {
    let mut model = shown();
    press(&mut model, "n h i enter");
    assert_eq!(
        press(&mut model, "e").effects,
        [Effect::OpenEditor("hi".into())]
    );
    let effects = update(&mut model, Msg::EditorClosed(Ok("one\ntwo".into())), now()).effects;
    assert!(matches!(effects.as_slice(), [Effect::SaveDraft(draft)] if draft.text == "one\ntwo"));
    let effects = press(&mut model, "enter enter").effects;
    assert_eq!(
        sent_batch(&effects).unwrap().operations,
        [plain("one\ntwo")]
    );
    let mut same = shown();
    press(&mut same, "n h i enter");
    update(&mut same, Msg::EditorClosed(Ok("hi\n".into())), now());
    assert_eq!(notice(&same), "the editor left the text unchanged");
    assert!(matches!(step(&same), Step::Confirm(_)));
    let mut bare = fixture::model();
    update(
        &mut bare,
        Msg::EditorClosed(Err("vi: not found".into())),
        now(),
    );
    assert_eq!(notice(&bare), "the text is unchanged: vi: not found");
}

#[test]
fn what_was_begun_for_several_goes_on_for_all_of_them() {
    let mut model = shown();
    press(&mut model, "m m n h i esc u");
    let Step::Write(..) = step(&model) else {
        panic!("{:?}", step(&model));
    };
    let effects = press(&mut model, "enter enter").effects;
    assert_eq!(sent(&effects).1, ["Q1", "Q2"]);
}

#[test]
fn a_draft_whose_incident_is_over_is_copied_and_dropped_only_when_asked_twice() {
    let mut model = shown();
    press(&mut model, "n h i esc");
    let mut closed = Picture::clone(model.picture.as_ref().unwrap());
    closed.cases.remove(0);
    let over = |asked: &str| {
        let mut model = model.clone();
        show_picture(&mut model, closed.clone());
        let effects = press(&mut model, asked).effects;
        (model, effects)
    };
    let key = model.drafts.keys().next().unwrap().clone();
    let copy = || {
        [Effect::Copy(
            "hi".into(),
            CopyReason::ClosedDraft(key.clone()),
        )]
    };
    let copied = |outcome| {
        Msg::Copied(CopyReport {
            text: "hi".to_owned(),
            reason: CopyReason::ClosedDraft(key.clone()),
            outcome,
        })
    };
    let (mut first, effects) = over("u");
    assert_eq!(effects, copy());
    update(&mut first, copied(CopyOutcome::Copied(None)), now());
    assert_eq!(
        notice(&first),
        "#1 is no longer open: u again discards the draft; copied: hi"
    );
    assert_eq!(first.drafts.len(), 1);
    let effects = press(&mut first, "u").effects;
    assert!(matches!(effects.as_slice(), [Effect::DeleteDraft(_)]));
    assert_eq!(notice(&first), "draft discarded: hi");
    assert!(first.drafts.is_empty());
    for asked in ["u j u", "u u"] {
        let (other, effects) = over(asked);
        assert_eq!(effects, copy(), "another key, or not yet copied: {asked}");
        assert_eq!(other.drafts.len(), 1);
    }
    // If the copy is not certain, the text is shown until the draft is dropped.
    let (mut shown, _) = over("u");
    update(&mut shown, copied(CopyOutcome::Unconfirmed), now());
    let Some(OverlayKind::CopyByHand(page)) = shown.overlay().map(|top| &top.kind) else {
        panic!("{:?}", shown.overlays);
    };
    assert_eq!(page.text, "hi");
    assert_eq!(
        page.why[0],
        "#1 is no longer open: u again discards the draft"
    );
    let effects = press(&mut shown, "u").effects;
    assert!(matches!(effects.as_slice(), [Effect::DeleteDraft(_)]));
    assert!(shown.overlays.is_empty());
}

fn saved(model: &mut Model) -> Vec<Effect> {
    let draft = model.drafts.values().next().unwrap().clone();
    update(model, Msg::DraftSaved(draft), now()).effects
}

fn save_failed(model: &mut Model) {
    let key = model.drafts.keys().next().unwrap().clone();
    let why = "No space left on device".to_owned();
    update(model, Msg::DraftSaveFailed { key, why }, now());
}

#[test]
fn it_is_kept_as_a_draft_only_once_the_disk_has_it() {
    let mut model = shown();
    press(&mut model, "n h i esc");
    assert_eq!(notice(&model), operation::DRAFT_BEING_SAVED);
    let older = Draft {
        text: "h".to_owned(),
        ..model.drafts.values().next().unwrap().clone()
    };
    update(&mut model, Msg::DraftSaved(older), now());
    assert_eq!(notice(&model), operation::DRAFT_BEING_SAVED);
    assert_eq!(saved(&mut model), []);
    assert_eq!(notice(&model), operation::KEPT_AS_DRAFT);
    press(&mut model, "u esc");
    assert_eq!(notice(&model), operation::KEPT_AS_DRAFT);
    press(&mut model, "u o esc");
    save_failed(&mut model);
    press(&mut model, "u esc");
    assert!(
        notice(&model).contains("not on the disk"),
        "{}",
        notice(&model)
    );
    assert!(
        notice(&model).contains("No space left"),
        "{}",
        notice(&model)
    );
}

#[test]
fn leaving_asks_while_what_was_typed_is_not_on_the_disk() {
    for quit in ["q", "ctrl-c"] {
        let mut model = shown();
        press(&mut model, "n h i esc");
        save_failed(&mut model);
        assert_eq!(press(&mut model, quit).effects, []);
        assert!(
            notice(&model).contains("quitting loses"),
            "{}",
            notice(&model)
        );
        press(&mut model, "j");
        assert_eq!(
            press(&mut model, quit).effects,
            [],
            "another key came between"
        );
        assert_eq!(press(&mut model, quit).effects, [Effect::Quit]);
    }
}

#[test]
fn leaving_waits_for_the_disk_and_for_nothing_else() {
    let mut model = shown();
    press(&mut model, "n h i esc");
    assert_eq!(press(&mut model, "q").effects, []);
    assert_eq!(saved(&mut model), [Effect::Quit]);
    let mut model = shown();
    press(&mut model, "n h i esc");
    saved(&mut model);
    assert_eq!(press(&mut model, "q").effects, [Effect::Quit]);
    let mut model = shown();
    press(&mut model, "n h i esc q");
    save_failed(&mut model);
    assert!(
        notice(&model).contains("quitting loses"),
        "{}",
        notice(&model)
    );
    assert_eq!(press(&mut model, "q").effects, [Effect::Quit]);
}

#[test]
fn a_draft_waits_while_it_is_not_known_what_is_open() {
    let mut model = shown();
    press(&mut model, "n h i esc");
    let mut before = picture();
    before.cases.clear();
    for source in &mut before.sources {
        source.state = SourceState::Waiting;
    }
    show_picture(&mut model, before);
    assert_eq!(press(&mut model, "u u").effects, []);
    assert_eq!(notice(&model), crate::wording::operation::NOT_ENOUGH_DATA);
    assert_eq!(model.drafts.len(), 1);
}
