//! The sections, in the order in which PagerDuty prints them.

use chrono::TimeDelta;

use super::timeline;
use super::{DraftContext, Item, Part, escape, fact, question};
use crate::domain::note::TimeBoxVerdict;
use crate::review::past_incident::{FoundBy, P1};
use crate::review::postmortem::{
    AlertCourse, Decision, Evidence, Moment, PageDelay, Postmortem, Told,
};
use crate::text::durations::format_duration;
use crate::text::sanitize::clean;
use crate::wording::chart::chart_lines;

/// The plot's size: it fits into a line of Markdown in any window.
const PLOT_CELLS: usize = 72;
/// A plot takes a quarter of these rows.
const PLOT_PAGE_ROWS: usize = 32;

/// PagerDuty's own time until an incident goes to the next level, where a team sets no other.
const SLOW_RESPONSE: TimeDelta = TimeDelta::minutes(30);

/// The items of one part.
pub(super) fn items(part: Part, known: &Postmortem, draft: &DraftContext<'_>) -> Vec<Item> {
    match part {
        Part::Title | Part::About => Vec::new(),
        Part::Review => head(known, draft),
        Part::Overview => overview(known, draft),
        Part::WhatHappened => what_happened(draft),
        Part::Resolution => resolution(known, draft),
        Part::Luck => vec![question("What could have made it worse, and did not?")],
        Part::WentWell => went(known, draft, Went::Well),
        Part::WentBadly => went(known, draft, Went::Badly),
        Part::ActionItems => action_items(known),
        Part::Timeline => timeline::items(known, draft),
    }
}

fn head(known: &Postmortem, draft: &DraftContext<'_>) -> Vec<Item> {
    let incident = draft.incident;
    let state = match incident.resolved_at {
        Some(at) => format!("resolved at {}", draft.time(at)),
        None => "open".to_owned(),
    };
    vec![
        question("**Owner of the review process**: who?"),
        impact_time(known, draft),
        duration(known),
        fact(
            format!("**Title**: {}", escape(&incident.title)),
            Evidence::Incident,
        ),
        fact(format!("**Status**: {state}"), Evidence::Incident),
    ]
}

fn impact_time(known: &Postmortem, draft: &DraftContext<'_>) -> Item {
    let shown = |moment: &Moment| {
        let within = span(moment.within);
        format!("{}, or up to {within} earlier", draft.time(moment.at))
    };
    match (&known.impact_begins, &known.impact_ends) {
        (Some(begins), Some(ends)) => fact(
            format!("**Impact time**: from {} to {}", shown(begins), shown(ends)),
            begins.evidence.clone(),
        ),
        (Some(begins), None) => fact(
            format!(
                "**Impact time**: from {}; its end is not known",
                shown(begins)
            ),
            begins.evidence.clone(),
        ),
        (None, _) => question(
            "**Impact time**: not known, no alert of it is on record. From when to when could users not work?",
        ),
    }
}

fn duration(known: &Postmortem) -> Item {
    match (&known.impact_begins, &known.impact_ends) {
        (Some(begins), Some(ends)) => fact(
            format!("**Duration**: {}", span(ends.at - begins.at)),
            begins.evidence.clone(),
        ),
        _ => question("**Duration**: not known. How long could users not work?"),
    }
}

fn overview(known: &Postmortem, draft: &DraftContext<'_>) -> Vec<Item> {
    let incident = draft.incident;
    let created = draft.time(incident.created_at);
    let place = match draft.places.is_empty() {
        true => "at a place that its title does not name".to_owned(),
        false => format!("at {}", escape(&draft.places)),
    };
    let open = match incident.resolved_at {
        Some(at) => format!("It was open for {}.", span(at - incident.created_at)),
        None => "It is open.".to_owned(),
    };
    let p1 = match known.p1 {
        P1::Since(at) => fact(
            format!("It was a P1 from {} on.", draft.time(at)),
            Evidence::Log,
        ),
        P1::TakenBack => fact("It was a P1, and that was taken back.", Evidence::Log),
        P1::Never => fact("It was never a P1.", Evidence::Log),
        P1::NotKnown => question("Whether it was a P1 is not known. Was it?"),
    };
    vec![
        fact(
            format!(
                "Incident {} was opened at {created}, {place}. {open}",
                incident.number
            ),
            Evidence::Incident,
        ),
        p1,
        found_by(known),
        question("What did users see, how many of them, and in which hubs?"),
    ]
}

