//! The sections of the draft, in the order of PagerDuty's postmortem.

use super::{DraftContext, Item, Part, escape, fact, question, source, span};
use super::{issues, measures, timeline};
use crate::domain::note::TimeBoxVerdict;
use crate::review::past_incident::{FoundBy, P1};
use crate::review::postmortem::{AlertCourse, Evidence, Moment, Postmortem};
use crate::text::sanitize::clean;
use crate::wording::chart::chart_lines;

/// The width of the plot, which fits into any window as a line of Markdown.
const PLOT_CELLS: usize = 72;
/// The plot's page has this many rows; the plot takes a quarter of them.
const PLOT_PAGE_ROWS: usize = 32;

/// The sentences and questions of one part.
pub(super) fn items(part: Part, known: &Postmortem, draft: &DraftContext<'_>) -> Vec<Item> {
    match part {
        Part::Title | Part::About => Vec::new(),
        Part::Review => head(known, draft),
        Part::Overview => overview(known, draft),
        Part::WhatHappened => what_happened(draft),
        Part::Resolution => resolution(known, draft),
        Part::Luck => vec![question("What could have made it worse, and did not?")],
        Part::WentWell => measures::went_well(known, draft),
        Part::WentBadly => measures::went_badly(known, draft),
        Part::ActionItems => issues::action_items(known),
        Part::Timeline => timeline::items(known, draft),
    }
}

fn head(known: &Postmortem, draft: &DraftContext<'_>) -> Vec<Item> {
    let incident = draft.incident;
    let state = match (incident.resolved_at, &known.merged_into) {
        (Some(at), Some(target)) => {
            format!(
                "merged into incident {} at {}",
                escape(target),
                draft.time(at)
            )
        }
        (Some(at), None) => format!("resolved at {}", draft.time(at)),
        (None, _) => "open".to_owned(),
    };
    let mut items = vec![
        question("**Owner of the review process**: who?"),
        impact_time(known, draft),
        duration(known),
        fact(
            format!("**Title**: {}", escape(&incident.title)),
            Evidence::Incident,
        ),
        fact(format!("**Status**: {state}"), Evidence::Incident),
    ];
    items.extend(issues::report_and_review(known));
    items
}

