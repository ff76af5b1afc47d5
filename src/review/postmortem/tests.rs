use super::*;
use crate::domain::ids::{HubKey, PriorityName};
use crate::domain::post::PostKind;
use crate::domain::tracker::{Kept, TrackedIssue, TrackerRecord};
use crate::review::fixture::{at, incident, issue, p1, person, tracker_settings};
use crate::review::outage::others_of_outage;

const ACKNOWLEDGE: LogKind = LogKind::Acknowledge { timeout: None };

fn is_human(who: &Person) -> bool {
    &*who.name != "support"
}

fn record(firing: &[(i64, i64)], until: i64) -> AlertRecord {
    let runs = firing.iter().map(|(from, to)| (at(*from), at(*to)));
    AlertRecord {
        prometheus: "leap".to_owned(),
        alert: "disk full".to_owned(),
        pending: Vec::new(),
        firing: runs.collect(),
        until: at(until),
        step: TimeDelta::minutes(1),
    }
}

fn post(since: Option<i64>, updated: i64) -> Post {
    Post {
        since: since.map(at),
        updated: Some(at(updated)),
        ..crate::app::fixture::post("N1", PostKind::Incident, "leap is down")
    }
}

fn probe(first: i64, ended: Option<i64>, stayed_well: bool) -> PastOutage {
    PastOutage {
        hub: HubKey::new("leap", "prod"),
        first: at(first),
        ended: ended.map(at),
        stayed_well,
        may_be_our_network: false,
    }
}

fn facts(
    one: &PastIncident,
    alerts: &[AlertRecord],
    posts: Vec<Post>,
    unknown: Option<&str>,
) -> Postmortem {
    probed_facts(one, alerts, &[], posts, unknown)
}

fn probed_facts(
    one: &PastIncident,
    alerts: &[AlertRecord],
    probes: &[PastOutage],
    posts: Vec<Post>,
    unknown: Option<&str>,
) -> Postmortem {
    let name: PriorityName = p1();
    review(&ReviewInput {
        one,
        others: &[],
        issues: None,
        p1: Some(&name),
        is_human: &is_human,
        alerts,
        alerts_known: true,
        public: &PublicRecord {
            posts,
            unknown: unknown.map(str::to_owned),
        },
        probes,
        probe_interval: TimeDelta::minutes(1),
        time_boxes: &TimeBoxes::default(),
        now: at(500),
    })
}

/// A delay of at least `minutes` and less than one minute more.
fn after(minutes: i64) -> PageDelay {
    PageDelay::After {
        at_least: TimeDelta::minutes(minutes),
        at_most: TimeDelta::minutes(minutes + 1),
        evidence: Evidence::Prometheus("leap".to_owned()),
    }
}

fn points(known: &Postmortem) -> Vec<(i64, Point)> {
    let named = known.timeline.iter();
    named
        .filter_map(|event| Some(((event.at - at(0)).num_minutes(), event.point?)))
        .collect()
}

#[test]
fn the_impact_is_from_the_first_firing_to_ten_good_minutes_after_the_last() {
    let one = incident(1, 10, Some(60)).priority("P1");
    let records = [record(&[(5, 30), (40, 50)], 60)];
    let known = facts(&one, &records, vec![], None);
    assert_eq!(known.impact_begins.map(|it| it.at), Some(at(5)));
    assert_eq!(known.impact_ends.map(|it| it.at), Some(at(50)));
    assert_eq!(known.page, after(5));
    let not_looked_long_enough = facts(&one, &[record(&[(5, 50)], 59)], vec![], None);
    assert_eq!(not_looked_long_enough.impact_ends, None);
    let silent = facts(&one, &[record(&[], 60)], vec![], None);
    assert_eq!((silent.impact_begins, silent.impact_ends), (None, None));
    assert_eq!(silent.page, PageDelay::NotKnown);
}

#[test]
fn firing_long_before_or_after_is_another_impact() {
    let one = incident(1, 60, Some(200)).priority("P1");
    let known = facts(
        &one,
        &[record(&[(5, 30), (55, 80), (150, 160)], 230)],
        vec![],
        None,
    );
    assert_eq!(known.impact_begins.map(|it| it.at), Some(at(55)));
    assert_eq!(known.impact_ends.map(|it| it.at), Some(at(80)));
    assert_eq!(known.page, after(5));
}

#[test]
fn a_page_just_before_the_first_sample_is_that_alerts_and_an_earlier_one_is_not() {
    let one = incident(1, 10, Some(60));
    let page = |from| facts(&one, &[record(&[(from, 50)], 60)], vec![], None).page;
    assert_eq!(
        page(11),
        PageDelay::After {
            at_least: TimeDelta::zero(),
            at_most: TimeDelta::zero(),
            evidence: Evidence::Prometheus("leap".to_owned()),
        }
    );
    assert_eq!(page(12), PageDelay::NotKnown);
    let by_hand = incident(2, 10, Some(60)).opened_by_hand("website");
    assert_eq!(facts(&by_hand, &[], vec![], None).page, PageDelay::ByHand);
}

