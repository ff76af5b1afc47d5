use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::*;
use crate::app::fixture::{self, cluster, hub, source_view};
use crate::domain::case::{Case, MutedBy, Owner, OwnerKind};
use crate::domain::clock::{Clock, ClockKind};
use crate::domain::hub::Tier;
use crate::domain::ids::CaseId;
use crate::domain::incident::{IncidentStatus, Person, Urgency};
use crate::domain::notify::EventRule;
use crate::domain::source::SourceId;
use crate::domain::verdict::VerdictLevel;
use crate::picture::{MeView, Reason, ReasonKind, Row, StormKind, StormScope};

/// A shift of pictures: minutes and seconds pass, and what rings is collected.
struct Shift {
    watch: EventWatch,
    now: Now,
    picture: Picture,
}

/// A fleet that is well, with the user on call, watched since a minute before.
impl Shift {
    fn start() -> Self {
        Self::start_with(NotifySettings::default(), well())
    }

    fn start_with(settings: NotifySettings, picture: Picture) -> Self {
        let now = fixture::now();
        let mut shift = Self {
            watch: EventWatch::new(settings, false, now),
            now,
            picture,
        };
        shift.pass(10);
        assert_eq!(shift.check(), Vec::<String>::new(), "nothing at the start");
        shift.pass(300);
        assert_eq!(shift.check(), Vec::<String>::new());
        shift
    }

    fn pass(&mut self, seconds: u64) {
        self.now = self.now.plus(Duration::from_secs(seconds));
    }

    fn check(&mut self) -> Vec<String> {
        self.events().into_iter().map(|it| it.title).collect()
    }

    fn events(&mut self) -> Vec<Event> {
        self.watch.check(&self.picture, false, self.now)
    }

    fn show(&mut self, picture: Picture) -> Vec<String> {
        self.picture = picture;
        self.check()
    }

    fn at(&self) -> DateTime<Utc> {
        self.now.wall
    }

    /// What rings within so many seconds without a new picture, as the loop looks for it.
    fn rings_within(&mut self, seconds: u64) -> Vec<String> {
        let end = self.now.plus(Duration::from_secs(seconds));
        let mut rung = Vec::new();
        while let Some(wait) = self.watch.until_due(&self.picture, self.now) {
            if self.now.plus(wait).mono > end.mono {
                break;
            }
            self.now = self.now.plus(wait.max(Duration::from_millis(200)));
            rung.extend(self.check());
        }
        self.now = end;
        rung
    }
}

fn well() -> Picture {
    let sources = [
        (SourceKind::Prometheus, "leap"),
        (SourceKind::Pagerduty, ""),
        (SourceKind::StatusPage, "Hubs"),
        (SourceKind::Probes, ""),
    ];
    Picture {
        sources: sources
            .map(|(kind, name)| source_view(kind, name, SourceState::Live))
            .to_vec(),
        clusters: vec![
            cluster(
                "leap",
                "gcp",
                ["prod", "staging", "a", "b", "c", "d", "e"]
                    .map(|name| hub("leap", name, Health::Up))
                    .to_vec(),
            ),
            cluster("ucec", "aws", vec![hub("ucec", "prod", Health::Up)]),
        ],
        me: Some(MeView {
            name: "Ada".to_owned(),
            shift: MyShift::Always,
            next: None,
            cases: 0,
        }),
        ..fixture::picture()
    }
}

fn down(shift: &Shift, hubs: &[&str]) -> Picture {
    let mut picture = well();
    for hub in picture.clusters.iter_mut().flat_map(|it| &mut it.hubs) {
        if hubs.contains(&hub.spec.key.to_string().as_str()) {
            hub.health = Health::Down;
            hub.since = Some(shift.at());
        }
    }
    picture
}

