//! An upstream that is polled, and how far its data can be trusted.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::now::Now;

/// What kind of upstream a source is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::Display,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum SourceKind {
    /// A Prometheus, or what answers as one.
    Prometheus,
    /// An Alertmanager.
    Alertmanager,
    /// PagerDuty's REST API.
    Pagerduty,
    /// A public status page.
    StatusPage,
    /// The hub probes as a whole.
    Probes,
}

/// A source's name: `prometheus/leap`, `pagerduty`, `probes`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId {
    /// Its kind.
    pub kind: SourceKind,
    /// Its name in the configuration; empty where there is only one of the kind.
    pub name: Arc<str>,
}

impl SourceId {
    /// The source of this kind and name.
    pub fn new(kind: SourceKind, name: &str) -> Self {
        Self {
            kind,
            name: name.into(),
        }
    }
}

impl fmt::Display for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.name.is_empty() {
            write!(f, "{}", self.kind)
        } else {
            write!(f, "{}/{}", self.kind, self.name)
        }
    }
}

impl Serialize for SourceId {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SourceId {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let (kind, name) = text.split_once('/').unwrap_or((&text, ""));
        let kind =
            SourceKind::deserialize(serde::de::value::StrDeserializer::<D::Error>::new(kind))?;
        Ok(Self::new(kind, name))
    }
}

/// How far a source's data can be trusted, best first.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::Display,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum SourceState {
    /// The last poll was good.
    Live,
    /// The last poll failed or is overdue, within the budget of three intervals: its data counts.
    Late,
    /// It has never answered yet, nor failed.
    Waiting,
    /// The budget is exceeded.
    Stale,
    /// The budget is exceeded with errors, or an error that will not heal by itself.
    Down,
}

impl SourceState {
    /// Whether its data counts as the present.
    pub fn is_fresh(self) -> bool {
        matches!(self, Self::Live | Self::Late)
    }
}

/// Why a poll failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The name did not resolve, or nothing accepted the connection.
    Unreachable,
    /// No answer in time.
    TimedOut,
    /// The certificate or the handshake was refused.
    Tls,
    /// 401 or 403, or a secret that could not be had.
    Credentials,
    /// The configuration cannot work: a missing file, a wrong path (404), a plan without the feature.
    Configuration,
    /// 429.
    RateLimited,
    /// Another status that says no.
    Refused,
    /// An answer that is not what was promised.
    Garbled,
    /// An answer above the size that is read.
    TooLarge,
    /// Our own fault: the source's task ended with a panic and was started again.
    Internal,
}

impl FailureKind {
    /// Whether waiting can mend it; if not the source is down at once.
    pub fn is_transient(self) -> bool {
        !matches!(self, Self::Credentials | Self::Configuration)
    }
}

/// A poll that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Why.
    pub kind: FailureKind,
    /// In words that a person can act on; never holds a secret.
    pub text: String,
    /// When the first failure since the last good answer came.
    pub since: Now,
    /// When the latest came.
    pub at: Now,
}

/// What a source said, and when it was asked: data is as old as the question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer<T> {
    /// When the question was sent.
    pub asked_at: Now,
    /// When the answer was there.
    pub got_at: Now,
    /// The server's own clock (its `Date` header), to show how far the clocks are apart.
    #[serde(default)]
    pub server_clock: Option<DateTime<Utc>>,
    /// What it said.
    pub body: T,
}

/// How much of an upstream's request budget is left (PagerDuty's `ratelimit-*` headers).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateBudget {
    /// Requests in the window.
    pub limit: u32,
    /// Requests left in it.
    pub remaining: u32,
    /// When the window ends.
    pub resets_at: DateTime<Utc>,
}

/// One source's place: the last good answer stays beside whatever went wrong since.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Slot<T> {
    /// Which source.
    pub id: SourceId,
    /// How often it is asked.
    pub interval: Duration,
    /// The last good answer.
    pub answer: Option<Arc<Answer<T>>>,
    /// What went wrong since; none after a good answer.
    pub failure: Option<Failure>,
    /// What the upstream says of our request budget, where it does.
    #[serde(default)]
    pub rate: Option<RateBudget>,
}

// Not derived: a body is shared, so that it need not be clonable itself.
impl<T> Clone for Slot<T> {
    fn clone(&self) -> Self {
        Self {
            id: self.id.clone(),
            interval: self.interval,
            answer: self.answer.clone(),
            failure: self.failure.clone(),
            rate: self.rate,
        }
    }
}

/// A source's data counts for three of its intervals.
pub const BUDGET_INTERVALS: u32 = 3;

impl<T> Slot<T> {
    /// A source that has not answered yet.
    pub fn waiting(id: SourceId, interval: Duration) -> Self {
        Self {
            id,
            interval,
            answer: None,
            failure: None,
            rate: None,
        }
    }

    /// What it last said, however old.
    pub fn body(&self) -> Option<&T> {
        self.answer.as_deref().map(|answer| &answer.body)
    }

    /// What it last said, if that still counts.
    pub fn fresh_body(&self, now: Now) -> Option<&T> {
        self.body().filter(|_| self.state(now).is_fresh())
    }

