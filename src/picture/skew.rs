//! Corrects a wrong wall clock. Measures its difference from the servers' clocks, and dates the answers as a correct
//! clock would. The ages of our own measurements do not change; the ages of servers' dates do.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::answers::Answers;
use crate::domain::ids::HubKey;
use crate::domain::now::{Now, STEADY_CLOCK_COUNTS_SLEEP};
use crate::domain::probe::{EndedRun, FailingRun, HubVersion, Probe};
use crate::domain::source::{Answer, Slot, SourceKind};

/// The smallest skew that is corrected. A smaller one may be an error of measurement: a `Date` header has whole
/// seconds, and an answer takes time.
const MIN_SKEW: TimeDelta = TimeDelta::seconds(10);

/// The wall clock counts as set if, over the same time, it moved by at least this much more or less than the steady
/// clock.
const MIN_STEP: TimeDelta = TimeDelta::seconds(2);

/// The largest difference between two servers' clocks that agree.
const MAX_DISAGREEMENT: TimeDelta = TimeDelta::seconds(5);

/// The longest request that is used to compare clocks. During a longer request, the server may have read its clock at
/// any time.
const MAX_REQUEST_DURATION: TimeDelta = TimeDelta::seconds(8);

/// How far the servers' clocks are ahead of ours, in whole seconds: the median over the fresh sources. Zero if the skew
/// is small, or if at most half of the kinds of sources agree with the median. All sources of one kind have one vote
/// together, since thirty Prometheuses behind one gateway share one clock.
pub fn measure(answers: &Answers, now: Now) -> TimeDelta {
    let mut all = Vec::new();
    let mut by_kind: BTreeMap<SourceKind, Vec<TimeDelta>> = BTreeMap::new();
    for slot in answers.slot_by_source() {
        if let Some(ahead) = usable_skew(&slot.counted(), now) {
            all.push(ahead);
            by_kind.entry(slot.id().kind).or_default().push(ahead);
        }
    }
    let kinds = by_kind.len();
    let ahead = middle(all).unwrap_or_default();
    let agree = by_kind
        .into_values()
        .filter_map(middle)
        .filter(|of_kind| (*of_kind - ahead).abs() <= MAX_DISAGREEMENT);
    if ahead.abs() < MIN_SKEW || agree.count() * 2 <= kinds {
        return TimeDelta::zero();
    }
    TimeDelta::seconds(ahead.num_seconds())
}

// The median; `None` unless more than half of the values agree with it.
fn middle(mut ahead: Vec<TimeDelta>) -> Option<TimeDelta> {
    ahead.sort_unstable();
    let middle = ahead.get(ahead.len() / 2).copied()?;
    let agree = ahead
        .iter()
        .filter(|each| (**each - middle).abs() <= MAX_DISAGREEMENT);
    (agree.count() * 2 > ahead.len()).then_some(middle)
}

/// How far one server's clock is ahead of ours; `None` if the server sends no date. The date is compared with the
/// middle of the request by our clock.
pub fn server_skew<T>(answer: &Answer<T>) -> Option<TimeDelta> {
    Some(answer.server_clock? - request_midpoint(answer))
}

fn request_midpoint<T>(answer: &Answer<T>) -> DateTime<Utc> {
    answer.asked_at.wall + request_duration(answer) / 2
}

fn request_duration<T>(answer: &Answer<T>) -> TimeDelta {
    answer.got_at.wall - answer.asked_at.wall
}

fn usable_skew(slot: &Slot<usize>, now: Now) -> Option<TimeDelta> {
    let answer = slot.answer.as_deref()?;
    let set_ahead = set_ahead_since(answer.asked_at, now);
    let is_fresh = slot.state(now.with_wall_offset(-set_ahead)).is_fresh();
    let tells = is_fresh && request_duration(answer).abs() <= MAX_REQUEST_DURATION;
    let ahead = server_skew(answer).filter(|_| tells)?;
    ahead.checked_sub(&set_ahead)
}

