//! Tests of the handoff's text, with small pictures.

mod around;

use crate::domain::zone::Zone;
use chrono::TimeDelta;

use super::*;
use crate::app::fixture::action_flow::{
    acknowledged, assigned_case, person, picture_with_directory, with_incident,
};
use crate::app::fixture::owed::reading;
use crate::app::fixture::{self, minutes_ago, now, with_storm};
use crate::domain::case::Rank;
use crate::domain::checklist::{ChecklistItem, ChecklistStep, StepState};
use crate::domain::clock::Clock;
use crate::domain::ids::CaseId;
use crate::domain::incident::{LogEntry, LogKind};
use crate::domain::matcher::Matcher;
use crate::domain::policy::Runbook;
use crate::review::owed::OwedReading;
use crate::text::symbols::UNICODE;

fn ctx(zone: Zone) -> TextContext {
    TextContext {
        now: now(),
        zone,
        symbols: &UNICODE,
    }
}

fn hours(count: i64) -> DateTime<Utc> {
    now().wall + TimeDelta::hours(count)
}

/// All input of a handoff except the picture.
struct Around {
    policy: Policy,
    who: Outgoing,
    shift: Shift,
    incidents: Vec<Arc<Incident>>,
    disks: DiskForecasts,
    owed: Result<OwedReading, String>,
}

impl Around {
    /// Ada's shift ends in four hours, Bo's in twelve.
    fn ada() -> Self {
        Self {
            policy: Policy::default(),
            who: Outgoing {
                label: "Ada".to_owned(),
                person: Some(person("Ada")),
            },
            shift: Shift {
                from: Some(hours(-4)),
                until: Some(hours(4)),
                next: vec![Successor {
                    who: person("Bo"),
                    from: None,
                    nobody_before: false,
                    until: Some(hours(12)),
                }],
            },
            incidents: Vec::new(),
            disks: DiskForecasts::default(),
            owed: Ok(reading(Vec::new())),
        }
    }

    fn write(&self, picture: &Picture, zone: Zone) -> Handoff {
        let input = HandoffInput {
            picture,
            policy: &self.policy,
            who: &self.who,
            shift: &self.shift,
            incidents: &self.incidents,
            disks: &self.disks,
            owed: self.owed.as_ref().map_err(String::as_str),
        };
        markdown(input, &ctx(zone))
    }
}

fn text(picture: &Picture) -> String {
    Around::ada().write(picture, Zone::UTC).text
}

fn clock(kind: ClockKind, at: DateTime<Utc>) -> Clock {
    Clock {
        kind,
        at,
        estimate: false,
        to: Vec::new(),
    }
}

fn log(incident: &str, minutes: i64, kind: LogKind) -> Arc<LogEntry> {
    Arc::new(LogEntry {
        id: format!("L{incident}{minutes}"),
        incident: incident.into(),
        at: minutes_ago(minutes),
        kind,
        agent: Some(person("Bo")),
        agent_known: true,
        channel: None,
        summary: String::new(),
    })
}

fn note(incident: &str, minutes: i64, text: &str) -> Arc<LogEntry> {
    let text = Some(text.to_owned());
    log(incident, minutes, LogKind::Annotate { text })
}

fn assert_has(text: &str, line: &str) {
    assert!(text.lines().any(|it| it == line), "{line}\n\n{text}");
}

#[test]
fn it_says_to_whom_and_when() {
    let text = text(&picture_with_directory(Vec::new()));
    assert_has(&text, "# Handoff: Ada → Bo, Sun 22 Nov 2026 07:12");
    assert_has(
        &text,
        "- Shift Sat 23:12 – Sun 07:12, then Bo until Sun 15:12; times in UTC",
    );
    assert_has(&text, "- **OK** as of Sun 03:12: all clear: 1 of 1 sources");
    let nothing = "- In hand: nobody owns 0; Ada holds 0, 0 of them outages; boxes overrun: 0";
    assert_has(&text, nothing);
    let mut around = Around::ada();
    around.shift.next = Vec::new();
    let alone = around.write(
        &picture_with_directory(Vec::new()),
        "Europe/Berlin".parse::<Zone>().unwrap(),
    );
    assert!(alone.is_complete);
    assert_has(
        &alone.text,
        "- Shift Sat 23:12 (Sun 00:12) – Sun 07:12 (08:12); the rota does not say who is next; times in UTC, \
         in brackets Europe/Berlin",
    );
}

