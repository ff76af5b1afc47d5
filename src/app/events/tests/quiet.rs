//! Conditions that never ring, and conditions that the configuration silences.

use super::*;
use crate::domain::directory::{Directory, User};
use crate::domain::source::Answer;

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
fn a_status_page_that_does_not_answer_hides_no_fire() {
    let mut shift = Shift::start();
    shift.show(not_fresh(&[(SourceKind::StatusPage, "Hubs")]));
    assert_eq!(shift.rings_within(3600), NOTHING);
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
    // The condition began while the user was off call. It does not become a new condition when PagerDuty stops
    // answering.
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
    assert_eq!(
        shift.rings_within(200),
        ["no current data for over 3 minutes: pagerduty"]
    );
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
fn an_address_that_pagerduty_does_not_know_keeps_nothing_quiet() {
    let user = |email: &str| User {
        person: Person {
            id: "PUADA".into(),
            name: "Ada".into(),
        },
        email: Some(email.to_owned()),
        zone: None,
    };
    for (email, rings) in [("Ada@example.org", 0), ("bo@example.org", 1)] {
        let off = |mut picture: Picture| {
            let me = picture.me.as_mut().unwrap();
            me.name = "ada@example.org".to_owned();
            me.shift = MyShift::Off;
            let directory = Directory {
                users: vec![user(email)],
                ..Directory::default()
            };
            let answer = Answer::new(picture.at, picture.at, None, directory);
            picture.directory = Some(Arc::new(answer));
            picture
        };
        let mut shift = Shift::start_with(NotifySettings::default(), off(well()));
        let picture = off(down(&shift, &["leap/prod"]));
        assert_eq!(shift.show(picture).len(), rings, "{email}");
    }
}
