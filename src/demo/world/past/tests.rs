//! Tests of the past as a client reads it from the account.

mod figures;
mod record;

use crate::domain::policy::TimeBoxes;
use crate::domain::post::FirstPost;
use std::collections::BTreeSet;

use crate::domain::zone::Zone;
use chrono::{Datelike, Months};

use crate::demo::account::entry::{Entry, EntryKind};
use crate::demo::account::incident::{Agent, Incident};
use crate::demo::clockwork::At;
use crate::demo::options::WorldOptions;
use crate::demo::world::World;
use crate::domain;
use crate::domain::hub::{HubSpec, Tier};
use crate::domain::ids::HubKey;
use crate::domain::incident::{IncidentStatus, LogEntry, LogKind, Person};
use crate::domain::policy::{ClusterSpec, Policy};
use crate::picture::places::places_in_title;
use crate::review::past_incident::PastIncident;
use crate::review::trends::{Trends, TrendsInput, trends};

const LAST_NUMBER: u64 = 5000;

fn at(text: &str) -> At {
    text.parse().unwrap()
}

fn world(start: At, seed: u64) -> World {
    let options = WorldOptions {
        seed,
        ..WorldOptions::default()
    };
    World::new(options, start).unwrap()
}

/// All past incidents. Incidents that have changed since the scenario began come last.
fn past(world: &World) -> Vec<&Incident> {
    let changed = world.account.incidents.iter();
    let changed = changed.filter(|it| it.number <= LAST_NUMBER);
    world.account.past_incidents(None).chain(changed).collect()
}

/// The log entries of an incident, oldest first.
fn log<'a>(world: &'a World, of: &'a Incident) -> Vec<&'a Entry> {
    let mut log: Vec<_> = world.account.log_of(&of.id).collect();
    log.reverse();
    log
}

fn policy(world: &World) -> Policy {
    let clusters = world.fleet.clusters.iter().map(|cluster| ClusterSpec {
        without: BTreeSet::default(),
        name: (&*cluster.name).into(),
        provider: None,
        hubs: world
            .fleet
            .hubs_of(&cluster.name)
            .map(|hub| HubSpec {
                key: HubKey::new(&*hub.cluster, &*hub.name),
                tier: Tier::Prod,
                domain: Some(hub.domain.to_string()),
                health_url: None,
                expected_status: 200,
                expects_hub_header: true,
            })
            .collect(),
    });
    Policy {
        clusters: clusters.collect(),
        ..Policy::default()
    }
}

fn person(key: &str) -> Person {
    Person {
        id: key.into(),
        name: key.into(),
    }
}

/// The past in the form that `review` reads.
fn reviewed(world: &World) -> Vec<PastIncident> {
    let policy = policy(world);
    let past = past(world).into_iter();
    past.map(|it| PastIncident {
        incident: domain_incident(it),
        log: log(world, it).into_iter().map(domain_entry).collect(),
        merged_into: it.merged_into.as_deref().map(Into::into),
        places: places_in_title(&it.title, &policy),
    })
    .collect()
}

fn domain_incident(it: &Incident) -> domain::incident::Incident {
    domain::incident::Incident {
        id: it.id.as_str().into(),
        number: it.number,
        title: it.title.clone(),
        url: None,
        status: IncidentStatus::Resolved,
        urgency: domain::incident::Urgency::High,
        service: None,
        policy: None,
        priority: it.priority.as_deref().map(Into::into),
        created_at: it.created_at,
        updated_at: Some(it.updated_at),
        resolved_at: it.resolved_at,
        resolved_by: None,
        assignments: Vec::new(),
        assigned_via: None,
        acknowledgements: Vec::new(),
        pending: Vec::new(),
        unread_fields: BTreeSet::new(),
        incident_key: it.incident_key.clone(),
        triggered_alerts: None,
        conference: None,
        alerts: Vec::new(),
        alerts_known: false,
        log_known: true,
        priority_log_known: true,
    }
}

fn domain_entry(it: &Entry) -> LogEntry {
    let name = |name: &Option<String>| name.as_deref().map(Into::into);
    let kind = match &it.kind {
        EntryKind::Trigger => LogKind::Trigger,
        EntryKind::Escalate(_) => LogKind::Escalate { to: Vec::new() },
        EntryKind::Acknowledge(_) => LogKind::Acknowledge { timeout: None },
        EntryKind::Resolve(_) => LogKind::Resolve,
        EntryKind::Annotate(text) => LogKind::Annotate {
            text: Some(text.clone()),
        },
        EntryKind::PriorityChange(from, to) => LogKind::PriorityChange {
            from: name(from),
            to: name(to),
        },
        _ => LogKind::Other("other".to_owned()),
    };
    LogEntry {
        id: it.id.clone(),
        incident: it.incident.as_str().into(),
        at: it.at,
        kind,
        agent: match &it.by {
            Agent::User(key) => Some(person(key)),
            Agent::Service => None,
        },
        agent_known: true,
        channel: Some(it.channel.to_owned()),
        summary: String::new(),
    }
}

/// The trends of `months` whole months before the month of `now`, and of the month of `now` so far.
fn figures(incidents: &[PastIncident], months: u32, now: At, zone: Zone) -> Trends {
    let first = now.with_timezone(&zone).date_naive().with_day(1).unwrap();
    let since = first.checked_sub_months(Months::new(months)).unwrap();
    trends(&TrendsInput {
        unread: &[],
        incidents,
        p1: &"P1".into(),
        span: domain::calendar::start_of_day(since, zone)..now,
        zone,
        now,
        is_human: &|who| who.id.as_str() != "support",
        zone_of: &|_| None,
        time_boxes: &TimeBoxes::default(),
        first_post: &|_| FirstPost::NotKnown,
        name: &|one| one.incident.title.clone(),
    })
}

fn whole_months(found: &Trends) -> Vec<usize> {
    let whole = found.months.iter().filter(|month| !month.is_partial);
    whole.map(|month| month.outages).collect()
}
