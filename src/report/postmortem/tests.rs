use std::sync::Arc;

use super::*;
use crate::domain::incident::Person;
use crate::domain::note::TimeBoxVerdict;
use crate::report::people::PersonKind;
use crate::review::past_incident::{FoundBy, P1};
use crate::review::postmortem::{
    Agent, Decision, Event, Happening, Moment, PageDelay, Point, Told,
};

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
        found_by: FoundBy::Alert,
        p1: P1::Since(at(6)),
        acknowledged: Some((person("Ada"), at(8))),
        unowned: Some(TimeDelta::minutes(3)),
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

fn kind(who: &Person) -> PersonKind {
    match &*who.name {
        "support" => PersonKind::Placeholder,
        _ => PersonKind::Human,
    }
}

fn drafted(known: &Postmortem, with_names: bool) -> String {
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
            zone: Tz::Europe__London,
            places: "leap/prod".to_owned(),
            page_grace: TimeDelta::minutes(10),
            public_grace: TimeDelta::minutes(15),
        },
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
        .filter(|line| !line.is_empty() && !line.starts_with(['-', '#']));
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
        found_by: FoundBy::Unknown,
        p1: P1::NotKnown,
        acknowledged: None,
        unowned: None,
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
