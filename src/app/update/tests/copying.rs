//! Tests of which text is copied, and which notice is shown.

use super::*;

#[test]
fn a_link_is_copied_by_its_number() {
    let mut model = model_showing(three());
    let link = |template: &str| Link {
        name: "x".into(),
        template: template.into(),
    };
    model.policy = Policy {
        links: vec![link("https://{domain}/"), link("kubectl -n {hub} get pods")],
        ..Policy::default()
    }
    .into();
    press(&mut model, "enter");
    assert!(press(&mut model, "1").effects.is_empty());
    assert_eq!(
        press(&mut model, "2").effects,
        [Effect::Copy(
            "kubectl -n prod get pods".into(),
            CopyReason::Asked
        )]
    );
    assert!(press(&mut model, "3").effects.is_empty());
}

#[test]
fn what_was_copied_is_said() {
    let mut model = model_showing(three());
    let copied = |model: &mut Model, place, reason| {
        let copy = CopyReport {
            text: "https://leap.example/\u{1b}[2J".to_owned(),
            reason,
            outcome: CopyOutcome::Copied(place),
        };
        update(model, Msg::Copied(copy), now());
        model.notice_at(now()).unwrap().text.clone()
    };
    assert_eq!(
        copied(&mut model, None, CopyReason::Asked),
        "copied: https://leap.example/"
    );
    assert_eq!(
        copied(&mut model, Some("tmux's buffer"), CopyReason::NoBrowser),
        "no browser here; copied to tmux's buffer: https://leap.example/"
    );
    assert!(model.overlays.is_empty());
}

#[test]
fn what_may_not_have_been_copied_is_shown_and_not_called_copied() {
    for (outcome, why) in [
        (
            CopyOutcome::Unconfirmed,
            "sent to the terminal, which does not confirm the copy",
        ),
        (
            CopyOutcome::Failed("no answer".to_owned()),
            "not copied: no answer",
        ),
    ] {
        let mut model = model_showing(three());
        let copy = CopyReport {
            text: "kubectl get pods".to_owned(),
            reason: CopyReason::Asked,
            outcome,
        };
        for _ in 0..2 {
            update(&mut model, Msg::Copied(copy.clone()), now());
        }
        assert_eq!(model.overlays.len(), 1);
        let Some(OverlayKind::CopyByHand(shown)) = model.overlay().map(|top| &top.kind) else {
            panic!("{:?}", model.overlays);
        };
        assert_eq!(
            (shown.why.as_slice(), &*shown.text),
            (&[why.to_owned()][..], "kubectl get pods")
        );
        assert!(model.notice_at(now()).is_none());
        press(&mut model, "esc");
        assert!(model.overlays.is_empty());
    }
}