/// How far our wall clock was set ahead since `earlier`. Zero if the clock was not set, or if the steady clock may have
/// stopped while the machine slept.
pub fn set_ahead_since(earlier: Now, now: Now) -> TimeDelta {
    let steady = now.mono.saturating_sub(earlier.mono);
    let steady = TimeDelta::from_std(steady).unwrap_or(TimeDelta::MAX);
    let parted = (now.wall - earlier.wall)
        .checked_sub(&steady)
        .unwrap_or_default();
    let may_have_slept = parted > TimeDelta::zero() && !STEADY_CLOCK_COUNTS_SLEEP;
    match parted.abs() < MIN_STEP || may_have_slept {
        true => TimeDelta::zero(),
        false => parted,
    }
}

/// The answers with our own times moved ahead by `by`, as if a correct clock had dated them.
pub fn correct(answers: &Answers, by: TimeDelta) -> Answers {
    // Local time-boxes are not shifted, since their dates were already corrected when they were written.
    let mut answers = answers.clone();
    for slot in answers.slots_mut() {
        slot.shift_wall_clock(by);
    }
    let probes = answers.probes.as_mut();
    if let Some(answer) = probes.and_then(|slot| slot.answer.as_mut()) {
        let answer = Arc::make_mut(answer);
        answer.body = shift_probes(&answer.body, by);
    }
    answers
}