/// `hubs` are down and one row.
fn cluster_down(shift: &Shift, hubs: &[&str]) -> Picture {
    let mut picture = down(shift, hubs);
    let cases = hubs.iter().map(|hub| {
        let key: HubKey = hub.parse().unwrap();
        let mut case = fixture::case("", "hub down", key.cluster.as_str(), key.hub.as_str());
        case.id = CaseId::Hub(key.clone());
        case.hub_down = Some((key, Vec::new()));
        Arc::new(case)
    });
    picture.cases = cases.collect();
    let mut storm = fixture::storm_of("outage of leap", (0..hubs.len()).collect());
    storm.kind = StormKind::Outage;
    storm.scope = StormScope::Cluster("leap".into());
    picture.rows = vec![Row::Storm(storm)];
    picture
}

fn owner(name: &str, is_me: bool, since: DateTime<Utc>) -> Owner {
    Owner {
        who: Person {
            id: name.into(),
            name: name.into(),
        },
        kind: OwnerKind::Person,
        email: None,
        is_me,
        acknowledged: false,
        via: None,
        level: None,
        since: Some(since),
    }
}

/// A page that is nobody's.
fn page(shift: &Shift) -> Case {
    let mut incident = fixture::incident("Q1");
    incident.created_at = shift.at();
    let mut case = fixture::case("Q1", "home-nfs has 10% of space left", "leap", "prod");
    case.incident = Some(Arc::new(incident));
    case
}

/// A page that is the user's.
fn my_page(shift: &Shift) -> Case {
    let mut case = page(shift);
    case.owners = vec![owner("Ada", true, shift.at())];
    case.unowned = false;
    case
}

fn with(case: Case) -> Picture {
    Picture {
        cases: vec![Arc::new(case)],
        rows: vec![Row::Case(0)],
        ..well()
    }
}

fn not_fresh(ids: &[(SourceKind, &str)]) -> Picture {
    let mut picture = well();
    for (kind, name) in ids {
        let id = SourceId::new(*kind, name);
        let view = picture.sources.iter_mut().find(|it| it.id == id).unwrap();
        view.state = SourceState::Down;
        picture.verdict.reasons.push(Reason {
            level: VerdictLevel::Unknown,
            kind: ReasonKind::SourceNotFresh(id, SourceState::Down),
        });
    }
    picture
}

const NOTHING: [&str; 0] = [];

#[test]
fn each_event_rings_once() {
    let mut shift = Shift::start();
    let mut over = my_page(&shift);
    over.owners[0].acknowledged = true;
    over.acknowledged_by = vec!["Ada".to_owned()];
    over.clocks = vec![Clock {
        kind: ClockKind::TimeBox,
        at: shift.at(),
        estimate: false,
        to: Vec::new(),
    }];
    let title = "P? home-nfs has 10% of space left, leap/prod";
    for (picture, rings) in [
        (down(&shift, &["leap/prod"]), "leap/prod is down".to_owned()),
        (
            with(my_page(&shift)),
            format!("yours, not acknowledged: {title}"),
        ),
        (with(page(&shift)), format!("nobody has it: {title}")),
        (with(over), format!("your time-box is over: {title}")),
    ] {
        assert_eq!(shift.show(picture), [rings]);
        shift.pass(60);
        assert_eq!(shift.check(), NOTHING, "once");
        shift.pass(3600);
        assert_eq!(shift.check(), NOTHING, "however long it lasts");
        assert_eq!(shift.show(well()), NOTHING);
        shift.pass(3600);
        shift.show(well());
    }
}

