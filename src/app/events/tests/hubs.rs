//! Tests of events for hubs and clusters that go down.

use super::*;

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
    // The owners could not be read, so no owner of the case is known.
    let mut case = own_case(&shift);
    case.owners_known = false;
    case.incident = None;
    let mut picture = down(&shift, &["leap/prod"]);
    picture.cases = vec![Arc::new(case)];
    shift.pass(200);
    assert_eq!(shift.show(picture), ["leap/prod is down"]);
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
    assert_eq!(events[0].title, "leap: 5 hubs are down so far");
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

#[test]
fn a_hub_that_somebody_takes_on_and_gives_back_is_the_same_outage() {
    let mut shift = Shift::start();
    let picture = down(&shift, &["leap/prod"]);
    assert_eq!(shift.show(picture.clone()), ["leap/prod is down"]);
    let mut taken = picture.clone();
    let mut case = page(&shift);
    case.hub_down = Some((HubKey::new("leap", "prod"), Vec::new()));
    case.acknowledged_by = vec!["Bo".to_owned()];
    taken.cases = vec![Arc::new(case)];
    assert_eq!(shift.show(taken), NOTHING);
    shift.pass(3600);
    assert_eq!(shift.show(picture.clone()), NOTHING);
    // The maintenance for the hub's repair ends, and the hub is still down.
    let mut in_work = picture.clone();
    in_work.clusters[0].hubs[0].maintenance = true;
    shift.show(in_work.clone());
    shift.pass(3600);
    shift.show(in_work);
    assert_eq!(shift.show(picture), ["leap/prod is down"]);
}
