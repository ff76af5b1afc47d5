mod related;

use std::sync::Arc;

use super::*;
use crate::domain::directory::PersonKind;
use crate::domain::history::{AlertQuery, Series, SeriesKey, Window};
use crate::domain::incident::Person;
use crate::domain::labels::Labels;
use crate::domain::note::TimeBoxVerdict;
use crate::domain::now::Now;
use crate::domain::zone::Zone;
use crate::review::overrun::Overrun;
use crate::review::past_incident::{FoundBy, P1};
use crate::review::postmortem::{
    Agent, Decision, Event, FirstAcknowledgement, Happening, Moment, PageDelay, Point, Told,
};
use crate::text::UNICODE;

fn at(minutes: i64) -> DateTime<Utc> {
    "2026-03-01T02:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::minutes(minutes)
}

fn person(name: &str) -> Person {
    Person {
        id: name.into(),
        name: Arc::from(name),
    }
}

fn event(
    minute: i64,
    what: Happening,
    by: Agent,
    evidence: Evidence,
    point: Option<Point>,
) -> Event {
    Event {
        at: at(minute),
        what,
        by,
        evidence,
        point,
        other: None,
    }
}

fn whole() -> Postmortem {
    let prometheus = || Evidence::Prometheus("leap".to_owned());
    let moment = |minute| Moment {
        at: at(minute),
        within: TimeDelta::minutes(1),
        evidence: prometheus(),
    };
    Postmortem {
        impact_begins: Some(moment(0)),
        impact_ends: Some(moment(50)),
        alerts_known: true,
        found_by: FoundBy::Alert,
        was_declared: false,
        merged_into: None,
        logs_known: true,
        others: Vec::new(),
        issues: None,
        p1: P1::Since(at(6)),
        acknowledged: Some(FirstAcknowledgement {
            by: person("Ada"),
            incident: 1,
            after: TimeDelta::minutes(3),
            escalations: 0,
            by_its_opener: false,
        }),
        overruns: Some(vec![Overrun {
            at: at(38),
            over: TimeDelta::minutes(22),
            has_verdict: false,
        }]),
        unowned: vec![(1, Some(TimeDelta::minutes(3)))],
        ended: Some(at(60)),
        told: Some(Told::After(TimeDelta::minutes(20), "Hubs".to_owned())),
        page: PageDelay::After {
            at_least: TimeDelta::minutes(5),
            at_most: TimeDelta::minutes(6),
            evidence: prometheus(),
        },
        decisions: vec![
            Decision {
                verdict: TimeBoxVerdict::Fixed,
                address: None,
                text: "resized".to_owned(),
            },
            Decision {
                verdict: TimeBoxVerdict::FollowUp,
                address: Some("https://issues.example/7".to_owned()),
                text: "alert earlier".to_owned(),
            },
        ],
        timeline: vec![
            event(
                0,
                Happening::AlertFires("disk full".to_owned()),
                Agent::Program,
                prometheus(),
                Some(Point::ImpactBegins),
            ),
            event(
                5,
                Happening::Opened(Some("api".to_owned())),
                Agent::Program,
                Evidence::Log,
                Some(Point::BroughtToAttention),
            ),
            event(
                5,
                Happening::Assigned(vec![person("support")]),
                Agent::Program,
                Evidence::Log,
                None,
            ),
            event(
                8,
                Happening::Acknowledged,
                Agent::Person(person("Ada")),
                Evidence::Log,
                Some(Point::ResponseBegins),
            ),
            event(
                9,
                Happening::Note(
                    "see <b>[this](https://evil.example)</b>\n@everyone\u{202e}".to_owned(),
                ),
                Agent::Person(person("Bo")),
                Evidence::Note,
                Some(Point::Debugging),
            ),
            event(
                60,
                Happening::Resolved,
                Agent::NotKnown,
                Evidence::Log,
                None,
            ),
        ],
    }
}