#[test]
fn a_held_case_has_its_state_its_last_note_and_the_next_step() {
    let mut held = acknowledged(assigned_case("Q1", "Ada"), "Ada");
    held.priority = Some("P2".into());
    held.owners[0].since = Some(minutes_ago(30));
    let mut handed = assigned_case("Q2", "Ada");
    handed.owners[0].since = Some(minutes_ago(10));
    let mut picture = picture_with_directory(vec![held, handed, assigned_case("Q3", "Bo")]);
    picture.log = vec![
        note("Q1", 25, "Next: ask the *community*\nlater"),
        note(
            "Q1",
            20,
            "[hubwatch] verdict follow-up: resized\n\u{1b}[2Jtwice",
        ),
        note("Q1", 15, "[hubwatch] time-box start 30m"),
        note("Q3", 5, "somebody else's"),
    ];
    let text = text(&picture);
    assert_has(&text, "## Ada holds");
    assert_has(&text, "- P2 #1 leap/prod: Q1 is full; acknowledged 30m ago");
    assert_has(
        &text,
        "  - note by Bo 20m ago: verdict follow-up: resized twice; next: ask the \\*community\\*",
    );
    assert_has(
        &text,
        "- P? #1 leap/prod: Q2 is full; only assigned 10m ago, not acknowledged",
    );
    assert!(!text.contains("Q3"), "{text}");
}

#[test]
fn the_next_step_is_the_notes_then_the_checklists_then_the_runbooks() {
    let mut case = acknowledged(assigned_case("Q1", "Ada"), "Ada");
    let mut around = Around::ada();
    around.policy.runbooks = vec![Runbook {
        matchers: vec![Matcher::equal("title", "[FIRING:1] Q1 is full")],
        url: None,
        steps: vec!["acknowledge".to_owned(), "free {cluster}".to_owned()],
    }];
    let found = |case: &Case, around: &Around| {
        let picture = picture_with_directory(vec![case.clone()]);
        around.write(&picture, Zone::UTC).text
    };
    assert_has(&found(&case, &around), "  - runbook: free leap");
    around.policy.runbooks[0].url = Some("https://handbook.example/disks".to_owned());
    let url = "  - runbook: https://handbook.example/disks";

    assert_has(&found(&case, &around), url);
    let item = |step, state| ChecklistItem { step, state };
    case.checklist = vec![
        item(ChecklistStep::P1, StepState::Done(Default::default())),
        item(ChecklistStep::Posted, StepState::NotDone),
    ];
    let step = "  - next on the checklist: posted for the public";
    assert_has(&found(&case, &around), step);
}

#[test]
fn clocks_are_times_of_day_and_what_is_over_says_so() {
    let mut case = acknowledged(assigned_case("Q1", "Ada"), "Ada");
    let mut escalates = clock(ClockKind::Escalates, hours(1));
    escalates.to = vec!["Bo".to_owned()];
    case.clocks = vec![escalates, clock(ClockKind::TimeBox, minutes_ago(9))];
    let picture = picture_with_directory(vec![case]);
    let text = Around::ada()
        .write(&picture, "Europe/Berlin".parse::<Zone>().unwrap())
        .text;
    assert_has(&text, "- Sun 04:12 (05:12) escalates to Bo: #1 leap/prod");
    assert_has(
        &text,
        "- Sun 03:03 (04:03) **time-box OVER by 9m**: #1 leap/prod",
    );
    assert!(text.contains("boxes overrun: 1"), "{text}");
}

#[test]
fn snoozes_of_anybody_that_end_in_the_next_shift_are_listed() {
    let snoozed = |name: &str, by: &str, end: i64| {
        let mut case = assigned_case(name, by);
        case.snoozed = true;
        case.clocks = vec![clock(ClockKind::Snoozed, hours(end))];
        with_incident(case, |it| it.number = u64::try_from(end).unwrap())
    };
    let cases = vec![
        snoozed("Q1", "Ada", 3),
        snoozed("Q2", "Bo", 5),
        snoozed("Q3", "Ada", 13),
    ];
    let text = text(&picture_with_directory(cases));
    let (clocks, next) = text
        .split_once("## Snoozes that end in the next shift")
        .unwrap();
    assert_has(clocks, "- Sun 06:12 snooze ends: #3 leap/prod");
    assert_has(next, "- Sun 08:12 snooze ends: #5 leap/prod");
    assert_eq!(text.matches("snooze ends").count(), 2, "{text}");
    assert!(text.contains("snoozed until Sun 16:12"), "{text}");
}

#[test]
fn what_was_acknowledged_and_silent_for_two_hours_is_named() {
    let held = |name: &str, number: u64| {
        let mut case = acknowledged(assigned_case(name, "Ada"), "Ada");
        case.owners[0].since = Some(minutes_ago(300));
        with_incident(case, |it| it.number = number)
    };
    let mut picture = picture_with_directory(vec![
        held("Q1", 1),
        held("Q2", 2),
        assigned_case("Q3", "Ada"),
    ]);
    picture.log = vec![note("Q1", 119, "on it"), note("Q2", 121, "on it")];
    let text = text(&picture);
    let (_, silent) = text.split_once("## Acknowledged and silent\n").unwrap();
    assert!(
        silent.starts_with("- silent for 2h: #2 leap/prod\n\n"),
        "{text}"
    );
}

