mod attention;
mod hubs;
mod quiet;
mod start;

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
use crate::picture::{MeView, MyShift, Reason, ReasonKind, Row, StormKind, StormScope};

/// Shows pictures to an [`EventWatch`] while time passes. Each check returns the events that ring.
struct Shift {
    watch: EventWatch,
    now: Now,
    picture: Picture,
}

/// A healthy fleet, and a user who is on call. The start lies so far back that a condition that begins now counts as
/// new.
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
        self.picture.at = self.now;
        self.watch.check(&self.picture, false, self.now)
    }

    fn show(&mut self, picture: Picture) -> Vec<String> {
        self.picture = picture;
        self.check()
    }

    fn at(&self) -> DateTime<Utc> {
        self.now.wall
    }

    /// All events that ring within `seconds` without a new picture. The watch is checked when the event loop would
    /// check it.
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

/// A picture in which `hubs` are down and share one row.
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

/// A case whose incident nobody owns.
fn page(shift: &Shift) -> Case {
    let mut incident = fixture::incident("Q1");
    incident.created_at = shift.at();
    let mut case = fixture::case("Q1", "home-nfs has 10% of space left", "leap", "prod");
    case.incident = Some(Arc::new(incident));
    case
}

/// A case whose incident the user owns.
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
        (with(page(&shift)), format!("nobody owns it: {title}")),
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
    assert_eq!(shift.rings_within(50), NOTHING);
    let two = not_fresh(&[
        (SourceKind::Prometheus, "leap"),
        (SourceKind::Pagerduty, ""),
    ]);
    assert_eq!(shift.show(two.clone()), NOTHING);
    assert_eq!(
        shift.rings_within(140),
        ["no current data for over 3 minutes: prometheus/leap, pagerduty"]
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
fn a_source_that_failed_long_after_the_first_is_not_named_with_it() {
    let mut shift = Shift::start();
    shift.show(not_fresh(&[(SourceKind::Prometheus, "leap")]));
    assert_eq!(shift.rings_within(160), NOTHING);
    shift.show(not_fresh(&[
        (SourceKind::Prometheus, "leap"),
        (SourceKind::Pagerduty, ""),
    ]));
    assert_eq!(
        shift.rings_within(40),
        ["no current data for over 3 minutes: prometheus/leap"]
    );
    assert_eq!(
        shift.rings_within(170),
        ["no current data for over 3 minutes: pagerduty"]
    );
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
