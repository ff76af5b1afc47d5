//! The owners of a case, and how the case reached them.

use crate::app::model::Model;
use crate::domain::case::{Case, NoEscalation, Owner, OwnerKind};
use crate::domain::incident::{AssignedVia, Incident, IncidentField, IncidentStatus, Urgency};
use crate::domain::source::SourceKind;
use crate::text::Line;
use crate::text::dates::short_time;
use crate::text::durations::age_since;
use crate::text::{ExpiringText, Meaning, TextContext};
use crate::ui::pages::freshness::{self, KindFreshness};
use crate::ui::pages::page::{Page, field};
use crate::wording::case;

pub fn add(page: &mut Page, case: &Case, model: &Model, ctx: &TextContext) {
    page.heading("Owners");
    for owner in &case.owners {
        page.line(owner_line(owner, ctx));
    }
    if case.owners.is_empty() {
        page.text(Meaning::Nobody, no_owner_text(case, model));
    } else if case.unowned {
        page.text(Meaning::Nobody, "nobody awake: only a placeholder holds it");
    }
    if let Some(incident) = &case.incident {
        add_acknowledged(page, case, incident, ctx);
        add_escalation(page, case, incident);
    }
}

fn no_owner_text(case: &Case, model: &Model) -> &'static str {
    match (
        &case.incident,
        freshness::freshness_of(model, SourceKind::Pagerduty),
    ) {
        (_, KindFreshness::NotFresh) => "not known: PagerDuty's answers are not fresh",
        (Some(_), _) => "nobody: the incident is not assigned",
        (None, _) => "nobody: there is no incident to assign",
    }
}

fn owner_line(owner: &Owner, ctx: &TextContext) -> Line {
    let (name, meaning) = match owner.kind {
        OwnerKind::Placeholder => (
            format!(
                "{} (placeholder)",
                case::person_name(&owner.who.name, false)
            ),
            Meaning::Nobody,
        ),
        OwnerKind::Unknown => (
            format!(
                "{} (a person or a mailbox: PagerDuty's users are not read)",
                case::person_name(&owner.who.name, owner.is_me)
            ),
            Meaning::Unknown,
        ),
        OwnerKind::Person if owner.is_me => (case::person_name(&owner.who.name, true), Meaning::Me),
        OwnerKind::Person => (case::person_name(&owner.who.name, false), Meaning::Owner),
    };
    Line::styled(meaning, name)
        .with(Meaning::Plain, " ")
        .with(Meaning::Plain, ownership_text(owner))
        .with(Meaning::Plain, since_text(owner, ctx))
        .hanging(2)
}

fn ownership_text(owner: &Owner) -> String {
    let level = match owner.level {
        Some(level) => format!(" level {level}"),
        None => ", level not known".to_owned(),
    };
    match (&owner.via, owner.acknowledged) {
        (_, true) => "acknowledged it".to_owned(),
        (Some(policy), false) => format!("via '{policy}'{level}"),
        (None, false) => "assigned by hand".to_owned(),
    }
}

fn since_text(owner: &Owner, ctx: &TextContext) -> ExpiringText {
    match owner.since {
        Some(at) => {
            let age = age_since(at, ctx.now);
            short_time(at, ctx)
                .map(|at| format!(", since {at}, "))
                .append(age)
        }
        None => ExpiringText::fixed(", start not known"),
    }
}

fn add_acknowledged(page: &mut Page, case: &Case, incident: &Incident, ctx: &TextContext) {
    let (meaning, by) = match case.acknowledged_by.as_slice() {
        [] if case.is_unacknowledged() => (
            Meaning::Warning,
            format!("{} nobody yet: it was only assigned", ctx.symbols.assigned),
        ),
        [] => (Meaning::Plain, "nobody yet".to_owned()),
        names => (Meaning::Plain, names.join(", ")),
    };
    let is_acknowledged = incident.status == IncidentStatus::Acknowledged;
    let is_unread = |field| incident.unread_fields.contains(&field);
    let (meaning, by) = match case.acknowledged_by.is_empty() && is_acknowledged {
        true if is_unread(IncidentField::Acknowledgements) => {
            (Meaning::Unknown, "not known".to_owned())
        }
        true => (
            Meaning::Warning,
            "by no person: a mailbox, a bot or a service".to_owned(),
        ),
        false => (meaning, by),
    };
    page.line(field("acknowledged").with(meaning, by));
    let assigned: Vec<&str> = incident
        .assignments
        .iter()
        .map(|assignment| &*assignment.to.name)
        .collect();
    let assigned = match assigned.as_slice() {
        [] if is_unread(IncidentField::Assignments) => "not known".to_owned(),
        [] => "nobody".to_owned(),
        names => names.join(", "),
    };
    page.line(field("assigned to").with(Meaning::Plain, assigned));
}

// Adds a line if the incident does not escalate, since no clock can show this.
fn add_escalation(page: &mut Page, case: &Case, incident: &Incident) {
    let why = match (incident.urgency, incident.assigned_via) {
        _ if case.no_escalation() == Some(NoEscalation::AcknowledgedByNobody) => {
            "it does not escalate: acknowledged by no person"
        }
        (Urgency::Low, _) => "it does not escalate: low urgency",
        (_, Some(AssignedVia::DirectAssignment)) => "it does not escalate: assigned by hand",
        _ if case.no_escalation() == Some(NoEscalation::EndOfChain) => {
            "it does not escalate further: the end of the escalation chain"
        }
        _ if case.is_escalation_unread() => {
            page.text(
                Meaning::Unknown,
                "whether it escalates is not known: its pending actions cannot be read",
            );
            return;
        }
        _ => return,
    };
    page.text(Meaning::Warning, why);
}