#[test]
fn what_cannot_be_seen_rings_after_three_minutes_and_once_for_all_sources() {
    let mut shift = Shift::start();
    let one = not_fresh(&[(SourceKind::Prometheus, "leap")]);
    assert_eq!(shift.show(one), NOTHING);
    assert_eq!(shift.rings_within(150), NOTHING);
    let two = not_fresh(&[
        (SourceKind::Prometheus, "leap"),
        (SourceKind::Pagerduty, ""),
    ]);
    assert_eq!(shift.show(two.clone()), NOTHING);
    assert_eq!(
        shift.rings_within(40),
        ["not seen for minutes: prometheus/leap, pagerduty"]
    );
    assert_eq!(shift.rings_within(3600), NOTHING);

    shift.show(well());
    shift.pass(601);
    shift.show(well());
    shift.show(two.clone());
    shift.pass(170);
    assert_eq!(shift.show(well()), NOTHING, "back in time");
    shift.pass(5);
    assert_eq!(shift.show(two), NOTHING, "counted from the start again");
    assert_eq!(shift.rings_within(170), NOTHING);
}

#[test]
fn a_status_page_that_does_not_answer_hides_no_fire() {
    let mut shift = Shift::start();
    shift.show(not_fresh(&[(SourceKind::StatusPage, "Hubs")]));
    assert_eq!(shift.rings_within(3600), NOTHING);
}

#[test]
fn a_picture_that_is_no_longer_built_is_not_seen_either() {
    let mut shift = Shift::start();
    let picture = shift.picture.clone();
    assert!(shift.watch.check(&picture, true, shift.now).is_empty());
    shift.pass(181);
    let rung = shift.watch.check(&picture, true, shift.now);
    assert_eq!(rung.len(), 1);
    assert_eq!(rung[0].event, EventKind::Blind);
}

#[test]
fn what_was_there_at_the_start_does_not_ring() {
    let mut shift = Shift::start();
    let everything = {
        let mut picture = down(&shift, &["leap/prod", "ucec/prod"]);
        picture.cases = vec![Arc::new(page(&shift)), Arc::new(my_page(&shift))];
        picture
    };
    shift.pass(5);
    let mut late = Shift {
        watch: EventWatch::new(NotifySettings::default(), false, shift.now),
        now: shift.now,
        picture: everything,
    };
    assert_eq!(late.check(), NOTHING);
    assert_eq!(late.rings_within(3600), NOTHING);
    late.pass(3600);
    assert_eq!(late.check(), NOTHING);
}

#[test]
fn a_hub_that_was_down_at_the_start_is_found_down_only_by_its_second_probe() {
    let now = fixture::now();
    let mut shift = Shift {
        watch: EventWatch::new(NotifySettings::default(), false, now),
        now,
        picture: well(),
    };
    for hub in &mut shift.picture.clusters[0].hubs {
        hub.health = Health::Unknown;
    }
    assert_eq!(shift.check(), NOTHING);
    shift.pass(20);
    let picture = down(&shift, &["leap/prod"]);
    assert_eq!(shift.show(picture), NOTHING);
    // Another that answered after the start is an event, however soon.
    shift.pass(20);
    let picture = down(&shift, &["leap/prod", "leap/a"]);
    assert_eq!(shift.show(picture), ["leap/a is down"]);
}

#[test]
fn a_source_that_answers_only_long_after_the_start_brings_news() {
    let now = fixture::now();
    let mut shift = Shift {
        watch: EventWatch::new(NotifySettings::default(), false, now),
        now,
        picture: not_fresh(&[(SourceKind::Pagerduty, "")]),
    };
    let old = page(&shift);
    assert_eq!(shift.check(), NOTHING);
    assert_eq!(shift.rings_within(3600), NOTHING, "it was down already");
    assert_eq!(shift.show(with(old)).len(), 1);
}

#[test]
fn before_every_source_has_answered_nothing_rings() {
    let now = fixture::now();
    let mut waiting = well();
    waiting.sources[0].state = SourceState::Waiting;
    let mut shift = Shift {
        watch: EventWatch::new(NotifySettings::default(), false, now),
        now,
        picture: waiting,
    };
    assert_eq!(shift.check(), NOTHING);
    let old = page(&shift);
    shift.pass(8);
    let new = page(&shift);
    shift.pass(2);
    assert_eq!(shift.show(with(old)), NOTHING, "opened before the start");

    let mut shift = Shift {
        watch: EventWatch::new(NotifySettings::default(), false, now),
        now,
        picture: with(new),
    };
    shift.pass(10);
    assert_eq!(shift.check().len(), 1, "opened while the sources answered");
}

