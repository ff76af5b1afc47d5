//! A draft belongs to the PagerDuty account for which it was typed.

use std::sync::Arc;

use super::*;
use crate::app::fixture::action_flow::with_incident;
use crate::app::model::SessionOptions;
use crate::domain::operation::{Draft, DraftAccount};
use crate::domain::policy::Policy;
use crate::picture::Picture;

const API: &str = "https://api.pagerduty.com";

fn picture_of(host: &str) -> Picture {
    let case = with_incident(assigned_case("Q1", "Bo"), |incident| {
        incident.url = Some(format!("https://{host}/incidents/Q1"));
    });
    picture_with_directory(vec![case])
}

fn model_at(api: &str) -> Model {
    let policy = Policy {
        pagerduty_api: Some(api.to_owned()),
        ..Policy::default()
    };
    let session = SessionOptions {
        demo: false,
        read_only: false,
        zone: crate::domain::zone::Zone::UTC,
    };
    Model::new(Arc::new(policy), session)
}

fn draft_typed_for(api: &str, host: &str) -> Draft {
    let mut model = model_at(api);
    show_picture(&mut model, picture_of(host));
    press(&mut model, "n h i");
    model.drafts.values().next().expect("a draft").clone()
}

fn found_by(api: &str, host: &str, draft: &Draft) -> Model {
    let mut model = model_at(api);
    update(&mut model, Msg::DraftsLoaded(vec![draft.clone()]), now());
    show_picture(&mut model, picture_of(host));
    model
}

#[test]
fn a_draft_is_offered_on_no_incident_of_another_account() {
    let draft = draft_typed_for(API, "acme.pagerduty.com");
    let own = found_by(API, "acme.pagerduty.com", &draft);
    assert_eq!(own.unsent_draft_count(), 1);
    for (api, host) in [
        (API, "other.pagerduty.com"),
        ("https://api.eu.pagerduty.com", "acme.eu.pagerduty.com"),
    ] {
        let mut other = found_by(api, host, &draft);
        assert_eq!(other.unsent_draft_count(), 0, "{api} {host}");
        press(&mut other, "u");
        assert!(
            notice(&other).contains("1 for another stays"),
            "{}",
            notice(&other)
        );
        press(&mut other, "n");
        let Step::Write(_, _, line) = step(&other) else {
            panic!("{:?}", step(&other));
        };
        assert_eq!(line.text(), "");
        let effects = press(&mut other, "o").effects;
        let deletes = |effect: &Effect| matches!(effect, Effect::DeleteDraft(_));
        assert!(!effects.iter().any(deletes), "it stays on the disk");
        let key = other.drafts.keys().next().unwrap();
        assert_ne!(*key, draft.key(), "and so in a file of its own");
    }
}

#[test]
fn a_draft_of_an_older_version_is_offered_and_its_account_is_not_known() {
    let old = Draft {
        account: None,
        ..draft_typed_for(API, "acme.pagerduty.com")
    };
    let mut model = found_by(API, "acme.pagerduty.com", &old);
    let ctx = crate::text::context::TextContext {
        now: now(),
        zone: crate::domain::zone::Zone::UTC,
        symbols: &crate::text::symbols::UNICODE,
    };
    let said = operation::describe_draft(&old, &ctx).text;
    assert!(said.contains("for an unknown account"), "{said}");
    press(&mut model, "u");
    let effects = press(&mut model, "o").effects;
    assert!(
        effects.contains(&Effect::DeleteDraft(old.key())),
        "{effects:?}"
    );
    let draft = model.drafts.values().next().unwrap();
    let account = DraftAccount::new(API, Some("https://acme.pagerduty.com/"));
    assert_eq!(
        (draft.text.as_str(), &draft.account),
        ("hio", &Some(account))
    );
    assert_eq!(model.drafts.len(), 1);
}
