//! The outcomes of a command's operations: a line each, or JSON, and the exit code.

use serde::Serialize;

use super::json_text;
use crate::domain::ids::IncidentId;
use crate::domain::operation::{NotSent, OperationKind, OperationResult, Outcome};
use crate::text::context::TextContext;
use crate::text::sanitize::{clean, clean_ascii};
use crate::wording::operation;
use crate::wording::operation::shell;

/// The outcome of a command on one incident.
#[derive(Clone, Debug, PartialEq)]
pub enum OperationReport {
    /// The batch ran.
    Finished(Outcome),
    /// Nothing was sent.
    NotSent(NotSent),
}

#[derive(Debug, Serialize)]
struct OperationJson {
    incident: Option<String>,
    action: OperationKind,
    result: OperationResult,
    detail: String,
}

impl OperationReport {
    /// In one word.
    pub fn result(&self) -> OperationResult {
        match self {
            Self::Finished(outcome) => outcome.result,
            Self::NotSent(not_sent) => not_sent.result(),
        }
    }

    /// The incident, as far as it is known.
    pub fn incident(&self) -> Option<&IncidentId> {
        match self {
            Self::Finished(outcome) => outcome.incident.as_ref(),
            Self::NotSent(not_sent) => not_sent.incident.as_ref(),
        }
    }

    fn to_json(&self, ctx: &TextContext) -> OperationJson {
        let (action, detail) = match self {
            Self::Finished(outcome) => (outcome.kind(), operation::outcome_detail(outcome, ctx)),
            Self::NotSent(not_sent) => (
                not_sent.kind,
                shell::not_sent_reason(not_sent.kind, &not_sent.reason, ctx),
            ),
        };
        OperationJson {
            incident: self.incident().map(ToString::to_string),
            action,
            result: self.result(),
            detail,
        }
    }

    fn sentence(&self, ctx: &TextContext) -> String {
        match self {
            Self::Finished(outcome) => match outcome.named_incident() {
                Some(incident) => {
                    operation::describe_outcome_on(outcome, incident, &clean(&incident.title), ctx)
                }
                None => operation::describe_outcome(outcome, ctx),
            },
            Self::NotSent(not_sent) => shell::describe_not_sent(not_sent, ctx),
        }
    }
}

/// `[{"incident","action","result","detail"}]`
///
/// # Errors
/// Never: all of it is text.
pub fn json(all: &[OperationReport], ctx: &TextContext) -> serde_json::Result<String> {
    let lines: Vec<OperationJson> = all.iter().map(|report| report.to_json(ctx)).collect();
    json_text::to_text(&lines).map(|text| text + "\n")
}

/// A line each.
pub fn text(all: &[OperationReport], ctx: &TextContext) -> String {
    let lines = all
        .iter()
        .map(|report| format!("{}\n", one_line(&report.sentence(ctx), ctx)));
    lines.collect()
}

/// Text on one line, in letters that the terminal can show.
pub fn one_line(text: &str, ctx: &TextContext) -> String {
    let line = text.replace(['\n', '\r'], " ");
    match ctx.symbols.ascii_only {
        true => clean_ascii(&line).into_owned(),
        false => line,
    }
}

/// 0 where all is done or was so before, 1 where something was refused, 3 where an outcome is not known.
pub fn exit_code(all: &[OperationReport]) -> u8 {
    let any = |result| all.iter().any(|report| report.result() == result);
    if any(OperationResult::Unknown) {
        return 3;
    }
    u8::from(any(OperationResult::Refused))
}

#[cfg(test)]
mod tests {
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
            zone: chrono_tz::Tz::UTC,
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
        assert!(lost.starts_with("not known whether it was done: a reset"));
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
}