#[test]
fn it_rings_again_only_after_ten_clear_minutes() {
    let mut shift = Shift::start();
    let picture = down(&shift, &["leap/prod"]);
    assert_eq!(shift.show(picture.clone()).len(), 1);
    for _ in 0..20 {
        shift.pass(60);
        assert_eq!(shift.show(well()), NOTHING);
        shift.pass(500);
        assert_eq!(shift.show(picture.clone()), NOTHING, "it flaps");
    }
    shift.show(well());
    shift.pass(601);
    assert_eq!(shift.show(picture), ["leap/prod is down"]);
}

#[test]
fn a_hub_whose_health_is_not_known_is_not_clear() {
    let mut shift = Shift::start();
    let picture = down(&shift, &["leap/prod"]);
    assert_eq!(shift.show(picture.clone()).len(), 1);
    let mut unknown = well();
    unknown.clusters[0].hubs[0].health = Health::Unknown;
    shift.show(unknown);
    shift.pass(3600);
    assert_eq!(shift.show(picture), NOTHING);
}

#[test]
fn an_incident_of_a_pagerduty_that_does_not_answer_is_not_over() {
    let mut shift = Shift::start();
    let mine = with(my_page(&shift));
    assert_eq!(shift.show(mine.clone()).len(), 1);
    shift.show(not_fresh(&[(SourceKind::Pagerduty, "")]));
    shift.pass(1200);
    assert_eq!(shift.show(mine), NOTHING);
}

#[test]
fn what_does_not_count_does_not_ring() {
    let mut shift = Shift::start();
    let quiet: [fn(&mut Case); 9] = [
        |case| case.snoozed = true,
        |case| case.muted_by = Some(MutedBy::Maintenance),
        |case| case.muted_by = Some(MutedBy::Suppressed),
        |case| case.places[0].hub = Some("staging".into()),
        |case| {
            case.owners = vec![owner("Bo", false, fixture::now().wall)];
            case.unowned = false;
        },
        |case| {
            case.owners = vec![owner("Ada", true, fixture::now().wall)];
            case.owners[0].acknowledged = true;
            case.acknowledged_by = vec!["Ada".to_owned()];
            case.unowned = false;
        },
        |case| {
            let incident = case.incident.as_mut().map(Arc::make_mut);
            incident.unwrap().status = IncidentStatus::Resolved;
        },
        |case| {
            let incident = case.incident.as_mut().map(Arc::make_mut);
            incident.unwrap().urgency = Urgency::Low;
        },
        |case| case.incident = None,
    ];
    for (number, make_quiet) in quiet.into_iter().enumerate() {
        let mut case = page(&shift);
        make_quiet(&mut case);
        assert_eq!(shift.show(with(case)), NOTHING, "{number}");
        shift.show(well());
    }
}

#[test]
fn a_hub_that_is_down_rings_unless_somebody_has_it_or_it_does_not_count() {
    let mut shift = Shift::start();
    let own_case = |shift: &Shift| {
        let mut case = page(shift);
        case.hub_down = Some((HubKey::new("leap", "prod"), Vec::new()));
        case
    };
    let quiet: [fn(&mut Case); 4] = [
        |case| case.snoozed = true,
        |case| case.muted_by = Some(MutedBy::Maintenance),
        |case| case.acknowledged_by = vec!["Bo".to_owned()],
        |case| {
            case.owners = vec![owner("Bo", false, fixture::now().wall)];
            case.unowned = false;
        },
    ];
    for make_quiet in quiet {
        let mut case = own_case(&shift);
        make_quiet(&mut case);
        let mut picture = down(&shift, &["leap/prod"]);
        picture.cases = vec![Arc::new(case)];
        assert_eq!(shift.show(picture), NOTHING);
        shift.show(well());
    }
    let mut staging = down(&shift, &["leap/staging"]);
    assert_eq!(shift.show(staging.clone()), NOTHING);
    staging.clusters[0].hubs[1].spec.tier = Tier::Prod;
    staging.clusters[0].hubs[1].maintenance = true;
    assert_eq!(shift.show(staging.clone()), NOTHING);
    staging.clusters[0].hubs[1].maintenance = false;
    assert_eq!(
        shift.show(staging),
        ["leap/staging is down"],
        "it counts now"
    );
    // Who may hold it cannot be read: nobody is known to.
    let mut case = own_case(&shift);
    case.owners_known = false;
    case.incident = None;
    let mut picture = down(&shift, &["leap/prod"]);
    picture.cases = vec![Arc::new(case)];
    shift.pass(200);
    assert_eq!(shift.show(picture), ["leap/prod is down"]);
}

