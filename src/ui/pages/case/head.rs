//! The top of a case's page: its title, its place, its severity, its start, and its mismatches.

use crate::app::action::{Action, Context};
use crate::app::model::Model;
use crate::app::unseen::{CaseChange, RemovalReason};
use crate::domain::case::{Case, MutedBy, PrioritySource};
use crate::domain::ids::CaseId;
use crate::domain::incident::{Incident, Urgency};
use crate::domain::operation::Draft;
use crate::domain::source::SourceKind;
use crate::picture::Picture;
use crate::text::Line;
use crate::text::dates::short_time;
use crate::text::sanitize::clean;
use crate::text::{ExpiringText, Meaning, TextContext, TextLength};
use crate::ui::pages::freshness::{self, KindFreshness};
use crate::ui::pages::page::{NOT_KNOWN, Page, field};
use crate::ui::panes::case_changes;
use crate::wording::evidence::describe;
use crate::wording::{case, change, operation, source};

pub fn add(page: &mut Page, case: &Case, model: &Model, ctx: &TextContext) {
    if let Some(picture) = model.picture.as_deref() {
        add_freshness(page, case, picture, model, ctx);
        add_changes(page, case, model, ctx);
        add_mismatches(page, case, picture, ctx);
    }
    add_quiet(page, case);
    if let Some(doubt) = case.doubtful_silence() {
        let text = format!("{} {}", ctx.symbols.mismatch, case::doubtful_silence(doubt));
        page.line(Line::styled(Meaning::Mismatch, text).hanging(2));
    }
    if model.needs_verdict() {
        page.line(decision_prompt(model, ctx).hanging(2));
    }
    for draft in model.drafts_for(case) {
        page.line(unsent_draft(draft, model, ctx).hanging(2));
    }
    page.field("what", Meaning::Plain, case::title(case));
    add_places(page, case, model);
    page.line(priority_line(case));
    page.field_or_unknown("severity", case.severity.as_deref());
    let since = short_time(case.since, ctx).append(ExpiringText::fixed(", "));
    let ago = case::age(case, ctx).map(|age| format!("{age} ago"));
    page.field("since", Meaning::Plain, since.append(ago));
    match (case.incident.as_deref(), &case.closed_while_firing) {
        (Some(incident), _) => add_incident(page, incident),
        (None, Some(closed_incident)) => {
            page.field(
                "incident",
                Meaning::Warning,
                case::closed_incident(closed_incident, ctx),
            );
        }
        (None, None) => page.field("incident", Meaning::Dim, no_incident_text(model)),
    }
    add_hub_down(page, case, ctx);
    add_related(page, case, model, ctx);
}

// Says whether the case is still open, and whether its data is up to date. This comes first on the page.
fn add_freshness(
    page: &mut Page,
    case: &Case,
    picture: &Picture,
    model: &Model,
    ctx: &TextContext,
) {
    if picture.case(&case.id).is_none() {
        page.line(no_longer_open(case, model, ctx).hanging(2));
    }
    for id in &case.not_fresh {
        let how = match picture.source(id) {
            Some(view) => source::describe(view, ctx),
            None => ExpiringText::fixed(format!("{id} is not fresh")),
        };
        let text = how.map(|how| format!("{} may be out of date: {how}", ctx.symbols.stale));
        page.line(Line::styled(Meaning::Stale, text).hanging(2));
    }
}

fn no_longer_open(case: &Case, model: &Model, ctx: &TextContext) -> Line {
    let mut gone = model.unseen.removed().iter();
    let Some(gone) = gone.find(|gone| gone.case.id == case.id) else {
        let text = "over: no longer among the open cases. Below is what was last known.";
        return Line::styled(Meaning::Stale, text);
    };
    let (when, by) = match &gone.reason {
        RemovalReason::Cleared { by } => (
            change::cleared(gone.at, TextLength::Long, ctx),
            change::cleared_by(by.as_deref()),
        ),
        RemovalReason::SourceLost => (
            change::last_seen(gone.at, TextLength::Long, ctx),
            "its source stopped answering, it may still be open".to_owned(),
        ),
    };
    let by = if by.is_empty() { by } else { format!(", {by}") };
    Line::styled(Meaning::Stale, when.map(|when| format!("{when}{by}. ")))
        .with(Meaning::Stale, "Below is what was last known.")
}

// Says in words which changes the mark in the case's row stands for.
fn add_changes(page: &mut Page, case: &Case, model: &Model, ctx: &TextContext) {
    let changes = model.unseen.changes_of(&case.id);
    let words = case_changes::case_text(changes, case, ctx);
    let (symbol, words) = if changes.contains(&CaseChange::Appeared) {
        (ctx.symbols.appeared, "new since you last looked".to_owned())
    } else {
        (
            ctx.symbols.changed,
            format!("changed since you last looked: {words}"),
        )
    };
    if !changes.is_empty() {
        let mark = Line::styled(Meaning::Changed, symbol).with(Meaning::Plain, " ");
        page.line(mark.with(Meaning::Title, words).hanging(2));
    }
}