fn found_by(known: &Postmortem) -> Item {
    match known.found_by {
        FoundBy::Alert => fact("An alert found it.", Evidence::Log),
        FoundBy::Person => fact("A person found it.", Evidence::Log),
        FoundBy::Unknown => question("Who found it is not known: the log does not say. Who did?"),
    }
}

fn what_happened(draft: &DraftContext<'_>) -> Vec<Item> {
    let course = match &draft.course {
        Ok(course) => drawn_course(course, draft),
        Err(why) => question(&format!(
            "How the value went that its alert compares is not known: {}. What did it show?",
            escape(why)
        )),
    };
    vec![course, question("What broke, and why then?")]
}

fn drawn_course(course: &AlertCourse, draft: &DraftContext<'_>) -> Item {
    let window = &course.window;
    let more = match course.others {
        0 => String::new(),
        others => format!(" {others} more series fit the alert and are not drawn."),
    };
    let text = format!(
        "The value that the alert {} compares, by its rule as it is now, from {} to {}.{more}",
        escape(&course.alert),
        draft.time(window.start()),
        draft.time(window.end),
    );
    let lines = chart_lines(
        &course.series,
        window,
        course.query.threshold,
        draft.text,
        PLOT_CELLS,
        PLOT_PAGE_ROWS,
    );
    let query = clean(&course.query.query)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let drawn = lines.into_iter().flatten().map(|line| line.plain_text());
    Item {
        block: std::iter::once(query.replace("```", ""))
            .chain(drawn)
            .collect(),
        ..fact(text, Evidence::Prometheus(course.prometheus.clone()))
    }
}