#[test]
fn a_p1_on_staging_that_a_person_set_rings() {
    let mut shift = Shift::start();
    let mut case = page(&shift);
    case.places[0].hub = Some("staging".into());
    case.rank = crate::domain::case::Rank::Priority(0);
    let mut picture = with(case);
    let id = picture.cases[0].id.clone();
    picture.verdict.reasons = vec![Reason {
        level: VerdictLevel::Critical,
        kind: ReasonKind::OpenP1(id),
    }];
    assert_eq!(shift.show(picture).len(), 1);
}

#[test]
fn off_call_nothing_rings_until_the_shift_begins() {
    let off = |mut picture: Picture| {
        picture.me.as_mut().unwrap().shift = MyShift::Off;
        picture
    };
    let mut shift = Shift::start_with(NotifySettings::default(), off(well()));
    let mine = with(my_page(&shift));
    let hub = down(&shift, &["leap/prod"]);
    assert_eq!(shift.show(off(mine.clone())), NOTHING);
    assert_eq!(shift.rings_within(3600), NOTHING);
    assert_eq!(shift.show(mine).len(), 1, "the shift begins");
    assert_eq!(shift.show(off(hub.clone())), NOTHING);
    // A PagerDuty that does not answer does not make old trouble new.
    let mut stale = off(hub.clone());
    stale.sources[1].state = SourceState::Stale;
    assert_eq!(shift.show(stale.clone()), NOTHING);
    stale.clusters[1].hubs[0].health = Health::Down;
    stale.clusters[1].hubs[0].since = Some(shift.at());
    assert_eq!(
        shift.show(stale),
        ["ucec/prod is down"],
        "whether I am on call is not known any more"
    );
}

#[test]
fn where_the_rota_is_not_known_it_rings() {
    for me in [None, Some(MyShift::NotKnown)] {
        let mut shift = Shift::start();
        let mut picture = down(&shift, &["leap/prod"]);
        picture.me = me.map(|shift| MeView {
            shift,
            ..picture.me.clone().unwrap()
        });
        assert_eq!(shift.show(picture).len(), 1);
    }
}

#[test]
fn while_somebody_looks_it_does_not_ring() {
    let mut shift = Shift::start();
    shift.watch.set_focus(Some(true));
    shift.watch.record_key(shift.now);
    shift.pass(60);
    let picture = down(&shift, &["leap/prod"]);
    assert_eq!(shift.show(picture), NOTHING);
    shift.pass(5);
    shift.watch.record_key(shift.now);
    assert_eq!(
        shift.rings_within(3600),
        NOTHING,
        "the key says it was seen"
    );
}

#[test]
fn who_left_without_a_key_is_called_when_they_count_as_gone() {
    let mut shift = Shift::start();
    shift.watch.set_focus(Some(true));
    shift.watch.record_key(shift.now);
    shift.pass(60);
    let picture = down(&shift, &["leap/prod"]);
    assert_eq!(shift.show(picture), NOTHING);
    shift.watch.set_focus(Some(false));
    assert_eq!(shift.check(), NOTHING, "not for going elsewhere");
    assert_eq!(shift.rings_within(230), NOTHING);
    assert_eq!(shift.rings_within(20), ["leap/prod is down"]);
}