#[test]
fn unowned_cases_come_first() {
    let mut unowned = fixture::case("Q9", "hub down", "leap", "prod");
    unowned.priority = Some("P1".into());
    let mut picture = picture_with_directory(vec![unowned, assigned_case("Q1", "Ada")]);
    picture.unowned = vec![CaseId::Incident("Q9".into())];
    let text = text(&picture);
    assert_has(
        &text,
        "- P1 no incident leap/prod: hub down; nobody for 12m",
    );
    assert!(text.find("## Nobody owns") < text.find("## Ada holds"));
}

#[test]
fn many_cases_are_forty_lines_that_still_name_every_outage_and_every_unowned_case() {
    let mut cases: Vec<Case> = Vec::new();
    for number in 0..60_u64 {
        let mut case = acknowledged(assigned_case(&format!("Q{number}"), "Ada"), "Ada");
        case.priority = Some("P3".into());
        case.rank = Rank::Priority(2);
        if number < 25 {
            case.priority = Some("P1".into());
            case.rank = Rank::Priority(0);
        }
        case.clocks = vec![clock(
            ClockKind::Due,
            hours(1) + TimeDelta::minutes(i64::try_from(number).unwrap()),
        )];
        cases.push(with_incident(case, |it| it.number = 1000 + number));
    }
    for number in 60..85_u64 {
        let case = assigned_case(&format!("Q{number}"), "Ada");
        let mut case = with_incident(case, |it| it.number = 1000 + number);
        case.owners.clear();
        case.unowned = true;
        cases.push(case);
    }
    let mut picture = picture_with_directory(cases);
    picture.unowned = (60..85)
        .map(|number| CaseId::Incident(format!("Q{number}").into()))
        .collect();
    let text = text(&picture);
    assert!(text.lines().count() <= MAX_LINES, "{text}");
    for number in (1000..1025).chain(1060..1085) {
        assert!(
            text.contains(&format!("#{number} leap/prod")),
            "{number}\n{text}"
        );
    }
    assert_has(&text, "- and 35 more");
    assert_has(&text, "- and 60 more");
}

#[test]
fn a_case_whose_owner_is_not_known_is_not_left_out() {
    let mut case = fixture::case("Q9", "hub down", "leap", "prod");
    case.incident = None;
    case.owners_known = false;
    let mut muted = case.clone();
    muted.id = fixture::id("Q8");
    muted.muted_by = Some(crate::domain::case::MutedBy::Maintenance);
    let text = text(&picture_with_directory(vec![case, muted]));
    let (_, unknown) = text.split_once("## Owner not known\n").unwrap();
    let line = "- P? incident not known leap/prod: hub down; open for 12m\n\n";
    assert!(unknown.starts_with(line), "{text}");
}

#[test]
fn cases_of_a_storm_are_one_line() {
    let cases = (0..17_u64).map(|number| {
        let case = acknowledged(assigned_case(&format!("Q{number}"), "Ada"), "Ada");
        let mut case = with_incident(case, |it| it.number = 1000 + number);
        case.title = "pod has restarted".to_owned();
        case
    });
    let picture = picture_with_directory(cases.collect());
    let picture = with_storm(picture, "pod has restarted", 0);
    assert_has(
        &text(&picture),
        "- P? pod has restarted ×17: #1000 leap/prod, #1001 leap/prod, #1002 leap/prod and 14 more; 17 acknowledged",
    );
}

#[test]
fn what_came_from_outside_is_shown_as_it_is() {
    let mut case = acknowledged(assigned_case("Q1", "Ada"), "Ada");
    case.title = "](https://evil.example) <img src=x> **b** \u{202e}`x`\n# P1".to_owned();
    case.places[0].cluster = Some("l|eap".into());
    case.priority = Some("P\u{1b}[31m_2_".into());
    let mut picture = picture_with_directory(vec![case]);
    picture.log = vec![note("Q1", 5, "@channel ![x](y)\n- [ ] more")];
    let text = text(&picture);
    assert_has(
        &text,
        "- P\\_2\\_ #1 l\\|eap/prod: \\](https://evil.example) \\<img src=x\\> \\*\\*b\\*\\* \\`x\\` \\# P1; \
         acknowledged",
    );
    assert_has(
        &text,
        "  - note by Bo 5m ago: \\@channel \\!\\[x\\](y) - \\[ \\] more",
    );
    assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
}
