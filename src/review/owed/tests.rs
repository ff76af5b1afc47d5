//! What is missing after an outage according to its notes and posts.

mod tracked;

use super::*;
use crate::domain::incident::LogKind;
use crate::domain::post::PostKind;
use crate::review::fixture::{at, incident, p1};

const DAY: i64 = 24 * 60;

fn is_human(who: &Person) -> bool {
    &*who.name != "support"
}

fn all_steps() -> BTreeSet<ChecklistStep> {
    use strum::IntoEnumIterator as _;
    ChecklistStep::iter().collect()
}

fn p1_at(number: u64, day: i64) -> PastIncident {
    incident(number, day * DAY, Some(day * DAY + 60))
        .priority("P1")
        .place("leap/prod")
}

fn missing_of(incidents: &[PastIncident], posts: Option<&[Post]>) -> Vec<(u64, Vec<Missing>)> {
    let (steps, calendar, p1) = (all_steps(), Calendar::default(), p1());
    let boxes = TimeBoxes::default();
    let found = owed(&OwedInput {
        incidents,
        p1: &p1,
        since: at(-10 * DAY),
        now: at(30 * DAY),
        calendar: &calendar,
        steps: &steps,
        is_human: &is_human,
        posts,
        tracker: None,
        time_boxes: &boxes,
    });
    let found = found.into_iter();
    found
        .map(|one| (one.incidents[0].number, one.missing))
        .collect()
}

const TICKET: &str = "[hubwatch] outage support-resolved: ticket 3";

#[test]
fn an_outage_owes_until_somebody_says_what_follows() {
    let bare = p1_at(1, 2);
    assert_eq!(
        missing_of(std::slice::from_ref(&bare), None),
        [(1, vec![Missing::FollowUp, Missing::SupportTicket])]
    );
    let ticket = bare.note(2 * DAY + 70, TICKET);
    let owes = |note: &str| missing_of(&[ticket.clone().note(2 * DAY + 80, note)], None);
    let follow_up = [(1, vec![Missing::FollowUp])];
    assert_eq!(owes("[hubwatch] verdict fixed: resized"), follow_up);
    assert_eq!(owes("[hubwatch] verdict follow-up: later"), follow_up);
    assert_eq!(owes("[hubwatch] verdict no-follow-up:"), follow_up);
    assert_eq!(
        owes("[hubwatch] verdict follow-up https://issues.example/7: x"),
        []
    );
    assert_eq!(owes("[hubwatch] verdict no-follow-up: a one-off"), []);
}

#[test]
fn what_was_no_outage_or_is_one_still_owes_nothing() {
    let p2 = incident(1, 0, Some(60)).priority("P2");
    let open = incident(2, 0, None).priority("P1").place("maap/prod");
    let taken_back = p1_at(3, 3).change(3 * DAY + 70, "P1", "");
    assert_eq!(missing_of(&[p2, open, taken_back], None), []);
}

#[test]
fn what_any_member_says_counts_and_a_merged_one_is_a_member() {
    let note = "[hubwatch] verdict follow-up https://issues.example/7: x";
    let one = p1_at(1, 2).note(2 * DAY + 70, TICKET);
    let other = p1_at(2, 2).note(2 * DAY + 70, note);
    assert_eq!(missing_of(&[one.clone(), other], None), []);
    let merged = incident(3, 2 * DAY, Some(2 * DAY + 5))
        .merged_into(1)
        .note(2 * DAY + 6, note);
    assert_eq!(missing_of(&[one, merged], None), []);
}

#[test]
fn without_its_log_it_is_not_known_what_an_outage_owes() {
    let unread = p1_at(1, 2).log_unknown();
    assert_eq!(missing_of(&[unread], None), [(1, vec![Missing::NotKnown])]);
}

#[test]
fn a_linked_post_that_is_open_is_owed_and_another_incidents_is_not() {
    let one = p1_at(1, 2)
        .note(2 * DAY + 70, TICKET)
        .note(2 * DAY + 80, "[hubwatch] verdict no-follow-up: a one-off");
    let post = |linked: &str, open: bool| Post {
        open,
        linked: Some(linked.into()),
        ..crate::app::fixture::post("N1", PostKind::Incident, "leap is down")
    };
    let owes = |posts: &[Post]| missing_of(std::slice::from_ref(&one), Some(posts));
    let open = [(1, vec![Missing::OpenPost("leap is down".to_owned())])];
    assert_eq!(owes(&[post("Q1", true)]), open);
    assert_eq!(owes(&[post("Q1", false)]), []);
    assert_eq!(owes(&[post("Q9", true)]), []);
}

#[test]
fn its_age_is_in_working_days_and_its_owner_the_last_human() {
    let one = p1_at(1, 0)
        .by("Ada", 5, LogKind::Acknowledge { timeout: None })
        .by("Bo", 15, LogKind::Acknowledge { timeout: None })
        .by("support", 25, LogKind::Acknowledge { timeout: None });
    let incidents = [one];
    let (steps, calendar, p1) = (all_steps(), Calendar::default(), p1());
    let boxes = TimeBoxes::default();
    let found = owed(&OwedInput {
        incidents: &incidents,
        p1: &p1,
        since: at(-DAY),
        // Minute 0 is a Sunday. Day 8 is the Monday of the week after.
        now: at(8 * DAY + 600),
        calendar: &calendar,
        steps: &steps,
        is_human: &is_human,
        posts: None,
        tracker: None,
        time_boxes: &boxes,
    });
    assert_eq!(found[0].working_days, 5);
    assert_eq!(found[0].owner, Some(OutageOwner::Known("Bo".into())));
}