#[test]
fn the_focus_that_comes_back_says_that_it_was_seen() {
    let mut shift = Shift::start();
    shift.watch.set_focus(Some(true));
    shift.watch.record_key(shift.now);
    let picture = down(&shift, &["leap/prod"]);
    assert_eq!(shift.show(picture), NOTHING);
    shift.watch.set_focus(Some(false));
    shift.watch.set_focus(Some(true));
    assert_eq!(shift.rings_within(3600), NOTHING);
}

#[test]
fn focus_alone_keys_alone_or_old_keys_hold_nothing() {
    for (focus, key_before) in [
        (Some(true), None),
        (Some(true), Some(301)),
        (Some(false), Some(5)),
        (None, Some(5)),
    ] {
        let mut shift = Shift::start();
        shift.watch.set_focus(focus);
        if let Some(seconds) = key_before {
            shift.watch.record_key(shift.now);
            shift.pass(seconds);
        }
        let picture = down(&shift, &["leap/prod"]);
        assert_eq!(shift.show(picture).len(), 1, "{focus:?} {key_before:?}");
    }
}

#[test]
fn an_event_that_is_over_before_it_may_ring_does_not() {
    let mut shift = Shift::start();
    shift.watch.set_focus(Some(true));
    shift.watch.record_key(shift.now);
    let mut page = my_page(&shift);
    assert_eq!(shift.show(with(page.clone())), NOTHING);
    page.acknowledged_by = vec!["Ada".to_owned()];
    page.owners[0].acknowledged = true;
    assert_eq!(shift.show(with(page)), NOTHING);
    assert_eq!(shift.rings_within(3600), NOTHING, "acknowledged meanwhile");
}

#[test]
fn a_cluster_that_goes_down_hub_by_hub_is_one_event() {
    let mut shift = Shift::start();
    let picture = down(&shift, &["leap/prod"]);
    assert_eq!(shift.show(picture), ["leap/prod is down"]);
    shift.pass(20);
    let picture = down(&shift, &["leap/prod", "leap/a"]);
    assert_eq!(shift.show(picture), NOTHING);
    shift.pass(20);
    let all = ["leap/prod", "leap/a", "leap/b", "leap/c", "leap/d"];
    let picture = cluster_down(&shift, &all[..4]);
    assert_eq!(shift.show(picture), NOTHING);
    assert_eq!(shift.rings_within(300), NOTHING);
    let picture = cluster_down(&shift, &all);
    assert_eq!(shift.show(picture), NOTHING, "one more of them");
    shift.pass(3600);
    let mut other = cluster_down(&shift, &all);
    other.clusters[0].hubs[6].health = Health::Down;
    assert_eq!(
        shift.show(other),
        ["leap/e is down"],
        "an outage of its own"
    );
}

#[test]
fn a_cluster_that_goes_down_at_once_is_one_event_and_says_so() {
    let mut shift = Shift::start();
    let all = ["leap/prod", "leap/a", "leap/b", "leap/c", "leap/d"];
    shift.picture = cluster_down(&shift, &all);
    let events = shift.events();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].title, "leap: 5 hubs are down");
    assert_eq!(events[0].cluster.as_deref(), Some("leap"));
    assert_eq!((events[0].hub_count, events[0].hubs.len()), (5, 5));
    assert_eq!(shift.check(), NOTHING);
}

#[test]
fn a_second_hub_of_a_cluster_rings_when_it_is_no_outage_of_the_cluster() {
    let mut shift = Shift::start();
    let picture = down(&shift, &["leap/prod"]);
    assert_eq!(shift.show(picture).len(), 1);
    shift.pass(30);
    let picture = down(&shift, &["leap/prod", "leap/a"]);
    assert_eq!(shift.show(picture), NOTHING);
    assert_eq!(shift.rings_within(120), ["leap/a is down"]);
    let picture = down(&shift, &["leap/prod", "leap/a", "ucec/prod"]);
    assert_eq!(
        shift.show(picture),
        ["ucec/prod is down"],
        "at once elsewhere"
    );
}