#[test]
fn the_public_was_told_when_its_first_post_appeared() {
    let one = incident(1, 10, Some(60)).priority("P1");
    let told = |posts, unknown| facts(&one, &[], posts, unknown).told.unwrap();
    let after = |minutes| Told::After(TimeDelta::minutes(minutes), "Hubs".to_owned());
    assert_eq!(told(vec![post(Some(30), 40)], None), after(20));
    assert_eq!(told(vec![post(Some(5), 40)], None), after(0));
    assert_eq!(told(vec![], None), Told::Never);
    let unknown = |why: &str| Told::NotKnown(why.to_owned());
    assert_eq!(told(vec![], Some("no page")), unknown("no page"));
    assert!(matches!(
        told(vec![post(None, 40)], None),
        Told::NotKnown(_)
    ));
    let p2 = incident(2, 10, Some(60)).priority("P2");
    assert_eq!(facts(&p2, &[], vec![], None).told, None);
}

#[test]
fn each_point_is_the_first_of_its_kind() {
    let one = incident(1, 10, Some(70))
        .priority("P1")
        .by("support", 11, ACKNOWLEDGE)
        .by("Ada", 12, ACKNOWLEDGE)
        .note(13, "[hubwatch] time-box start 30m")
        .note(14, "kubectl get pvc: it is full")
        .note(15, "resizing")
        .note(20, "[hubwatch] outage told-community: ticket 3")
        .note(45, "[hubwatch] verdict fixed: resized")
        .note(65, "[hubwatch] outage validated: two users are in")
        .by("Ada", 70, LogKind::Resolve);
    let known = facts(&one, &[record(&[(8, 50)], 90)], vec![], None);
    assert_eq!(
        points(&known),
        [
            (8, Point::ImpactBegins),
            (10, Point::BroughtToAttention),
            (12, Point::ResponseBegins),
            (14, Point::Debugging),
            (20, Point::Community),
            (45, Point::Fixes),
            (50, Point::Fixed),
            (65, Point::Verified),
        ]
    );
    let is_start =
        |event: &Event| matches!(&event.what, Happening::Note(text) if text.contains("time-box"));
    assert!(
        !known.timeline.iter().any(is_start),
        "a time-box is no news"
    );
    assert_eq!(known.acknowledged.unwrap().by, person("Ada"));
}

#[test]
fn an_unread_log_leaves_what_it_would_tell_unknown() {
    let one = incident(1, 10, Some(60)).priority("P1").log_unknown();
    let known = facts(&one, &[], vec![], None);
    assert_eq!(known.unowned, [(1, None)]);
    assert_eq!(known.found_by, FoundBy::Unknown);
}

#[test]
fn a_probe_that_fails_before_the_alert_begins_the_impact_and_one_that_recovers_last_ends_it() {
    let one = incident(1, 10, Some(60)).priority("P1");
    let records = [record(&[(8, 40)], 90)];
    let moments = |probes: &[PastOutage]| {
        let known = probed_facts(&one, &records, probes, vec![], None);
        let at = |moment: Option<Moment>| moment.map(|it| (it.at, it.evidence));
        (at(known.impact_begins), at(known.impact_ends), known.page)
    };
    let prometheus = || Evidence::Prometheus("leap".to_owned());
    let (begins, ends, page) = moments(&[probe(2, Some(50), true)]);
    assert_eq!(begins, Some((at(2), Evidence::Probes)));
    assert_eq!(ends, Some((at(50), Evidence::Probes)));
    assert_eq!(page, after(2), "its page is measured from its alert");
    let (_, ends, _) = moments(&[probe(2, Some(50), false)]);
    assert_eq!(ends, None, "whether it stayed well is not known");
    let (_, ends, _) = moments(&[probe(2, None, false)]);
    assert_eq!(ends, None, "it still fails");
    let (begins, ends, _) = moments(&[probe(12, Some(20), true)]);
    assert_eq!(begins, Some((at(8), prometheus())));
    assert_eq!(ends, Some((at(40), prometheus())));
    let probes = [probe(12, Some(20), true)];
    let known = probed_facts(&one, &[], &probes, vec![], None);
    assert_eq!(
        points(&known)[..2],
        [(10, Point::BroughtToAttention), (12, Point::ImpactBegins)]
    );
    assert!(points(&known).contains(&(20, Point::Fixed)));
}

