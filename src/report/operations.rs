//! The outcomes of a command's operations, as text or as JSON, and the exit code.

use serde::Serialize;

use super::json_text;
use crate::domain::ids::IncidentId;
use crate::domain::operation::{NotSent, OperationKind, OperationResult, Outcome};
use crate::text::context::TextContext;
use crate::text::sanitize::{clean, clean_ascii};
use crate::wording::operation;
use crate::wording::operation::shell;

/// The outcome of a command for one incident.
#[derive(Clone, Debug, PartialEq)]
pub enum OperationReport {
    /// The batch ran, with this outcome.
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
    /// The result of the operation: done, already done, refused or unknown.
    pub fn result(&self) -> OperationResult {
        match self {
            Self::Finished(outcome) => outcome.result,
            Self::NotSent(not_sent) => not_sent.result(),
        }
    }

    /// The id of the incident, if it is known.
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
/// Never: JSON can represent every report.
pub fn json(all: &[OperationReport], ctx: &TextContext) -> serde_json::Result<String> {
    let lines: Vec<OperationJson> = all.iter().map(|report| report.to_json(ctx)).collect();
    json_text::to_text(&lines).map(|text| text + "\n")
}

/// One line for each report.
pub fn text(all: &[OperationReport], ctx: &TextContext) -> String {
    let lines = all
        .iter()
        .map(|report| format!("{}\n", one_line(&report.sentence(ctx), ctx)));
    lines.collect()
}

/// Puts the text on one line. If the terminal shows only ASCII, other characters are replaced.
pub fn one_line(text: &str, ctx: &TextContext) -> String {
    let line = text.replace(['\n', '\r'], " ");
    match ctx.symbols.ascii_only {
        true => clean_ascii(&line).into_owned(),
        false => line,
    }
}

/// The exit code: 0 if each operation is done or was done before, 1 if one was refused, 3 if an outcome is not known.
pub fn exit_code(all: &[OperationReport]) -> u8 {
    let any = |result| all.iter().any(|report| report.result() == result);
    if any(OperationResult::Unknown) {
        return 3;
    }
    u8::from(any(OperationResult::Refused))
}

#[cfg(test)]
mod tests;