fn impact_time(known: &Postmortem, draft: &DraftContext<'_>) -> Item {
    let shown = |moment: &Moment| {
        let within = span(moment.within);
        format!("{}, or up to {within} earlier", draft.time(moment.at))
    };
    match (&known.impact_begins, &known.impact_ends) {
        (Some(begins), Some(ends)) if begins.evidence == ends.evidence => fact(
            format!("**Impact time**: from {} to {}", shown(begins), shown(ends)),
            begins.evidence.clone(),
        ),
        (Some(begins), Some(ends)) => fact(
            format!(
                "**Impact time**: from {} to {} (its end by {})",
                shown(begins),
                shown(ends),
                source(&ends.evidence)
            ),
            begins.evidence.clone(),
        ),
        (Some(begins), None) => fact(
            format!(
                "**Impact time**: from {}; its end is not known",
                shown(begins)
            ),
            begins.evidence.clone(),
        ),
        (None, _) if !known.alerts_known => question(
            "**Impact time**: not known, as the history of its alerts could not be read. From when to when could users not work?",
        ),
        (None, _) => question(
            "**Impact time**: not known, as no alert or failing probe is on record. From when to when could users not work?",
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
        P1::Since(at) if at <= incident.created_at => {
            fact("It was a P1 from the beginning.", Evidence::Incident)
        }
        P1::Since(at) => fact(
            format!("It became a P1 at {}.", draft.time(at)),
            Evidence::Log,
        ),
        P1::TakenBack => {
            let mut notes = known.decisions.iter();
            let by_note = notes.any(|it| it.verdict == TimeBoxVerdict::NotAnOutage);
            let evidence = if by_note {
                Evidence::Note
            } else {
                Evidence::Log
            };
            fact("It was a P1, and that was taken back.", evidence)
        }
        P1::Never => fact("It was never a P1.", Evidence::Log),
        P1::NotKnown => question("Whether it was a P1 is not known. Was it?"),
    };
    let incident_fact = fact(
        format!(
            "Incident {} was opened at {created}, {place}. {open}",
            incident.number
        ),
        Evidence::Incident,
    );
    let users = question("What did users see, how many of them, and in which hubs?");
    std::iter::once(incident_fact)
        .chain(other_incidents(known, draft))
        .chain([p1, found_by(known), users])
        .collect()
}

// Names the other incidents of the outage, since an outage gets only one report.
fn other_incidents(known: &Postmortem, draft: &DraftContext<'_>) -> Option<Item> {
    if let Some(why) = &draft.others_unknown {
        let why = escape(why);
        return Some(question(&format!(
            "Whether other incidents are the same outage is not known: {why}. Are there any?"
        )));
    }
    let each = known.others.iter().map(|one| {
        let begin = draft.time(one.created_at);
        match one.resolved_at {
            Some(end) => format!("{} ({begin} to {})", one.number, draft.time(end)),
            None => format!("{} ({begin}, still open)", one.number),
        }
    });
    let each: Vec<String> = each.collect();
    let which = match each.len() {
        0 => return None,
        1 => "incident",
        _ => "incidents",
    };
    let end = match known.ended {
        Some(end) => format!("over at {}", draft.time(end)),
        None => "not over".to_owned(),
    };
    let text = format!(
        "It is one outage with {which} {}, and it is {end}. One report is owed, and this one covers all of it.",
        each.join(", ")
    );
    Some(fact(text, Evidence::Incident))
}

fn found_by(known: &Postmortem) -> Item {
    match known.found_by {
        FoundBy::Alert if known.was_declared => fact(
            "An alert or a failing probe found it, and a person opened the incident for that with hubwatch.",
            Evidence::Log,
        ),
        FoundBy::Alert => fact("An alert found it.", Evidence::Log),
        FoundBy::Person => fact("A person found it.", Evidence::Log),
        FoundBy::Unknown => question("Who found it is not known: the log does not say. Who did?"),
    }
}

fn what_happened(draft: &DraftContext<'_>) -> Vec<Item> {
    let course = match &draft.course {
        Ok(course) => drawn_course(course, draft),
        Err(why) => question(&format!(
            "The history of its alert's value is not known: {}. What did it show?",
            escape(why)
        )),
    };
    vec![course, question("What broke, and why then?")]
}

fn drawn_course(course: &AlertCourse, draft: &DraftContext<'_>) -> Item {
    let window = &course.window;
    let more = match course.others {
        0 => String::new(),
        others => format!(" {others} more series match the alert and are not drawn."),
    };
    let text = format!(
        "The value that the alert {} compares, by its present rule, from {} to {}.{}{more}",
        escape(&course.alert),
        draft.time(window.start()),
        draft.time(window.end),
        level(course),
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

// Says that no drawn value crosses the threshold, if that is so. Readers would otherwise take the plot for a proof of
// the alert.
fn level(course: &AlertCourse) -> &'static str {
    let Some(threshold) = course.query.threshold else {
        return "";
    };
    let mut values = course.series.values.iter().flatten();
    match values.any(|value| threshold.holds(*value)) {
        true => "",
        false => {
            " No value drawn would fire it: the rule was different then, or another series fired."
        }
    }
}

fn resolution(known: &Postmortem, draft: &DraftContext<'_>) -> Vec<Item> {
    let resolved = match (draft.incident.resolved_at, &known.merged_into) {
        (Some(at), Some(target)) => format!(
            "It was merged into incident {} at {}, and ended with that one.",
            escape(target),
            draft.time(at)
        ),
        (Some(at), None) => {
            let by = draft.incident.resolved_by.as_ref();
            let by = by.map_or(String::new(), |who| {
                format!(" by {}", draft.roles.name(who))
            });
            format!("It was resolved at {}{by}.", draft.time(at))
        }
        (None, _) => "It is not resolved.".to_owned(),
    };
    let fixes = known
        .decisions
        .iter()
        .filter(|one| one.verdict == TimeBoxVerdict::Fixed);
    let fixes = fixes.map(|one| {
        fact(
            format!("It was called fixed{}.", issues::decision_text(one)),
            Evidence::Note,
        )
    });
    std::iter::once(fact(resolved, Evidence::Incident))
        .chain(fixes)
        .chain([question("What ended it, and will it hold?")])
        .collect()
}
