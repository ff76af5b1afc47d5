//! Parses an Alertmanager's answers into domain types.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::wire::{AlertStatus, ErrorBody, GettableAlert, GettableSilence, Status};
use crate::domain::alert::{AlertmanagerAlert, Suppression};
use crate::domain::labels::Interner;
use crate::domain::source::{ItemKind, UnreadableItems};
use crate::domain::text_limit::{cut_key, cut_words};
use crate::sources::error::SourceError;
use crate::sources::http::{NULL_ANSWER, describe_garbled, is_null};
use crate::sources::lenient::List;
use crate::sources::scalar::{Pairs, Scalar};

/// An alert and the ids of the silences that match it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ListedAlert {
    pub(super) alert: AlertmanagerAlert,
    pub(super) silenced_by: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Silence {
    by: Option<String>,
    comment: Option<String>,
    until: Option<DateTime<Utc>>,
}

/// Silences by id.
pub(super) type Silences = BTreeMap<String, Silence>;

/// Parses `/api/v2/alerts`. An alert without labels cannot be identified, and an alert without a status may be
/// suppressed. Both are reported as unreadable.
///
/// # Errors
/// The text is not a list, or no element of the list can be read.
pub(super) fn alerts(
    body: &[u8],
    interner: &mut Interner,
) -> Result<(Vec<ListedAlert>, UnreadableItems), SourceError> {
    let listed: List<GettableAlert<'_>> = parse_list(body)?;
    let mut unreadable = UnreadableItems::default();
    unreadable.push_shapeless(ItemKind::Alert, listed.unreadable);
    let mut alerts = Vec::with_capacity(listed.items.len());
    for alert in &listed.items {
        match alert.labels.as_ref() {
            Some(labels) => {
                let listed = listed_alert(alert, labels, interner);
                if let Some(problem) = status_problem(alert) {
                    let name = listed.alert.labels.get("alertname");
                    unreadable.push(ItemKind::Alert, name, problem);
                }
                alerts.push(listed);
            }
            None => unreadable.push(ItemKind::Alert, None, "it has no readable labels"),
        }
    }
    if alerts.is_empty() && !unreadable.is_empty() {
        let text = "none of its alerts can be read";
        return Err(SourceError::garbled(text));
    }
    Ok((alerts, unreadable))
}

fn listed_alert(
    alert: &GettableAlert<'_>,
    labels: &Pairs<'_>,
    interner: &mut Interner,
) -> ListedAlert {
    let written: Vec<_> = labels.iter().collect();
    let labels = interner.labels(written.iter().map(|(name, value)| (*name, value.as_ref())));
    let receivers = alert.receivers.items.iter();
    ListedAlert {
        alert: AlertmanagerAlert {
            fingerprint: alert
                .fingerprint
                .text()
                .and_then(|text| text.parse().ok())
                .unwrap_or_else(|| labels.fingerprint()),
            starts_at: alert.starts_at.time().datetime(),
            suppressed: known_status(alert).and_then(suppression),
            receivers: receivers
                .filter_map(|receiver| receiver.name.text())
                .map(|name| cut_key(name).into_owned())
                .collect(),
            unprocessed: is_unprocessed(alert),
            labels,
        },
        silenced_by: known_status(alert).map(silenced_by).unwrap_or_default(),
    }
}

// A status with an unknown state is ignored as a whole.
fn known_status<'a, 'b>(alert: &'a GettableAlert<'b>) -> Option<&'a AlertStatus<'b>> {
    let status = alert.status.as_ref()?;
    let is_known = matches!(
        status.state.text(),
        Some("active" | "suppressed" | "unprocessed")
    );
    is_known.then_some(status)
}

