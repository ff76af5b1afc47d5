//! The slot of a source: its latest answer and failure, and the limits for the data's age.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::freshness::{BUDGET_INTERVALS, freshness, overdue_after};
use super::{
    Answer, Failure, FailureKind, Part, RateBudget, SourceId, SourceState, UnreadableItem,
};
use crate::domain::now::Now;

/// The last good answer of a source, and the failure since then, if any.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Slot<T> {
    pub id: SourceId,
    /// The time between two polls.
    pub interval: Duration,
    /// The last good answer.
    pub answer: Option<Arc<Answer<T>>>,
    /// The failure since the last good answer; `None` if the last poll was good.
    pub failure: Option<Failure>,
    /// The request budget in the upstream's headers, if there is one.
    #[serde(default)]
    pub rate: Option<RateBudget>,
}

// Implemented by hand: a derived `Clone` would require `T: Clone`, although the body is shared.
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

impl<T> Slot<T> {
    /// The slot of a source that has not answered yet.
    pub fn waiting(id: SourceId, interval: Duration) -> Self {
        Self {
            id,
            interval,
            answer: None,
            failure: None,
            rate: None,
        }
    }

    /// The body of the last good answer, however old.
    pub fn body(&self) -> Option<&T> {
        self.answer.as_deref().map(|answer| &answer.body)
    }

    /// The body of the last good answer, if it is still fresh.
    pub fn fresh_body(&self, now: Now) -> Option<&T> {
        self.body().filter(|_| self.state(now).is_fresh())
    }

    /// Records a good answer, which ends the failure before it.
    pub fn succeed(&mut self, answer: Answer<T>) {
        self.answer = Some(Arc::new(answer));
        self.failure = None;
    }

    /// Records a failed poll. The last good answer is kept.
    pub fn fail(&mut self, kind: FailureKind, text: impl Into<String>, at: Now) {
        let since = self.failure.as_ref().map_or(at, |failure| failure.since);
        self.failure = Some(Failure {
            kind,
            text: text.into(),
            since,
            at,
        });
    }

    /// The age of the data; `None` if there is no answer yet.
    pub fn age(&self, now: Now) -> Option<Duration> {
        self.answer
            .as_ref()
            .map(|answer| now.since(answer.asked_at))
    }

    /// The time that the last good answer took.
    pub fn latency(&self) -> Option<Duration> {
        self.answer
            .as_ref()
            .map(|answer| answer.got_at.since(answer.asked_at))
    }

    /// The longest time for which data counts as fresh.
    pub fn budget(&self) -> Duration {
        self.interval * BUDGET_INTERVALS
    }

    /// The state at `now`: live, late, stale, down or waiting.
    pub fn state(&self, now: Now) -> SourceState {
        freshness(self.age(now), self.failure.as_ref(), self.interval)
    }

    /// The parts of the last good answer.
    pub fn parts(&self) -> &[Part] {
        self.answer
            .as_deref()
            .map(|answer| answer.parts.as_slice())
            .unwrap_or_default()
    }

    // The ages of the answer and of each of its parts.
    fn ages(&self, now: Now) -> impl Iterator<Item = Duration> {
        let parts = self.parts().iter().filter_map(|part| part.read_at);
        let parts = parts.map(move |read| now.since(read));
        self.age(now).into_iter().chain(parts)
    }
}

/// The body of an answer.
pub trait AnswerBody: Clone {
    /// The number of items in the body: alerts, incidents, posts or hubs.
    fn item_count(&self) -> usize;
}

/// The methods of a slot that do not depend on the type of its body.
pub trait AnySlot {
    fn id(&self) -> &SourceId;

    /// The same slot, but with the number of items instead of the body.
    fn counted(&self) -> Slot<usize>;

    /// The unreadable items of the last good answer, if that answer is still fresh.
    fn unreadable(&self, now: Now) -> Vec<UnreadableItem>;

    /// Whether the latest poll succeeded, and its answer came after `moment` on the steady clock of this process.
    fn has_answered_since(&self, moment: Duration, now: Now) -> bool;

    /// The time until the state changes if no further answer comes.
    fn next_state_change(&self, now: Now) -> Option<Duration>;

    /// Lengthens the polling interval to at least `took`, the duration of a single poll of all sources. Answers from
    /// the beginning of that poll then stay fresh until its end.
    fn extend_interval_over(&mut self, took: Duration);

    /// Adds `by` to all times of the wall clock. The times of the steady clock stay.
    fn shift_wall_clock(&mut self, by: TimeDelta);
}

impl<T: AnswerBody> AnySlot for Slot<T> {
    fn id(&self) -> &SourceId {
        &self.id
    }

    fn counted(&self) -> Slot<usize> {
        let counted = |answer: &Arc<Answer<T>>| Answer {
            asked_at: answer.asked_at,
            got_at: answer.got_at,
            server_clock: answer.server_clock,
            parts: answer.parts.clone(),
            unreadable: answer.unreadable.clone(),
            body: answer.body.item_count(),
        };
        Slot {
            id: self.id.clone(),
            interval: self.interval,
            answer: self.answer.as_ref().map(counted).map(Arc::new),
            failure: self.failure.clone(),
            rate: self.rate,
        }
    }

    fn unreadable(&self, now: Now) -> Vec<UnreadableItem> {
        let answer = self.answer.iter().filter(|_| self.state(now).is_fresh());
        answer
            .flat_map(|answer| answer.unreadable.iter().cloned())
            .collect()
    }

    fn has_answered_since(&self, moment: Duration, now: Now) -> bool {
        let answer = self.answer.as_ref();
        self.failure.is_none()
            && self.state(now).is_fresh()
            && answer.is_some_and(|answer| answer.got_at.mono >= moment)
    }

    fn next_state_change(&self, now: Now) -> Option<Duration> {
        let limits = [overdue_after(self.interval), self.budget()];
        let until_next = |age: Duration| {
            let limit = limits.into_iter().find(|limit| age <= *limit)?;
            Some(limit - age + Duration::from_millis(1))
        };
        self.ages(now).filter_map(until_next).min()
    }

    fn extend_interval_over(&mut self, took: Duration) {
        self.interval = self.interval.max(took);
    }

    fn shift_wall_clock(&mut self, by: TimeDelta) {
        if let Some(answer) = self.answer.as_mut().map(Arc::make_mut) {
            answer.asked_at = answer.asked_at.with_wall_offset(by);
            answer.got_at = answer.got_at.with_wall_offset(by);
            for part in &mut answer.parts {
                part.shift_wall_clock(by);
            }
        }
        if let Some(failure) = &mut self.failure {
            failure.shift_wall_clock(by);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::source::SourceKind;
    use chrono::DateTime;

    impl AnswerBody for u8 {
        fn item_count(&self) -> usize {
            1
        }
    }

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
        slot.succeed(Answer::new(at(seconds), at(seconds), None, 1));
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

    #[test]
    fn an_answer_is_not_old_before_the_look_that_asked_for_it_is_over() {
        let mut slot = answered(0);
        slot.interval = Duration::from_secs(2);
        assert_eq!(slot.state(at(16)), SourceState::Stale);
        slot.extend_interval_over(Duration::from_secs(16));
        assert_eq!(slot.state(at(16)), SourceState::Live);
        slot.interval = Duration::from_secs(60);
        slot.extend_interval_over(Duration::from_secs(16));
        assert_eq!(slot.interval, Duration::from_secs(60));
    }
}
