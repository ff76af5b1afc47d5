//! How far each source can be trusted, and what the sources view shows of the source.

use chrono::Utc;

use super::views::SourceView;
use super::{missing_rules, parts, skew, vantage};
use crate::domain::answers::Answers;
use crate::domain::now::Now;
use crate::domain::policy::Policy;
use crate::domain::source::{Slot, SourceKind, SourceState};

/// All sources in the order in which they are listed. PagerDuty is as fresh as its incidents, even if other parts are
/// missing. The probes as a whole are down if our own network fails.
pub fn source_views(answers: &Answers, policy: &Policy, now: Now) -> Vec<SourceView> {
    let slots = answers.slot_by_source();
    let mut views: Vec<SourceView> = slots
        .map(|slot| source_view(&slot.counted(), now))
        .collect();
    let mut missing_rules = missing_rules::find(&answers.prometheus, policy, now);
    for view in &mut views {
        match view.id.kind {
            SourceKind::Prometheus => {
                view.missing_rules = missing_rules.remove(&view.id).unwrap_or_default();
            }
            SourceKind::Pagerduty => view.parts = parts::pagerduty_parts(answers, policy, now),
            SourceKind::StatusPage => {
                let mut pages = answers.status_pages.iter();
                if let Some(slot) = pages.find(|slot| slot.id == view.id) {
                    view.parts = parts::page_parts(slot, policy, now);
                }
            }
            SourceKind::Probes => judge_line(view, answers, policy, now),
            // For other kinds of sources, the state alone counts.
            _ => {}
        }
    }
    views
}

/// The earliest time at which a source's state changes without a new answer.
pub fn earliest_state_change(answers: &Answers, now: Now) -> Option<chrono::DateTime<Utc>> {
    let waits = answers
        .slots()
        .filter_map(|slot| slot.next_state_change(now));
    waits.min().map(|wait| now.plus(wait).wall)
}

fn source_view(slot: &Slot<usize>, now: Now) -> SourceView {
    let answer = slot.answer.as_deref();
    SourceView {
        id: slot.id.clone(),
        state: slot.state(now),
        requested_at: answer.map(|answer| answer.asked_at),
        interval: slot.interval,
        latency: slot.latency(),
        failure: slot.failure.clone(),
        rate: slot.rate,
        skew_seconds: answer
            .and_then(skew::server_skew)
            .map(|ahead| ahead.num_seconds()),
        items: slot.body().copied().unwrap_or_default(),
        parts: parts::part_views(slot, now).collect(),
        missing_rules: Vec::new(),
    }
}

// If the probes of nearly all clusters fail at the same time, our own network is down.
fn judge_line(view: &mut SourceView, answers: &Answers, policy: &Policy, now: Now) {
    let slot = answers.probes.as_ref().filter(|_| view.state.is_fresh());
    let answer = slot.and_then(|slot| slot.answer.as_deref());
    if let Some(lost) = answer.and_then(|it| vantage::failure(it, answers, policy, now)) {
        view.state = SourceState::Down;
        view.failure = Some(lost);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::domain::answers::IncidentsData;
    use crate::domain::directory::Directory;
    use crate::domain::source::{Answer, FailureKind, PartName, SourceId};

    fn at(seconds: u64) -> Now {
        Now {
            wall: chrono::DateTime::UNIX_EPOCH + Duration::from_secs(seconds),
            mono: Duration::from_secs(seconds),
        }
    }

    fn answered<T>(interval: u64, asked: u64, body: T) -> Slot<T> {
        let id = SourceId::new(SourceKind::Pagerduty, "");
        let mut slot = Slot::waiting(id, Duration::from_secs(interval));
        slot.succeed(Answer::new(
            at(asked),
            at(asked + 2),
            Some(at(asked + 61).wall),
            body,
        ));
        slot
    }

    #[test]
    fn pagerduty_is_as_good_as_its_incidents_and_names_the_parts_that_are_missing() {
        let mut answers = Answers {
            incidents: Some(answered(20, 100, IncidentsData::default())),
            directory: Some(answered(300, 0, Directory::default())),
            ..Answers::default()
        };
        let view = |answers: &Answers| source_views(answers, &Policy::default(), at(110)).remove(0);
        assert_eq!(view(&answers).state, SourceState::Live);
        assert_eq!(view(&answers).missing_parts().count(), 0);
        if let Some(slot) = &mut answers.directory {
            slot.fail(FailureKind::Credentials, "403", at(105));
        }
        let shown = view(&answers);
        assert_eq!(shown.state, SourceState::Live);
        assert_eq!(
            (shown.requested_at, shown.failure.as_ref()),
            (Some(at(100)), None)
        );
        let missing: Vec<_> = shown.missing_parts().map(|part| part.name).collect();
        assert_eq!(
            missing,
            [
                PartName::Priorities,
                PartName::EscalationPolicies,
                PartName::Oncalls
            ]
        );
    }

    #[test]
    fn skew_is_measured_at_the_middle_of_the_request() {
        let answers = Answers {
            incidents: Some(answered(20, 100, IncidentsData::default())),
            ..Answers::default()
        };
        assert_eq!(
            source_views(&answers, &Policy::default(), at(110))
                .remove(0)
                .skew_seconds,
            Some(60)
        );
    }
}
