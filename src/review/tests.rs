//! Tests of which incidents are an outage, and of the outages' figures.

mod figures;

use std::collections::BTreeMap;

use crate::domain::zone::Zone;
use chrono::{NaiveDate, TimeDelta};

use super::fixture::{at, incident, p1, person};
use super::outage::outages;
use super::past_incident::{Acknowledged, FoundBy, P1, PastIncident};
use super::trends::{Spread, Trends, TrendsInput, trends};
use crate::domain::case::Place;
use crate::domain::ids::CaseId;
use crate::domain::incident::{LogKind, declaration_key};

const DAY: i64 = 24 * 60;

#[test]
fn a_p1_is_one_from_when_it_became_one_and_until_people_took_it_back() {
    let plain = || incident(1, 0, Some(60));
    let table: [(&str, PastIncident, P1); 12] = [
        ("no priority", plain(), P1::Never),
        ("P1 throughout", plain().priority("P1"), P1::Since(at(0))),
        ("raised", plain().change(20, "P2", "P1"), P1::Since(at(20))),
        (
            "lowered while open",
            plain().change(20, "P1", "P2"),
            P1::Since(at(0)),
        ),
        (
            "lowered while open, removed afterwards",
            plain().change(20, "P1", "P2").change(70, "P2", ""),
            P1::Since(at(0)),
        ),
        (
            "removed after it was resolved",
            plain().change(70, "P1", ""),
            P1::TakenBack,
        ),
        (
            "removed as it was resolved",
            plain().change(60, "P1", ""),
            P1::TakenBack,
        ),
        (
            "removed and given again",
            plain().change(70, "P1", "").change(80, "", "P1"),
            P1::Since(at(0)),
        ),
        (
            "raised after it was resolved",
            plain().change(70, "P2", "P1"),
            P1::Never,
        ),
        (
            "called no outage",
            plain()
                .priority("P1")
                .note(50, "[hubwatch] verdict not-an-outage: a test"),
            P1::TakenBack,
        ),
        (
            "called no outage, then one",
            plain()
                .priority("P1")
                .note(50, "[hubwatch] verdict not-an-outage: a test")
                .note(55, "[hubwatch] verdict outage: it is real"),
            P1::Since(at(0)),
        ),
        ("its log is not known", plain().log_unknown(), P1::NotKnown),
    ];
    for (name, one, expected) in table {
        assert_eq!(one.p1(&p1()), expected, "{name}");
    }
    let open = incident(1, 0, None).change(20, "P2", "P1");
    assert_eq!(open.p1(&p1()), P1::Since(at(20)));
}

#[test]
fn who_found_it_is_told_by_the_first_trigger() {
    let by_user = |channel: Option<&str>| {
        let mut one = incident(1, 0, Some(60));
        one.log[0].agent = Some(person("Ada"));
        one.log[0].channel = channel.map(str::to_owned);
        one
    };
    let declared = |mut one: PastIncident| {
        let case: CaseId = "alert:00000000000000ab".parse().unwrap();
        one.incident.incident_key = Some(declaration_key(&case, "1"));
        one
    };
    let nameless = |mut one: PastIncident| {
        one.log[0].agent_known = false;
        one
    };
    let plain = || incident(1, 0, Some(60));
    let table = [
        ("an integration", plain(), FoundBy::Alert),
        ("a user", by_user(None), FoundBy::Person),
        (
            "the website",
            plain().opened_by_hand("website"),
            FoundBy::Person,
        ),
        (
            "a form",
            plain().opened_by_hand("web_trigger"),
            FoundBy::Person,
        ),
        ("mail", plain().opened_by_hand("email"), FoundBy::Alert),
        (
            "declared with hubwatch",
            declared(by_user(Some("website"))),
            FoundBy::Alert,
        ),
        ("no log", by_user(None).log_unknown(), FoundBy::Unknown),
        ("nobody is named", nameless(plain()), FoundBy::Unknown),
    ];
    for (name, one, expected) in table {
        assert_eq!(one.found_by(), expected, "{name}");
    }
}

/// Each outage as the numbers of its incidents.
fn grouped(incidents: &[PastIncident]) -> Vec<Vec<u64>> {
    let found = outages(incidents, &p1(), at(10 * DAY));
    let numbers = |outage: &super::outage::Outage<'_>| {
        let members = outage.incidents.iter();
        let mut numbers: Vec<u64> = members.map(|one| one.incident.number).collect();
        numbers.sort_unstable();
        numbers
    };
    found.outages.iter().map(numbers).collect()
}