fn status_problem(alert: &GettableAlert<'_>) -> Option<&'static str> {
    match (alert.status.as_ref(), known_status(alert)) {
        (None, _) => Some("it has no readable status"),
        (Some(_), None) => Some("its state is unknown"),
        (Some(_), Some(_)) => None,
    }
}

fn is_unprocessed(alert: &GettableAlert<'_>) -> bool {
    let status = alert.status.as_ref();
    status.is_some_and(|status| status.state.text() == Some("unprocessed"))
}

// An active alert is not suppressed, whatever its other fields say.
fn is_active(status: &AlertStatus<'_>) -> bool {
    status.state.text() == Some("active")
}

/// The reason why an alert is suppressed. If there are several reasons, a silence is preferred, since a person can end
/// it. If no reason is given, a time interval mutes the alert, since `/alerts` leaves `mutedBy` empty.
fn suppression(status: &AlertStatus<'_>) -> Option<Suppression> {
    let any = |list: &List<Scalar<'_>>| !list.items.is_empty();
    if is_active(status) {
        None
    } else if any(&status.silenced_by) {
        Some(Suppression::Silenced {
            by: None,
            comment: None,
            until: None,
        })
    } else if any(&status.inhibited_by) {
        Some(Suppression::Inhibited)
    } else if any(&status.muted_by) || status.state.text() == Some("suppressed") {
        Some(Suppression::Muted)
    } else {
        None
    }
}

fn silenced_by(status: &AlertStatus<'_>) -> Vec<String> {
    let ids = status.silenced_by.items.iter();
    ids.filter(|_| !is_active(status))
        .map(|id| id.to_cow_str().into_owned())
        .collect()
}

/// Reads `/api/v2/silences`.
pub(super) fn silences(body: &[u8]) -> Result<Silences, SourceError> {
    let listed: List<GettableSilence<'_>> = parse_list(body)?;
    Ok(listed.items.iter().map(to_silence).collect())
}

fn to_silence(silence: &GettableSilence<'_>) -> (String, Silence) {
    let own = |scalar: &Scalar<'_>| scalar.text().map(|text| cut_words(text).into_owned());
    let what = Silence {
        by: own(&silence.created_by),
        comment: own(&silence.comment),
        until: silence.ends_at.time().datetime(),
    };
    (silence.id.to_cow_str().into_owned(), what)
}

/// Adds the silence to the alert. Of several silences, the one that ends last counts: it keeps the alert quiet the
/// longest.
pub(super) fn with_silence(listed: ListedAlert, silences: &Silences) -> AlertmanagerAlert {
    let ListedAlert {
        mut alert,
        silenced_by,
    } = listed;
    let named = silenced_by.iter().filter_map(|id| silences.get(id));
    if let Some(silence) = named.max_by_key(|silence| silence.until) {
        alert.suppressed = Some(Suppression::Silenced {
            by: silence.by.clone(),
            comment: silence.comment.clone(),
            until: silence.until,
        });
    }
    alert
}

/// Reads the configuration out of `/api/v2/status`.
pub(super) fn config(body: &[u8]) -> Result<Option<Arc<str>>, SourceError> {
    let status: Status<'_> = parse_json(body)?;
    let original = status.config.as_ref();
    Ok(original.and_then(|config| config.original.text().map(Arc::from)))
}

fn parse_list<'a, T: serde::Deserialize<'a>>(body: &'a [u8]) -> Result<List<T>, SourceError> {
    let list: List<T> = parse_json(body)?;
    match list.is_present {
        true => Ok(list),
        false if is_null(body) => Err(SourceError::garbled(NULL_ANSWER)),
        false => Err(SourceError::garbled("unexpected JSON: it is not a list")),
    }
}

fn parse_json<'a, T: serde::Deserialize<'a>>(body: &'a [u8]) -> Result<T, SourceError> {
    serde_json::from_slice(body)
        .map_err(|error| SourceError::garbled(describe_garbled(body, &error)))
}

const MAX_MESSAGE_CHARS: usize = 300;

/// The message in the body of an error. Handlers answer with a bare string, the API framework answers with an object.
pub(super) fn error_message(body: &[u8]) -> Option<String> {
    let bare: Option<String> = serde_json::from_slice(body).ok();
    let said = bare.or_else(|| {
        let refusal: ErrorBody<'_> = serde_json::from_slice(body).ok()?;
        refusal.message.text().map(str::to_owned)
    })?;
    let line: String = said.trim().chars().take(MAX_MESSAGE_CHARS).collect();
    (!line.is_empty()).then_some(line)
}

#[cfg(test)]
mod tests;
