//! The time-box of an incident, derived from PagerDuty's log entry by entry. A note can begin a time-box. Without such
//! a note, the time-box begins when a person acknowledges an incident that nobody owns, and lasts until that ownership
//! ends.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::ids::UserId;
use super::incident::{LogEntry, LogKind, Person};
use super::note::TimeBoxNote;
use super::now::time_after;

/// The state of the time-box after the log entries that were applied so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TimeBox {
    holders: BTreeSet<UserId>,
    since: Option<DateTime<Utc>>,
    started: Option<(DateTime<Utc>, Duration)>,
    extended: Duration,
    has_verdict: bool,
}

impl TimeBox {
    /// Applies the next log entry. `is_human` distinguishes people from bots.
    pub fn apply(mut self, entry: &LogEntry, is_human: &dyn Fn(&Person) -> bool) -> Self {
        match &entry.kind {
            LogKind::Acknowledge { .. } => {
                let human = entry.agent.as_ref().filter(|agent| is_human(agent));
                if let Some(agent) = human {
                    self.since = self.since.or(Some(entry.at));
                    self.holders.insert(agent.id.clone());
                }
                self
            }
            // Assigning the incident to somebody who already holds it does not end the ownership. A holder who is
            // not among the new assignees no longer holds it.
            LogKind::Assign { to } | LogKind::Escalate { to } | LogKind::Delegate { to } => {
                let is_held = !to.is_empty() && to.iter().all(|who| self.holders.contains(&who.id));
                if !is_held {
                    return Self::default();
                }
                self.holders = to.iter().map(|who| who.id.clone()).collect();
                self
            }
            LogKind::Trigger
            | LogKind::Unacknowledge
            | LogKind::Resolve
            | LogKind::Snooze { .. }
            | LogKind::Unsnooze => Self::default(),
            LogKind::Annotate { text: Some(text) } => self.apply_note(entry.at, text),
            _ => self,
        }
    }

    fn apply_note(mut self, at: DateTime<Utc>, text: &str) -> Self {
        match TimeBoxNote::parse(text) {
            Some(TimeBoxNote::Start(length)) => {
                self.started = Some((at, length));
                self.extended = Duration::ZERO;
                self.has_verdict = false;
            }
            Some(TimeBoxNote::Extend(more, _)) => self.extended += more,
            Some(TimeBoxNote::Verdict(..)) => self.has_verdict = true,
            None => {}
        }
        self
    }

    /// Whether a note ended the time-box.
    pub fn has_verdict(&self) -> bool {
        self.has_verdict
    }

    /// The end of a time-box that a note started. `None` if no note started a time-box.
    pub fn started_box_ends_at(&self) -> Option<DateTime<Utc>> {
        let (at, length) = self.started?;
        Some(time_after(at, length + self.extended))
    }

    /// `length` plus the extensions that notes added.
    pub fn extended(&self, length: Duration) -> Duration {
        length + self.extended
    }

    /// The end of the time-box. If a note started the time-box, the note gives the end. Otherwise the time-box ends
    /// after `length`, the length for the incident's priority. `None` if no time-box runs.
    pub fn ends_at(&self, length: Option<Duration>) -> Option<DateTime<Utc>> {
        if self.has_verdict {
            return None;
        }
        self.started_box_ends_at()
            .or_else(|| Some(time_after(self.since?, self.extended(length?))))
    }
}