fn resolution(known: &Postmortem, draft: &DraftContext<'_>) -> Vec<Item> {
    let resolved = match draft.incident.resolved_at {
        Some(at) => {
            let by = draft.incident.resolved_by.as_ref();
            let by = by.map_or(String::new(), |who| {
                format!(" by {}", draft.roles.name(who))
            });
            format!("It was resolved at {}{by}.", draft.time(at))
        }
        None => "It is not resolved.".to_owned(),
    };
    let fixes = known
        .decisions
        .iter()
        .filter(|one| one.verdict == TimeBoxVerdict::Fixed);
    let fixes = fixes.map(|one| {
        fact(
            format!("It was called fixed{}.", words(one)),
            Evidence::Note,
        )
    });
    std::iter::once(fact(resolved, Evidence::Incident))
        .chain(fixes)
        .chain([question("What ended it, and will it hold?")])
        .collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Went {
    Well,
    Badly,
}

// Each measure stands in one of both sections; what is not known is a question in the second.
fn went(known: &Postmortem, draft: &DraftContext<'_>, wanted: Went) -> Vec<Item> {
    let measures = [
        Some(first_response(known, draft)),
        ownership(known),
        Some(page(known, draft)),
        known.told.as_ref().map(|it| told(it, draft)),
        time_boxes(known, draft),
    ];
    let found = measures
        .into_iter()
        .flatten()
        .filter(|(went, _)| *went == wanted);
    let items = found.map(|(_, item)| item);
    let more = match wanted {
        Went::Well => "What else went well?",
        Went::Badly => "What else did not go well?",
    };
    items.chain([question(more)]).collect()
}

fn first_response(known: &Postmortem, draft: &DraftContext<'_>) -> (Went, Item) {
    match &known.acknowledged {
        Some(first) => {
            let after = (first.at - draft.incident.created_at).max(TimeDelta::zero());
            let is_slow = first.escalations > 0 || after > SLOW_RESPONSE;
            let went = if is_slow { Went::Badly } else { Went::Well };
            let escalated = match first.escalations {
                0 => String::new(),
                1 => ", when it had gone to another level".to_owned(),
                many => format!(", when it had gone to another level {many} times"),
            };
            let text = format!(
                "It was acknowledged by {} after {}{escalated}.",
                draft.roles.name(&first.by),
                span(after)
            );
            (went, fact(text, Evidence::Log))
        }
        None if draft.incident.log_known => (
            Went::Badly,
            fact("Nobody ever acknowledged it.", Evidence::Log),
        ),
        None => (
            Went::Badly,
            question("Who acknowledged it is not known: its log could not be read. Who did?"),
        ),
    }
}

// Of an incident that nobody ever acknowledged it is no praise that it was assigned to somebody.
fn ownership(known: &Postmortem) -> Option<(Went, Item)> {
    match known.unowned {
        Some(time) if time < TimeDelta::minutes(1) => known.acknowledged.as_ref().map(|_| {
            (
                Went::Well,
                fact("It had an owner all the time.", Evidence::Log),
            )
        }),
        Some(time) => Some((
            Went::Badly,
            fact(
                format!("Nobody owned it for {}.", span(time)),
                Evidence::Log,
            ),
        )),
        None => Some((
            Went::Badly,
            question("For how long nobody owned it is not known. Did it wait for somebody?"),
        )),
    }
}

fn page(known: &Postmortem, draft: &DraftContext<'_>) -> (Went, Item) {
    match &known.page {
        PageDelay::After {
            at_least,
            at_most,
            evidence,
        } => {
            let went = match *at_least > draft.page_grace {
                true => Went::Badly,
                false => Went::Well,
            };
            let delay = match at_least.is_zero() {
                true => format!("within {}", span(*at_most)),
                false => format!("{} to {}", span(*at_least), span(*at_most)),
            };
            let text = format!("Its page came {delay} after its alert began to fire.");
            (went, fact(text, evidence.clone()))
        }
        PageDelay::ByHand => (
            Went::Badly,
            fact("No alert paged: a person opened it.", Evidence::Log),
        ),
        PageDelay::NotKnown => (
            Went::Badly,
            question(
                "Whether its page was late is not known: no alert that fired before it is on record. Was it?",
            ),
        ),
    }
}

fn told(told: &Told, draft: &DraftContext<'_>) -> (Went, Item) {
    match told {
        Told::After(time, page) => {
            let went = if *time > draft.public_grace {
                Went::Badly
            } else {
                Went::Well
            };
            let text = format!("The public was told {} after it became a P1.", span(*time));
            (went, fact(text, Evidence::StatusPage(page.clone())))
        }
        Told::TooLate(page) => (
            Went::Badly,
            fact(
                "The public was told only when it was over.",
                Evidence::StatusPage(page.clone()),
            ),
        ),
        Told::Never => (
            Went::Badly,
            question("No post on the status pages was about it. How was the public told?"),
        ),
        Told::NotKnown(why) => (
            Went::Badly,
            question(&format!(
                "When the public was told is not known: {}. When was it?",
                escape(why)
            )),
        ),
    }
}

fn time_boxes(known: &Postmortem, draft: &DraftContext<'_>) -> Option<(Went, Item)> {
    let Some(overruns) = &known.overruns else {
        let asked = "Whether time-boxes ran out is not known. Did they?";
        return Some((Went::Badly, question(asked)));
    };
    let each: Vec<String> = overruns
        .iter()
        .map(|one| {
            let at = draft.time(one.at);
            let verdict = if one.has_verdict {
                ""
            } else {
                ", and none was given later"
            };
            format!(
                "at {at}, and it went on for {} without a verdict{verdict}",
                span(one.over)
            )
        })
        .collect();
    (!each.is_empty()).then(|| {
        let text = format!("A time-box ran out {}.", each.join("; another "));
        (Went::Badly, fact(text, Evidence::Log))
    })
}

fn action_items(known: &Postmortem) -> Vec<Item> {
    let decided = known.decisions.iter().filter_map(|one| {
        let text = match (one.verdict, &one.address) {
            (TimeBoxVerdict::FollowUp, Some(address)) => {
                format!("{}{}", escape(address), words(one))
            }
            (TimeBoxVerdict::FollowUp, None) => format!("A follow-up is open{}", words(one)),
            (TimeBoxVerdict::NoFollowUp, _) => format!("No follow-up is needed{}", words(one)),
            _ => return None,
        };
        Some(fact(text, Evidence::Note))
    });
    decided
        .chain([question(
            "What must be done so that it does not happen again, and who does it?",
        )])
        .collect()
}

fn words(one: &Decision) -> String {
    match one.text.trim() {
        "" => String::new(),
        text => format!(": {}", escape(text)),
    }
}

fn span(time: TimeDelta) -> String {
    format_duration(time.to_std().unwrap_or_default())
}