#[test]
fn both_halves_of_an_outage_are_told_as_one() {
    let asked = incident(2, 12, Some(40)).priority("P1").place("leap/prod");
    let first = incident(1, 10, Some(60))
        .priority("P1")
        .place("leap/prod")
        .with(11, LogKind::Escalate { to: vec![] })
        .by("Ada", 14, ACKNOWLEDGE);
    let merged = incident(3, 13, Some(20))
        .merged_into(2)
        .with(20, LogKind::Resolve);
    let elsewhere = incident(4, 12, Some(40)).priority("P1").place("maap/prod");
    let record = [asked.clone(), first, merged, elsewhere];
    let name = p1();
    let others = others_of_outage(&record, &asked.incident.id, &name, at(500));
    let others: Vec<PastIncident> = others.into_iter().cloned().collect();
    let numbers: Vec<u64> = others.iter().map(|one| one.incident.number).collect();
    assert_eq!(numbers, [1, 3]);
    let known = review(&ReviewInput {
        one: &asked,
        others: &others,
        issues: None,
        p1: Some(&name),
        is_human: &is_human,
        alerts: &[record_of_alert()],
        alerts_known: true,
        public: &PublicRecord {
            posts: vec![post(Some(45), 50)],
            unknown: None,
        },
        probes: &[],
        probe_interval: TimeDelta::minutes(1),
        time_boxes: &TimeBoxes::default(),
        now: at(500),
    });
    let first = known.acknowledged.expect("one half was acknowledged");
    assert_eq!((first.after, first.escalations), (TimeDelta::minutes(4), 1));
    assert_eq!(
        known.told,
        Some(Told::After(TimeDelta::minutes(35), "Hubs".to_owned()))
    );
    assert_eq!(known.page, after(1));
    let merged = known
        .timeline
        .iter()
        .find(|it| it.what == Happening::Merged);
    assert_eq!(merged.and_then(|event| event.other), Some(3));
    let numbers: Vec<u64> = known.others.iter().map(|other| other.number).collect();
    assert_eq!(numbers, [1, 3]);
    let acknowledged = known
        .timeline
        .iter()
        .find(|it| it.what == Happening::Acknowledged);
    assert_eq!(acknowledged.and_then(|event| event.other), Some(1));
    assert!(known.timeline.iter().any(|event| event.other.is_none()));
}

fn record_of_alert() -> AlertRecord {
    record(&[(9, 50)], 100)
}

#[test]
fn an_incident_that_is_no_outage_has_no_others() {
    let one = incident(1, 10, Some(60)).priority("P2").place("leap/prod");
    let p1_there = incident(2, 12, Some(40)).priority("P1").place("leap/prod");
    let record = [one.clone(), p1_there];
    assert_eq!(
        others_of_outage(&record, &one.incident.id, &p1(), at(500)),
        [] as [&PastIncident; 0]
    );
}

#[test]
fn who_opened_it_and_acknowledged_it_at_once_is_known() {
    let opened = |by: &str| {
        let mut one = incident(1, 10, Some(60)).by("Ada", 10, ACKNOWLEDGE);
        one.log[0].agent = Some(person(by));
        facts(&one, &[], vec![], None)
            .acknowledged
            .expect("it was acknowledged")
    };
    assert!(opened("Ada").by_its_opener);
    assert!(!opened("Bo").by_its_opener);
}

#[test]
fn issues_belong_by_any_incident_of_the_outage() {
    const TRACKING: &str = "https://issues.hubs.example/hubs/infra/issues/7";
    let one = incident(2, 12, Some(40)).priority("P1");
    let others = [incident(1, 10, Some(60)).priority("P1")];
    let record = TrackerRecord {
        issues: Kept {
            items: vec![
                issue(7, "Ongoing").holds("https://hubs.pagerduty.test/incidents/Q1"),
                issue(8, "Incident report of leap").holds(TRACKING),
                issue(9, "do it").action_item().holds(TRACKING),
            ],
            read_at: Some(at(400)),
            is_current: true,
        },
        ..TrackerRecord::default()
    };
    let settings = tracker_settings();
    let read = |others| {
        let known = review(&ReviewInput {
            one: &one,
            others,
            issues: Some(IssueInput {
                settings: &settings,
                record: &record,
            }),
            p1: Some(&p1()),
            is_human: &is_human,
            alerts: &[],
            alerts_known: true,
            public: &PublicRecord {
                posts: vec![],
                unknown: None,
            },
            probes: &[],
            probe_interval: TimeDelta::minutes(1),
            time_boxes: &TimeBoxes::default(),
            now: at(500),
        });
        let issues = known.issues.expect("a tracker is configured");
        let numbers =
            |issues: &[TrackedIssue]| issues.iter().map(|it| it.number).collect::<Vec<_>>();
        (
            numbers(&issues.reports),
            numbers(&issues.action_items),
            issues.is_whole,
        )
    };
    assert_eq!(read(&others), (vec![8], vec![9], true));
    assert_eq!(read(&[]), (vec![], vec![], true));
}