/// The history of a value that falls from 60 % to 0 within the hour.
fn course() -> AlertCourse {
    course_to(60.0)
}

/// The same as [`course`], but the value falls from `first`.
fn course_to(first: f64) -> AlertCourse {
    let window = Window::covering(&(at(-30)..at(30)), 100);
    let values = (0..window.points).map(|index| Some(first - index as f64));
    AlertCourse {
        prometheus: "leap".to_owned(),
        alert: "disk full".to_owned(),
        query: AlertQuery::new(
            Labels::default(),
            &"min by (namespace) (disk_free_percent)\n  <= 10".into(),
        ),
        series: Series {
            key: SeriesKey::Labels(Labels::default()),
            values: values.collect(),
        },
        window,
        others: 0,
    }
}

fn kind(who: &Person) -> PersonKind {
    match &*who.name {
        "support" => PersonKind::Placeholder,
        _ => PersonKind::Human,
    }
}

fn drafted(known: &Postmortem, with_names: bool) -> String {
    let course = course();
    drafted_by(known, with_names, Some(&course), &Template::default())
}

fn drafted_by(
    known: &Postmortem,
    with_names: bool,
    course: Option<&AlertCourse>,
    template: &Template,
) -> String {
    let one = crate::app::fixture::incident("Q1");
    let people = [person("support"), person("Ada"), person("Bo")];
    let roles = Roles::new(people.iter(), &kind, with_names);
    markdown(
        known,
        &DraftContext {
            incident: &Incident {
                title: "disk full in leap/prod".to_owned(),
                created_at: at(5),
                resolved_at: Some(at(60)),
                log_known: true,
                ..one
            },
            roles: &roles,
            text: &TextContext {
                now: Now {
                    wall: at(90),
                    ..crate::app::fixture::now()
                },
                zone: "Europe/London".parse::<Zone>().unwrap(),
                symbols: &UNICODE,
            },
            course: course.ok_or("the incident names no alert".to_owned()),
            others_unknown: None,
            places: "leap/prod".to_owned(),
            page_grace: TimeDelta::minutes(10),
            public_grace: TimeDelta::minutes(15),
        },
        template,
    )
}

#[test]
fn every_section_is_there() {
    insta::assert_snapshot!(drafted(&whole(), false));
}

#[test]
fn every_sentence_has_its_source() {
    let text = drafted(&whole(), false);
    let sentences = text.lines().filter(|line| line.starts_with("- "));
    let known = [
        "PagerDuty]",
        "PagerDuty's log]",
        "a note]",
        "status page Hubs]",
        "Prometheus leap]",
        "to be answered]",
    ];
    for sentence in sentences {
        let sources = known
            .iter()
            .filter(|source| sentence.ends_with(&format!("[{source}")));
        assert_eq!(sources.count(), 1, "{sentence}");
    }
    let prose = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with(['-', '#', ' ']));
    assert_eq!(
        prose.count(),
        1,
        "only the sentence about zone and sources stands alone"
    );
}

#[test]
fn nobody_is_named_unless_that_is_wanted() {
    let roles = drafted(&whole(), false);
    assert!(!roles.contains("Ada") && !roles.contains("Bo "), "{roles}");
    assert!(
        roles.contains("responder 1 acknowledged it")
            && roles.contains("assigned to the placeholder")
    );
    let names = drafted(&whole(), true);
    assert!(names.contains("Ada acknowledged it") && names.contains("assigned to support"));
}

#[test]
fn what_came_from_outside_is_no_markup() {
    assert_eq!(
        escape("see <b>[this](https://evil.example)</b>\n@everyone\u{202e}"),
        "see \\<b\\>\\[this\\](https://evil.example)\\</b\\> \\@everyone"
    );
}