    /// Keeps a good answer; the failure before it is over.
    pub fn succeed(&mut self, answer: Answer<T>) {
        self.answer = Some(Arc::new(answer));
        self.failure = None;
    }

    /// Notes a failed poll beside the last good answer, which stays.
    pub fn fail(&mut self, kind: FailureKind, text: impl Into<String>, at: Now) {
        let since = self.failure.as_ref().map_or(at, |failure| failure.since);
        self.failure = Some(Failure {
            kind,
            text: text.into(),
            since,
            at,
        });
    }

    /// How old its data is.
    pub fn age(&self, now: Now) -> Option<Duration> {
        self.answer
            .as_ref()
            .map(|answer| now.since(answer.asked_at))
    }

    /// How long the last good answer took.
    pub fn latency(&self) -> Option<Duration> {
        self.answer
            .as_ref()
            .map(|answer| answer.got_at.since(answer.asked_at))
    }

    /// How long data counts.
    pub fn budget(&self) -> Duration {
        self.interval * BUDGET_INTERVALS
    }

    /// The state at `now`, by PRODUCT's table of words.
    pub fn state(&self, now: Now) -> SourceState {
        let Some(age) = self.age(now) else {
            return match self.failure {
                None => SourceState::Waiting,
                Some(_) => SourceState::Down,
            };
        };
        match &self.failure {
            Some(failure) if !failure.kind.is_transient() => SourceState::Down,
            Some(_) if age > self.budget() => SourceState::Down,
            Some(_) => SourceState::Late,
            None if age > self.budget() => SourceState::Stale,
            None if age > self.overdue_after() => SourceState::Late,
            None => SourceState::Live,
        }
    }

    /// When the state would change although nothing more is heard, as an age of the answer.
    pub fn next_state_change(&self, now: Now) -> Option<Duration> {
        let age = self.age(now)?;
        [self.overdue_after(), self.budget()]
            .into_iter()
            .find(|limit| age <= *limit)
            .map(|limit| limit - age + Duration::from_millis(1))
    }

    /// A poll is overdue when its turn, with jitter and a slow answer, is well past.
    fn overdue_after(&self) -> Duration {
        self.interval * 3 / 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Now {
        Now {
            wall: DateTime::UNIX_EPOCH + Duration::from_secs(seconds),
            mono: Duration::from_secs(seconds),
        }
    }

    fn slot() -> Slot<u8> {
        let id = SourceId::new(SourceKind::Prometheus, "leap");
        Slot::waiting(id, Duration::from_secs(30))
    }

    fn answered(seconds: u64) -> Slot<u8> {
        let mut slot = slot();
        slot.succeed(Answer {
            asked_at: at(seconds),
            got_at: at(seconds),
            server_clock: None,
            body: 1,
        });
        slot
    }

    #[test]
    fn a_source_that_never_answered_waits_until_it_fails() {
        let mut slot = slot();
        assert_eq!(slot.state(at(0)), SourceState::Waiting);
        slot.fail(FailureKind::TimedOut, "no answer in 10s", at(1));
        assert_eq!(slot.state(at(1)), SourceState::Down);
    }

    #[test]
    fn data_counts_for_three_intervals() {
        let slot = answered(0);
        assert_eq!(slot.state(at(45)), SourceState::Live);
        assert_eq!(slot.state(at(46)), SourceState::Late);
        assert_eq!(slot.state(at(90)), SourceState::Late);
        assert_eq!(slot.state(at(91)), SourceState::Stale);
    }

    #[test]
    fn errors_make_late_at_once_and_down_past_the_budget() {
        let mut slot = answered(0);
        slot.fail(FailureKind::Refused, "502", at(30));
        slot.fail(FailureKind::Refused, "503", at(60));
        assert_eq!(slot.failure.as_ref().unwrap().since, at(30));
        assert_eq!(slot.state(at(60)), SourceState::Late);
        assert_eq!(slot.state(at(91)), SourceState::Down);
    }

    #[test]
    fn what_does_not_heal_is_down_at_once_with_its_data_kept() {
        let mut slot = answered(0);
        slot.fail(FailureKind::Credentials, "401", at(30));
        assert_eq!(slot.state(at(30)), SourceState::Down);
        assert_eq!(slot.body(), Some(&1));
    }

    #[test]
    fn the_next_change_is_when_the_state_flips() {
        let slot = answered(0);
        for start in [0, 20, 45, 46, 90] {
            let wait = slot.next_state_change(at(start)).unwrap();
            let before = slot.state(at(start));
            assert_eq!(
                slot.state(at(start).plus(wait.saturating_sub(Duration::from_millis(2)))),
                before
            );
            assert_ne!(slot.state(at(start).plus(wait)), before);
        }
        assert_eq!(slot.next_state_change(at(91)), None);
    }

    #[test]
    fn ids_read_back() {
        for text in [
            "\"prometheus/leap\"",
            "\"pagerduty\"",
            "\"status_page/Hubs\"",
        ] {
            let id: SourceId = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&id).unwrap(), text);
        }
    }
}