// Shifts all times of the probes, since our own clock has dated all of them.
fn shift_probes(probes: &BTreeMap<HubKey, Probe>, by: TimeDelta) -> BTreeMap<HubKey, Probe> {
    let moved = |run: FailingRun| FailingRun {
        first: run.first.with_wall_offset(by),
        latest: run.latest.with_wall_offset(by),
        ..run
    };
    let moved_ended = |run: &EndedRun| EndedRun {
        first: run.first.with_wall_offset(by),
        ended: run.ended.with_wall_offset(by),
        ..*run
    };
    let moved_version = |version: HubVersion| HubVersion {
        at: version.at.with_wall_offset(by),
        ..version
    };
    let probe = |probe: &Probe| Probe {
        at: probe.at.with_wall_offset(by),
        failing: probe.failing.map(moved),
        ended: probe.ended.iter().map(moved_ended).collect(),
        version: probe.version.clone().map(moved_version),
        ..probe.clone()
    };
    let each = |(key, known): (&HubKey, &Probe)| (key.clone(), probe(known));
    probes.iter().map(each).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::time::Duration;

    use super::*;
    use crate::domain::answers::{IncidentsData, PrometheusData};
    use crate::domain::hub::{HubSpec, Tier};
    use crate::domain::policy::{ClusterSpec, Policy};
    use crate::domain::probe::{ProbeOutcome, ProxyState};
    use crate::domain::source::{SourceId, SourceKind};
    use crate::picture::{BuildOptions, Picture, build};

    fn at(seconds: u64, set_ahead: i64) -> Now {
        let steady = Duration::from_secs(seconds);
        Now {
            wall: DateTime::UNIX_EPOCH + TimeDelta::days(1) + steady,
            mono: steady,
        }
        .with_wall_offset(TimeDelta::seconds(set_ahead))
    }

    fn answered() -> Answers {
        let mut slot = Slot::waiting(
            SourceId::new(SourceKind::Pagerduty, ""),
            Duration::from_secs(20),
        );
        let asked = at(100, 0);
        let body = IncidentsData::default();
        slot.succeed(Answer::new(asked, asked, Some(asked.wall), body));
        Answers {
            incidents: Some(slot),
            ..Answers::default()
        }
    }

    fn shown(now: Now) -> Picture {
        build(
            &answered(),
            &Policy::default(),
            now,
            BuildOptions::default(),
        )
    }

    #[test]
    fn a_clock_that_was_set_since_the_answer_is_off_by_as_much() {
        for set_ahead in [300, -300, 86_400] {
            let skew = measure(&answered(), at(105, set_ahead));
            assert_eq!(skew.num_seconds(), -set_ahead);
        }
        assert!(measure(&answered(), at(105, 1)).is_zero());
    }

    fn prometheus(number: usize, ahead: i64) -> Slot<PrometheusData> {
        let id = SourceId::new(SourceKind::Prometheus, &format!("p{number}"));
        let mut slot = Slot::waiting(id, Duration::from_secs(30));
        let asked = at(100, 0);
        let clock = asked.wall + TimeDelta::seconds(ahead);
        slot.succeed(Answer::new(
            asked,
            asked,
            Some(clock),
            PrometheusData::default(),
        ));
        slot
    }

    #[test]
    fn many_servers_behind_one_gateway_are_one_voice() {
        let many = |ahead| (0..30).map(|number| prometheus(number, ahead)).collect();
        let beside = Answers {
            prometheus: many(3600),
            ..answered()
        };
        assert!(
            measure(&beside, at(105, 0)).is_zero(),
            "PagerDuty says that our clock is right"
        );
        let alone = Answers {
            prometheus: many(3600),
            ..Answers::default()
        };
        assert_eq!(measure(&alone, at(105, 0)).num_seconds(), 3600);
        let agreeing = Answers {
            prometheus: many(0),
            ..answered()
        };
        assert_eq!(measure(&agreeing, at(105, 300)).num_seconds(), -300);
    }

    #[test]
    fn a_kind_whose_servers_disagree_agrees_with_nobody() {
        let split = [0, 3600].into_iter().enumerate();
        let split = split
            .map(|(number, ahead)| prometheus(number, ahead))
            .collect();
        let answers = Answers {
            prometheus: split,
            ..answered()
        };
        assert!(measure(&answers, at(105, 300)).is_zero());
    }

    #[test]
    fn a_picture_goes_on_by_the_steady_clock_where_the_wall_clock_is_set() {
        let picture = shown(at(101, 0));
        for set_ahead in [0, 300, -300] {
            assert_eq!(picture.corrected(at(110, set_ahead)), at(110, 0));
        }
        let picture = shown(at(101, 300));
        assert_eq!(picture.corrected(at(110, 300)), at(110, 0));
        assert_eq!(picture.corrected(at(110, 0)), at(110, 0), "put right again");
    }

    fn failing_hub(asked: Now, first: Now) -> Answers {
        let id = SourceId::new(SourceKind::Probes, "");
        let mut probes = Slot::waiting(id, Duration::from_secs(60));
        let probe = Probe {
            at: asked,
            outcome: ProbeOutcome::Wrong {
                status: 503,
                proxy: ProxyState::HubGone,
            },
            refusal: None,
            latency: None,
            certificate_ends: None,
            failing: Some(FailingRun {
                first,
                latest: asked,
                tries: 5,
            }),
            ended: Vec::new(),
            version: None,
        };
        let body = BTreeMap::from([(HubKey::new("leap", "prod"), probe)]);
        probes.succeed(Answer::new(asked, asked, None, body));
        let id = SourceId::new(SourceKind::Pagerduty, "");
        let mut incidents = Slot::waiting(id, Duration::from_secs(20));
        let server_clock = Some(at(asked.mono.as_secs(), 0).wall);
        let body = IncidentsData::default();
        incidents.succeed(Answer::new(asked, asked, server_clock, body));
        Answers {
            incidents: Some(incidents),
            probes: Some(probes),
            ..Answers::default()
        }
    }

    #[test]
    fn an_outage_is_no_younger_after_a_fast_clock_is_put_right() {
        let hub = HubSpec {
            key: HubKey::new("leap", "prod"),
            tier: Tier::Prod,
            domain: None,
            health_url: Some("http://127.0.0.1:1/hub/health".into()),
            expected_status: 200,
            expects_hub_header: true,
        };
        let leap = ClusterSpec {
            name: "leap".into(),
            provider: None,
            hubs: vec![hub],
            without: BTreeSet::new(),
        };
        let policy = Policy {
            clusters: vec![leap],
            ..Policy::default()
        };
        let first = at(1000, 3600);
        let shown = |seconds, set_ahead, previous| {
            let answers = failing_hub(at(seconds, set_ahead), first);
            let options = BuildOptions {
                previous,
                ..BuildOptions::default()
            };
            build(&answers, &policy, at(seconds + 2, set_ahead), options)
        };
        let fast = shown(1060, 3600, None);
        let right = shown(1120, 0, Some(&fast));
        let later = shown(1180, 0, Some(&right));
        for picture in [&fast, &right, &later] {
            assert_eq!(picture.cases[0].since, at(1000, 0).wall);
        }
    }
}