/// A test case: its name, the incidents, and the expected outages as the numbers of their incidents.
type Grouping = (&'static str, Vec<PastIncident>, Vec<Vec<u64>>);

#[test]
fn two_are_one_outage_when_they_are_near_in_time_and_share_a_place() {
    let one = |number, from, to: Option<i64>, place: &str| {
        incident(number, from, to).priority("P1").place(place)
    };
    let table: [Grouping; 9] = [
        (
            "overlapping, one hub",
            vec![
                one(1, 0, Some(60), "leap/prod"),
                one(2, 30, Some(90), "leap/prod"),
            ],
            vec![vec![1, 2]],
        ),
        (
            "ten minutes apart",
            vec![
                one(1, 0, Some(60), "leap/prod"),
                one(2, 70, Some(90), "leap/prod"),
            ],
            vec![vec![1, 2]],
        ),
        (
            "eleven minutes apart",
            vec![
                one(1, 0, Some(60), "leap/prod"),
                one(2, 71, Some(90), "leap/prod"),
            ],
            vec![vec![1], vec![2]],
        ),
        (
            "two hubs of one cluster",
            vec![
                one(1, 0, Some(60), "leap/prod"),
                one(2, 30, Some(90), "leap/staging"),
            ],
            vec![vec![1], vec![2]],
        ),
        (
            "one names the whole cluster, and so joins the two hubs",
            vec![
                one(1, 0, Some(60), "leap/prod"),
                one(2, 30, Some(90), "leap/staging"),
                one(3, 40, Some(50), "leap"),
            ],
            vec![vec![1, 2, 3]],
        ),
        (
            "two hubs of one name in two clusters",
            vec![
                one(1, 0, Some(60), "leap/prod"),
                one(2, 30, Some(90), "ucec/prod"),
            ],
            vec![vec![1], vec![2]],
        ),
        (
            "neither names a place",
            vec![
                incident(1, 0, Some(60)).priority("P1"),
                incident(2, 30, Some(90)).priority("P1"),
            ],
            vec![vec![1], vec![2]],
        ),
        (
            "transitively, the first long over",
            vec![
                one(1, 0, Some(60), "leap/prod"),
                one(2, 55, Some(200), "leap/prod"),
                one(3, 205, None, "leap/prod"),
            ],
            vec![vec![1, 2, 3]],
        ),
        (
            "one was taken back",
            vec![
                one(1, 0, Some(60), "leap/prod").change(61, "P1", ""),
                one(2, 30, Some(90), "leap/prod"),
            ],
            vec![vec![2]],
        ),
    ];
    for (name, incidents, expected) in table {
        assert_eq!(grouped(&incidents), expected, "{name}");
    }
}

#[test]
fn a_hub_whose_cluster_is_not_known_is_no_place() {
    let one = |number| {
        let mut one = incident(number, 0, Some(60)).priority("P1");
        let hub = Some("prod".into());
        one.places.push(Place { cluster: None, hub });
        one
    };
    assert_eq!(grouped(&[one(1), one(2)]), [[1], [2]]);
}

#[test]
fn what_was_merged_is_its_targets() {
    let target = || incident(1, 0, Some(60)).place("leap/prod");
    let source = || incident(2, 5, Some(6)).priority("P1").place("leap/prod");
    let both = [target().priority("P1"), source().merged_into(1)];
    assert_eq!(grouped(&both), [[1]]);
    assert_eq!(
        grouped(&[target(), source().merged_into(1)]),
        [[1]],
        "it was a P1"
    );
    assert_eq!(
        grouped(&[source().merged_into(1)]),
        [[2]],
        "its target is not known"
    );
}

#[test]
fn an_outage_lasts_to_the_end_of_its_latest_incident() {
    let one = |number, from, to| incident(number, from, to).priority("P1").place("leap/prod");
    let over = [one(1, 0, Some(90)), one(2, 30, Some(60))];
    let found = outages(&over, &p1(), at(DAY));
    assert_eq!(
        (found.outages[0].begins, found.outages[0].ends),
        (at(0), Some(at(90)))
    );
    let open = [one(1, 0, Some(90)), one(2, 30, None)];
    assert_eq!(outages(&open, &p1(), at(DAY)).outages[0].ends, None);
}

#[test]
fn a_human_acknowledgement_counts_and_no_bots() {
    let acknowledge = || LogKind::Acknowledge { timeout: None };
    let human = |who: &crate::domain::incident::Person| who.id.as_str() != "Bot";
    let of = |one: PastIncident| one.time_to_acknowledge(&human);
    let plain = || incident(1, 0, Some(60));
    assert_eq!(of(plain()), Acknowledged::Never);
    let after_bot = plain()
        .by("Bot", 1, acknowledge())
        .by("Ada", 7, acknowledge());
    assert_eq!(of(after_bot), Acknowledged::After(TimeDelta::minutes(7)));
    assert_eq!(of(plain().by("Bot", 1, acknowledge())), Acknowledged::Never);
    assert_eq!(
        of(plain().by("Ada", 0, acknowledge())),
        Acknowledged::AtOnce
    );
    assert_eq!(of(plain().log_unknown()), Acknowledged::NotKnown);
}