#[test]
fn what_is_not_known_is_asked() {
    let silent = Postmortem {
        impact_begins: None,
        impact_ends: None,
        alerts_known: true,
        found_by: FoundBy::Unknown,
        was_declared: false,
        merged_into: None,
        logs_known: false,
        others: Vec::new(),
        issues: None,
        p1: P1::NotKnown,
        acknowledged: None,
        overruns: None,
        unowned: vec![(1, None)],
        ended: None,
        told: Some(Told::NotKnown("the page could not be read".to_owned())),
        page: PageDelay::NotKnown,
        decisions: Vec::new(),
        timeline: Vec::new(),
    };
    let text = drafted(&silent, false);
    for asked in [
        "**Impact time**: not known",
        "**Duration**: not known",
        "Whether it was a P1 is not known",
        "Who found it is not known",
        "For how long nobody owned it is not known",
        "Whether its page was late is not known",
        "When the public was told is not known: the page could not be read.",
        "**how it was verified**:",
    ] {
        let line = text.lines().find(|line| line.contains(asked));
        assert!(
            line.is_some_and(|line| line.ends_with("[to be answered]")),
            "{asked} in\n{text}"
        );
    }
    let named = text.matches("\n- **").count();
    assert!(named >= 8, "{text}");
}

#[test]
fn a_template_of_the_teams_own_has_the_parts_that_it_names() {
    let template = Template::parse("# Ours: {title}\n\n{went_badly}\n").unwrap();
    assert_eq!(
        drafted_by(&whole(), false, None, &template),
        "# Ours: disk full in leap/prod\n\n\
         - Nobody owned it for 3m. [PagerDuty's log]\n\
         - The public was told 20m after it became a P1. [status page Hubs]\n\
         - A time-box ran out at 2026-03-01 02:38, and it went on for 22m without a verdict, and none was given \
         later. [PagerDuty's log]\n\
         - What else did not go well? [to be answered]\n"
    );
}

#[test]
fn where_the_course_is_not_known_that_is_asked() {
    let text = drafted_by(&whole(), false, None, &Template::default());
    let line = "- The history of its alert's value is not known: the incident names no alert. What did it \
                show? [to be answered]";
    assert!(text.lines().any(|it| it == line), "{text}");
}

#[test]
fn a_late_acknowledgement_or_one_after_an_escalation_did_not_go_well() {
    let badly = |p1, minutes, escalations| {
        let mut known = whole();
        known.p1 = p1;
        known.acknowledged = Some(FirstAcknowledgement {
            by: person("Ada"),
            incident: 1,
            after: TimeDelta::minutes(minutes),
            escalations,
            by_its_opener: false,
        });
        let text = drafted(&known, false);
        let (_, rest) = text.split_once("What didn't go so well?").unwrap();
        rest.contains("It was acknowledged by")
    };
    assert!(!badly(P1::Never, 30, 0));
    assert!(badly(P1::Never, 31, 0));
    assert!(badly(P1::Never, 1, 1));
    assert!(!badly(P1::Since(at(0)), 5, 0));
    assert!(badly(P1::Since(at(0)), 6, 0));
}

#[test]
fn a_long_title_is_cut_in_the_heading_alone() {
    let one = crate::app::fixture::incident("Q1");
    let title = "disk ".repeat(100);
    let roles = Roles::new([].into_iter(), &kind, false);
    let course = course();
    let text = markdown(
        &whole(),
        &DraftContext {
            incident: &Incident {
                title: title.clone(),
                ..one
            },
            roles: &roles,
            text: &TextContext {
                now: Now {
                    wall: at(90),
                    ..crate::app::fixture::now()
                },
                zone: Zone::UTC,
                symbols: &UNICODE,
            },
            course: Ok(&course),
            others_unknown: None,
            places: String::new(),
            page_grace: TimeDelta::minutes(10),
            public_grace: TimeDelta::minutes(15),
        },
        &Template::default(),
    );
    let heading = text.lines().next().unwrap();
    assert!(heading.chars().count() < 110, "{heading}");
    assert_eq!(text.matches(title.trim()).count(), 1);
}
