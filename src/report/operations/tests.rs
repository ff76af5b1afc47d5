use chrono::DateTime;
use serde_json::Value;

use super::*;
use crate::domain::now::Now;
use crate::domain::operation::{NotSentReason, Operation, OutcomeDetail};
use crate::text::symbols::{ASCII, Symbols, UNICODE};

fn ctx(symbols: &'static Symbols) -> TextContext {
    let now = Now {
        wall: DateTime::UNIX_EPOCH,
        mono: std::time::Duration::ZERO,
    };
    TextContext {
        now,
        zone: crate::domain::zone::Zone::UTC,
        symbols,
    }
}

fn report(why: OutcomeDetail) -> OperationReport {
    let id = IncidentId::from("Q1");
    OperationReport::Finished(Outcome::new(&Operation::Acknowledge, Some(&id), why, None))
}

fn done() -> OperationReport {
    report(OutcomeDetail::Confirmed {
        at: Some(DateTime::UNIX_EPOCH),
        response_lost: false,
        other_acks: Vec::new(),
    })
}

fn unsent(reason: NotSentReason) -> OperationReport {
    OperationReport::NotSent(NotSent {
        incident: Some("5099".into()),
        number: None,
        kind: OperationKind::Acknowledge,
        reason,
    })
}

#[test]
fn each_has_the_contracts_four_fields_and_no_others() {
    let all = [
        done(),
        report(OutcomeDetail::Unverified("a reset\nof the line".into())),
        unsent(NotSentReason::Unconfirmed),
    ];
    let said: Value = serde_json::from_str(&json(&all, &ctx(&UNICODE)).unwrap()).unwrap();
    let line = |incident: &str, result: &str, detail: &str| serde_json::json!({ "incident": incident, "action": "acknowledge", "result": result, "detail": detail });
    let lost = said[1]["detail"].as_str().unwrap();
    assert!(lost.starts_with("unknown whether it was done: a reset"));
    assert_eq!(
        said,
        serde_json::json!([
            line("Q1", "done", "acknowledged 00:00:00"),
            line("Q1", "unknown", lost),
            line("5099", "refused", "not confirmed"),
        ])
    );
}

#[test]
fn text_is_a_line_for_each() {
    let all = [
        done(),
        report(OutcomeDetail::Unreachable("two\nlines".into())),
        unsent(NotSentReason::NoIncident),
    ];
    assert_eq!(
        text(&all, &ctx(&UNICODE)),
        "Q1 acknowledged 00:00:00\nQ1 not sent: two lines\n#5099 not sent: PagerDuty has no such incident\n"
    );
    let quoted = unsent(NotSentReason::NotFound(
        crate::domain::operation::LookupKind::Priority,
        "Zoë".into(),
        Vec::new(),
    ));
    assert!(text(&[quoted], &ctx(&ASCII)).is_ascii());
}

#[test]
fn what_is_not_known_weighs_more_than_what_was_refused() {
    let (refused, unknown) = (
        report(OutcomeDetail::Skipped),
        report(OutcomeDetail::Unverified(String::new())),
    );
    let before = report(OutcomeDetail::Already {
        by: Vec::new(),
        at: None,
        other_acks: Vec::new(),
    });
    let code = |all: &[&OperationReport]| {
        let all: Vec<OperationReport> = all.iter().map(|report| (*report).clone()).collect();
        exit_code(&all)
    };
    assert_eq!(code(&[&done(), &before]), 0);
    assert_eq!(code(&[&done(), &refused]), 1);
    assert_eq!(code(&[&refused, &unknown, &done()]), 3);
    assert_eq!(code(&[]), 0);
}
