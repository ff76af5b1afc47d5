//! How far each source can be trusted, and what the sources view shows of it.

use std::collections::BTreeMap;

use chrono::Utc;

use super::model::SourceView;
use super::{missing_rules, parts, skew, vantage};
use crate::domain::answers::Answers;
use crate::domain::ids::HubKey;
use crate::domain::now::Now;
use crate::domain::policy::Policy;
use crate::domain::probe::Probe;
use crate::domain::source::{Slot, SourceState};

/// Every source, in the order in which they are listed. PagerDuty is as good as its incidents, whatever part of
/// the rest is missing; the probes as a whole are down when it is our own network that fails.
pub fn source_views(answers: &Answers, policy: &Policy, now: Now) -> Vec<SourceView> {
    let mut views: Vec<SourceView> = Vec::new();
    let mut missing = missing_rules::find(&answers.prometheus, policy, now);
    views.extend(answers.prometheus.iter().map(|slot| SourceView {
        missing_rules: missing.remove(&slot.id).unwrap_or_default(),
        ..source_view(slot, now, |says| says.alerts.len())
    }));
    views.extend(
        answers
            .alertmanager
            .iter()
            .map(|slot| source_view(slot, now, |says| says.alerts.len())),
    );
    views.extend(pagerduty_view(answers, policy, now));
    views.extend(answers.status_pages.iter().map(|slot| SourceView {
        parts: parts::page_parts(slot, policy, now),
        ..source_view(slot, now, |page| page.posts.len())
    }));
    let probes = answers.probes.iter();
    views.extend(probes.map(|slot| probes_view(slot, answers, policy, now)));
    views
}

/// When any source's state changes by itself.
pub fn earliest_state_change(answers: &Answers, now: Now) -> Option<chrono::DateTime<Utc>> {
    let waits = answers
        .slots()
        .filter_map(|slot| slot.next_state_change(now));
    waits.min().map(|wait| now.plus(wait).wall)
}

fn source_view<T>(slot: &Slot<T>, now: Now, items: impl Fn(&T) -> usize) -> SourceView {
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
        items: slot.body().map_or(0, items),
        parts: parts::part_views(slot, now).collect(),
        missing_rules: Vec::new(),
    }
}

fn pagerduty_view(answers: &Answers, policy: &Policy, now: Now) -> Option<SourceView> {
    let incidents = answers.incidents.as_ref();
    let incidents = incidents.map(|slot| source_view(slot, now, |says| says.incidents.len()));
    let directory = answers.directory.as_ref();
    let directory = directory.map(|slot| source_view(slot, now, |_| 0));
    incidents.or(directory).map(|view| SourceView {
        parts: parts::pagerduty_parts(answers, policy, now),
        ..view
    })
}

fn probes_view(
    slot: &Slot<BTreeMap<HubKey, Probe>>,
    answers: &Answers,
    policy: &Policy,
    now: Now,
) -> SourceView {
    let shown = source_view(slot, now, BTreeMap::len);
    let answer = slot.answer.as_ref().filter(|_| shown.state.is_fresh());
    match answer.and_then(|answer| vantage::failure(answer, answers, policy, now)) {
        None => shown,
        lost => SourceView {
            state: SourceState::Down,
            failure: lost,
            ..shown
        },
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::domain::answers::IncidentsData;
    use crate::domain::directory::Directory;
    use crate::domain::source::{Answer, FailureKind, PartName, SourceId, SourceKind};

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