fn add_mismatches(page: &mut Page, case: &Case, picture: &Picture, ctx: &TextContext) {
    let is_it = |id: &CaseId| *id == case.id || case.aliases.contains(id);
    let about = picture
        .mismatches
        .iter()
        .filter(|mismatch| mismatch.case.as_ref().is_some_and(is_it));
    for mismatch in about {
        let muted = if mismatch.muted { " (muted)" } else { "" };
        let text = mismatch
            .describe(TextLength::Long, ctx)
            .map(|text| format!("{} {text}{muted}", ctx.symbols.mismatch));
        page.line(Line::styled(Meaning::Mismatch, text).hanging(2));
    }
}

// The prompt for a verdict, shown when the case's time-box is over.
fn decision_prompt(model: &Model, ctx: &TextContext) -> Line {
    let of_incident = [
        Action::Decide,
        Action::TimeBox,
        Action::Note,
        Action::FollowUp,
    ];
    let here = [Action::TimeBox, Action::Declare, Action::FollowUp];
    let keys: &[Action] = if model.uses_local_time_box() {
        &here
    } else {
        &of_incident
    };
    let words = "the time-box is over, decide:";
    keys.iter()
        .fold(Line::styled(Meaning::ClockOver, words), |line, action| {
            let key = model.keymap.key_for(Context::Overlay, *action);
            let key = key.map(|key| key.to_string()).unwrap_or_default();
            line.with(Meaning::Plain, ctx.symbols.separator)
                .with(Meaning::Key, key)
                .with(Meaning::Plain, format!(" {}", action.help().short))
        })
}

fn unsent_draft(draft: &Draft, model: &Model, ctx: &TextContext) -> Line {
    let action = draft.purpose.action().key_action();
    let line = Line::styled(Meaning::Warning, operation::describe_draft(draft, ctx));
    match model.keymap.key_for(Context::Overlay, action) {
        None => line,
        Some(key) => line
            .with(Meaning::Plain, ctx.symbols.separator)
            .with(Meaning::Key, key.to_string())
            .with(Meaning::Plain, " continues it"),
    }
}

fn add_quiet(page: &mut Page, case: &Case) {
    let why = match case.muted_by {
        None => return,
        Some(MutedBy::Maintenance) => "in planned maintenance",
        Some(MutedBy::Suppressed) => "all of its alerts are silenced or inhibited",
        Some(MutedBy::RoutedToNobody) => "Alertmanager routes it to nobody on purpose",
    };
    page.text(
        Meaning::Dim,
        format!("{why}: it does not count for the verdict"),
    );
}

fn add_places(page: &mut Page, case: &Case, model: &Model) {
    if case.places.is_empty() {
        page.field("where", Meaning::Dim, NOT_KNOWN);
    }
    let clusters = || model.picture.iter().flat_map(|picture| &picture.clusters);
    for (index, place) in case.places.iter().enumerate() {
        let name = if index == 0 { "where" } else { "" };
        let provider = clusters()
            .find(|view| Some(&view.name) == place.cluster.as_ref())
            .and_then(|view| view.provider.as_ref());
        let line = field(name).with(Meaning::Plain, case::place(place));
        page.line(match provider {
            Some(provider) => line.with(Meaning::Dim, format!(" on {provider}")),
            None => line,
        });
    }
}

fn priority_line(case: &Case) -> Line {
    let line = field("priority");
    let Some(name) = &case.priority else {
        return line.with(Meaning::Unranked, "none set");
    };
    let from = match case.priority_source {
        Some(PrioritySource::Incident) => ", from the incident",
        Some(PrioritySource::Severity) => ", from the alert's severity",
        None => "",
    };
    line.with(case::priority_meaning(case), name.as_str())
        .with(Meaning::Dim, from)
}

fn no_incident_text(model: &Model) -> &'static str {
    match freshness::freshness_of(model, SourceKind::Pagerduty) {
        KindFreshness::Fresh => "none: nobody was paged",
        KindFreshness::NotFresh => "not known: PagerDuty's answers are not fresh",
        KindFreshness::NotConfigured => "none: PagerDuty is not configured",
    }
}

fn add_incident(page: &mut Page, incident: &Incident) {
    let urgency = match incident.urgency {
        Urgency::High => "high urgency",
        Urgency::Low => "low urgency: it does not escalate",
    };
    let text = format!("#{} {}, {urgency}", incident.number, incident.status);
    page.field("incident", Meaning::Plain, text);
    page.field("its title", Meaning::Plain, incident.title.as_str());
    let service = incident.service.as_ref().map(|service| &*service.name);
    page.field_or_unknown("service", service);
    let policy = incident.policy.as_ref().map(|policy| &*policy.name);
    page.field_or_unknown("policy", policy);
    if let Some(conference) = &incident.conference {
        page.field("call", Meaning::Plain, conference.as_str());
    }
}

fn add_hub_down(page: &mut Page, case: &Case, ctx: &TextContext) {
    let Some((key, pieces)) = &case.hub_down else {
        return;
    };
    page.field("hub down", Meaning::Critical, key.to_string());
    for piece in pieces {
        page.line(Line::indented(14).with(Meaning::Plain, describe(piece, ctx)));
    }
}

fn add_related(page: &mut Page, case: &Case, model: &Model, ctx: &TextContext) {
    for (index, id) in case.related.iter().enumerate() {
        let known = model
            .picture
            .as_deref()
            .and_then(|picture| picture.case(id));
        let line = field(if index == 0 { "related" } else { "" });
        page.line(match known {
            Some(other) => line.join(super::one_line(other, ctx)).hanging(14),
            None => line.with(Meaning::Dim, clean(&id.to_string()).into_owned()),
        });
    }
}
