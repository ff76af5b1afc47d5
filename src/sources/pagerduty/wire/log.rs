//! Log entries and notes, which say what happened to an incident.
//!
//! Addresses of notified people (`channel.notification`) have no field here, so they are never kept.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;

use super::{WireReference, WireTime, people};
use crate::domain::ids::{IncidentId, PriorityName, UserId};
use crate::domain::incident::{LogEntry, LogKind, PendingKind};
use crate::domain::text_limit::cut_words;
use crate::sources::lenient::{Field, List};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct WireLogEntry {
    id: Field<String>,
    #[serde(rename = "type")]
    kind: Field<String>,
    summary: Field<String>,
    created_at: WireTime,
    agent: Field<WireReference>,
    channel: Field<WireChannel>,
    note: Field<String>,
    incident: Field<WireReference>,
    assignees: List<WireReference>,
    user: Field<WireReference>,
    changed_actions: List<WireChangedAction>,
    acknowledgement_timeout: Field<u32>,
    event_details: Field<WireEventDetails>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct WireChannel {
    #[serde(rename = "type")]
    kind: Field<String>,
    summary: Field<String>,
    content: Field<String>,
    duration: Field<i64>,
    old_priority: Field<WireReference>,
    new_priority: Field<WireReference>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct WireEventDetails {
    description: Field<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct WireChangedAction {
    #[serde(rename = "type")]
    kind: Field<PendingKind>,
    at: WireTime,
}

impl WireLogEntry {
    /// The incident that the entry names.
    pub fn incident_id(&self) -> Option<IncidentId> {
        let incident = self.incident.as_ref();
        incident.and_then(WireReference::id).map(IncidentId::from)
    }

    /// The log entry. `requested` is the incident whose own log was read, since the entries of such a log do not always
    /// name the incident. `None` if the entry has no id, type, time or incident. Such an entry may be a snooze or an
    /// acknowledgement.
    pub fn into_log_entry(self, requested: Option<&IncidentId>) -> Option<LogEntry> {
        let at = self.created_at.value()?;
        let incident = requested.cloned().or(self.incident_id())?;
        let kind = self.parse_kind(at)?;
        let agent = self.agent.as_ref();
        let person = agent.and_then(WireReference::to_person);
        let channel = self.channel.as_ref().and_then(|it| it.kind.as_deref());
        let channel = channel.filter(|_| kind == LogKind::Trigger);
        Some(LogEntry {
            channel: channel.map(|channel| cut_words(channel).into_owned()),
            id: self.id.text()?,
            incident,
            at,
            kind,
            agent_known: person.is_some() || agent.is_some_and(WireReference::is_no_user),
            agent: person,
            summary: cut_words(self.summary.value().unwrap_or_default()).into_owned(),
        })
    }

    /// Whether entries of this type are irrelevant for every judgement. An unreadable entry of an irrelevant type can
    /// be ignored.
    pub fn decides_nothing(&self) -> bool {
        let kind = self.parse_kind(DateTime::UNIX_EPOCH);
        kind.is_some_and(|kind| kind.decides_nothing())
    }

    fn parse_kind(&self, at: DateTime<Utc>) -> Option<LogKind> {
        let kind = self.kind.as_deref().filter(|kind| !kind.is_empty())?;
        let word = kind.strip_suffix("_reference").unwrap_or(kind);
        let word = word.strip_suffix("_log_entry").unwrap_or(word);
        let to = || people(&self.assignees.items);
        Some(match word {
            "trigger" => LogKind::Trigger,
            // PagerDuty's documentation uses one of these spellings, its API the other.
            "acknowledge" | "acknowledgement" => LogKind::Acknowledge {
                timeout: self.acknowledgement_timeout.value(),
            },
            "unacknowledge" => LogKind::Unacknowledge,
            "resolve" => LogKind::Resolve,
            "assign" => LogKind::Assign { to: to() },
            "delegate" => LogKind::Delegate { to: to() },
            "escalate" => LogKind::Escalate { to: to() },
            "notify" => LogKind::Notify {
                who: self.user.as_ref().and_then(WireReference::to_person),
            },
            "annotate" => LogKind::Annotate {
                text: self.annotation_text(),
            },
            "snooze" => LogKind::Snooze {
                until: self.snooze_end(at),
            },
            "unsnooze" => LogKind::Unsnooze,
            "urgency_change" => LogKind::UrgencyChange,
            "priority_change" => self.priority_change().unwrap_or(LogKind::FieldChange),
            "field_value_change" | "custom_field_value_change" => self
                .described_priority_change()
                .unwrap_or(LogKind::FieldChange),
            "repeat_escalation_path" => LogKind::RepeatEscalation,
            "exhaust_escalation_path" => LogKind::ExhaustEscalation,
            _ => LogKind::Other(cut_words(kind).into_owned()),
        })
    }

    // The change of the priority. The priorities are in the entry's channel, or in the text of its summary.
    fn priority_change(&self) -> Option<LogKind> {
        let channel = self.channel.as_ref();
        let name = |priority: &Field<WireReference>| priority.as_ref()?.priority_name();
        let from = channel.and_then(|channel| name(&channel.old_priority));
        let to = channel.and_then(|channel| name(&channel.new_priority));
        match (&from, &to) {
            (None, None) => self.described_priority_change(),
            _ => Some(LogKind::PriorityChange { from, to }),
        }
    }

    // Parses `Priority changed from "P2" to "P1"`. An empty name means no priority.
    fn described_priority_change(&self) -> Option<LogKind> {
        let details = self.event_details.as_ref();
        let description = details.and_then(|details| details.description.as_deref());
        let texts = [self.summary.as_deref(), description];
        texts.into_iter().flatten().find_map(parse_priority_change)
    }

    // The text of an annotation: its note, or the content of its channel, or the summary of a channel of the type
    // `note`. The summary of any other channel only names the annotation's origin.
    fn annotation_text(&self) -> Option<String> {
        let channel = self.channel.as_ref();
        let is_note = |channel: &&WireChannel| channel.kind.as_deref() == Some("note");
        let content = channel.and_then(|channel| channel.content.clone().text());
        let summary = channel
            .filter(is_note)
            .and_then(|channel| channel.summary.clone().text());
        let text = self.note.clone().text().or(content).or(summary);
        text.map(|text| cut_words(text).into_owned())
    }

    fn snooze_end(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let actions = self.changed_actions.items.iter();
        let ends = actions.filter(|action| action.kind.value() == Some(PendingKind::Unacknowledge));
        let end = ends.filter_map(|action| action.at.value()).max();
        let seconds = || {
            self.channel
                .as_ref()?
                .duration
                .value()
                .and_then(TimeDelta::try_seconds)
        };
        end.or_else(|| at.checked_add_signed(seconds()?))
            .or_else(|| {
                self.changed_actions
                    .items
                    .iter()
                    .filter_map(|action| action.at.value())
                    .max()
            })
    }
}

fn parse_priority_change(text: &str) -> Option<LogKind> {
    let (field, change) = text.split_once(" changed from \"")?;
    let (from, rest) = change.split_once("\" to \"")?;
    let (to, _) = rest.split_once('"')?;
    let name = |name: &str| (!name.is_empty()).then(|| PriorityName::from(&*cut_words(name)));
    field
        .eq_ignore_ascii_case("priority")
        .then(|| LogKind::PriorityChange {
            from: name(from),
            to: name(to),
        })
}

/// A note, as `GET /incidents/{id}/notes` lists it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct WireNote {
    id: Field<String>,
    user: Field<WireReference>,
    content: Field<String>,
    created_at: WireTime,
}

impl WireNote {
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref().filter(|id| !id.is_empty())
    }

    /// When the note was written.
    pub fn created_at(&self) -> Option<DateTime<Utc>> {
        self.created_at.value()
    }

    /// Whether this user wrote the note.
    pub fn is_by(&self, user: &UserId) -> bool {
        self.user.as_ref().and_then(WireReference::id) == Some(user.as_str())
    }

    /// Whether the note has this text. Blanks at both ends and the kind of line breaks do not matter.
    pub fn has_text(&self, text: &str) -> bool {
        let lines = |text: &str| text.trim().replace("\r\n", "\n");
        self.content
            .as_deref()
            .is_some_and(|content| lines(content) == lines(text))
    }
}

/// The largest difference between the dates of a note and its log entry.
const MAX_NOTE_SKEW: TimeDelta = TimeDelta::seconds(60);

/// Gives each annotation the text of its note. An annotation's note is the nearest one in time, at most `MAX_NOTE_SKEW`
/// away. The note must be by the same person, unless one of the two authors is not known. Each note is used once. An
/// annotation without a note stays unchanged.
pub(in super::super) fn fill_in_notes<'a>(
    entries: impl Iterator<Item = &'a mut LogEntry>,
    notes: Vec<WireNote>,
) {
    let mut notes: Vec<_> = notes
        .into_iter()
        .filter_map(|note| {
            let user = note
                .user
                .as_ref()
                .and_then(WireReference::id)
                .map(str::to_owned);
            let text = cut_words(note.content.value()?).into_owned();
            Some((note.created_at.value()?, user, text))
        })
        .collect();
    for entry in entries {
        let LogKind::Annotate { text } = &mut entry.kind else {
            continue;
        };
        let agent = entry.agent.as_ref().map(|agent| agent.id.as_str());
        let nearest = notes
            .iter()
            .enumerate()
            .filter(|(_, (_, user, _))| {
                agent.is_none() || user.is_none() || user.as_deref() == agent
            })
            .map(|(index, (at, _, _))| ((*at - entry.at).abs(), index))
            .filter(|(apart, _)| *apart <= MAX_NOTE_SKEW)
            .min();
        if let Some((_, index)) = nearest {
            *text = Some(notes.swap_remove(index).2);
        }
    }
}

#[cfg(test)]
mod tests;