fn rule(kind: EventKind, when: RingWhen, filter: &str) -> NotifySettings {
    let rule = EventRule {
        when,
        filter: filter.to_owned(),
    };
    NotifySettings {
        rules: BTreeMap::from([(kind, rule)]),
        ..NotifySettings::default()
    }
}

#[test]
fn a_kind_can_be_turned_off_and_scoped() {
    let settings = rule(EventKind::HubDown, RingWhen::Never, "");
    let mut shift = Shift::start_with(settings, well());
    let picture = down(&shift, &["leap/prod"]);
    assert_eq!(shift.show(picture), NOTHING);
    let settings = rule(EventKind::HubDown, RingWhen::OnCall, "aws");
    let mut shift = Shift::start_with(settings, well());
    let picture = down(&shift, &["leap/prod", "ucec/prod"]);
    assert_eq!(shift.show(picture), ["ucec/prod is down"]);
    let settings = rule(EventKind::Mine, RingWhen::OnCall, "ucec");
    let mut shift = Shift::start_with(settings, well());
    let picture = with(my_page(&shift));
    assert_eq!(shift.show(picture), NOTHING);
    let settings = rule(EventKind::Blind, RingWhen::OnCall, "pagerduty");
    let mut shift = Shift::start_with(settings, well());
    shift.show(not_fresh(&[
        (SourceKind::Prometheus, "leap"),
        (SourceKind::Pagerduty, ""),
    ]));
    assert_eq!(shift.rings_within(200), ["not seen for minutes: pagerduty"]);
}

#[test]
fn always_rings_off_call_too() {
    let mut picture = well();
    picture.me.as_mut().unwrap().shift = MyShift::Off;
    let settings = rule(EventKind::HubDown, RingWhen::Always, "");
    let mut shift = Shift::start_with(settings, picture);
    let mut picture = down(&shift, &["leap/prod"]);
    picture.me.as_mut().unwrap().shift = MyShift::Off;
    assert_eq!(shift.show(picture).len(), 1);
}

#[test]
fn words_from_outside_are_neutral_in_all_of_an_event() {
    let mut shift = Shift::start();
    let mut case = my_page(&shift);
    case.title = format!("a\u{1b}]0;evil\u{7}b\u{9c}\u{202e}\n{}", "x".repeat(9000));
    case.places[0].cluster = Some("le\u{1b}[2Jap".into());
    let incident = case.incident.as_mut().map(Arc::make_mut).unwrap();
    incident.url = Some("javascript:alert(1)".to_owned());
    shift.picture = with(case);
    let events = shift.events();
    let json = serde_json::to_string(&events).unwrap();
    assert!(
        !events[0].title.contains(char::is_control),
        "{:?}",
        events[0].title
    );
    assert!(crate::text::sanitize::width(&events[0].title) <= 160);
    assert!(
        events[0].title.ends_with(", leap/prod"),
        "{}",
        events[0].title
    );
    for bad in [
        "\\u001b",
        "evil",
        "javascript",
        "\u{9c}",
        "\u{202e}",
        "\\u0007",
    ] {
        assert!(!json.contains(bad), "{bad:?} in {json}");
    }
}

#[test]
fn ages_pass_by_our_own_clock_when_the_servers_clock_is_learnt() {
    let mut shift = Shift::start();
    shift.picture = not_fresh(&[(SourceKind::Prometheus, "leap")]);
    assert_eq!(shift.check(), NOTHING);
    shift.picture.skew = TimeDelta::minutes(5);
    shift.pass(10);
    assert_eq!(shift.check(), NOTHING);
}
