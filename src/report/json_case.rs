//! A case in the JSON of `check`.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::domain::alert::AlertState;
use crate::domain::case::{
    Case, CaseAlert, JoinedBy, Owner, OwnerKind, Place, PostJoinedBy, PrioritySource,
};
use crate::domain::checklist::{ChecklistItem, ChecklistStep, StepState};
use crate::domain::clock::{Clock, ClockKind};
use crate::domain::ids::Fingerprint;
use crate::domain::incident::IncidentStatus;
use crate::domain::labels::Labels;
use crate::domain::mismatch::MismatchKind;
use crate::domain::now::Now;
use crate::domain::source::PartName;

#[derive(Debug, Serialize)]
pub struct CaseJson {
    id: String,
    aliases: Vec<String>,
    related: Vec<String>,
    title: String,
    #[serde(rename = "where")]
    places: Vec<PlaceJson>,
    priority: Option<String>,
    priority_source: Option<PrioritySource>,
    severity: Option<String>,
    since: DateTime<Utc>,
    snoozed: bool,
    owners: Vec<OwnerJson>,
    unowned: bool,
    owners_known: bool,
    acknowledged_by: Vec<String>,
    clock: Option<ClockJson>,
    clocks: Vec<ClockJson>,
    alerts: Vec<AlertJson>,
    incident: Option<IncidentJson>,
    posts: Vec<CasePostJson>,
    mismatches: Vec<MismatchKind>,
    /// The outage checklist of an open P1; empty for any other case.
    outage: Vec<StepJson>,
    /// The parts of the incident that could not be read.
    incomplete: Vec<PartName>,
}

#[derive(Debug, Serialize)]
struct PlaceJson {
    cluster: Option<String>,
    hub: Option<String>,
}

#[derive(Debug, Serialize)]
struct OwnerJson {
    kind: OwnerKind,
    name: String,
    email: Option<String>,
    acknowledged: bool,
    via: Option<String>,
    level: Option<u32>,
    since: Option<DateTime<Utc>>,
}

#[derive(Debug, Serialize)]
struct ClockJson {
    kind: ClockKind,
    at: DateTime<Utc>,
    remaining_seconds: i64,
    estimate: bool,
}

#[derive(Debug, Serialize)]
struct AlertJson {
    source: String,
    fingerprint: Fingerprint,
    name: String,
    labels: Labels,
    state: AlertState,
    active_at: Option<DateTime<Utc>>,
    fires_since: Option<DateTime<Utc>>,
    suppressed: bool,
    joined_by: JoinedBy,
}

#[derive(Debug, Serialize)]
struct IncidentJson {
    id: String,
    number: u64,
    status: IncidentStatus,
    url: Option<String>,
}

#[derive(Debug, Serialize)]
struct StepJson {
    step: ChecklistStep,
    /// `None` if it is not known whether the step is done.
    done: Option<bool>,
    by: Option<String>,
    at: Option<DateTime<Utc>>,
}

#[derive(Debug, Serialize)]
struct CasePostJson {
    id: String,
    joined_by: PostJoinedBy,
}

/// The JSON of a case as of `now`.
pub fn case(case: &Case, now: Now) -> CaseJson {
    CaseJson {
        id: case.id.to_string(),
        aliases: case.aliases.iter().map(ToString::to_string).collect(),
        related: case.related.iter().map(ToString::to_string).collect(),
        title: case.title.clone(),
        places: case.places.iter().map(place).collect(),
        priority: case.priority.as_ref().map(ToString::to_string),
        priority_source: case.priority_source,
        severity: case.severity.clone(),
        since: case.since,
        snoozed: case.snoozed,
        owners: case.owners.iter().map(owner).collect(),
        // If the owners are not known, the case may have one. So it does not count as unowned.
        unowned: case.unowned && case.owners_known,
        owners_known: case.owners_known,
        acknowledged_by: case.acknowledged_by.clone(),
        clock: case.clock.as_ref().map(|shown| clock(shown, now)),
        clocks: case.clocks.iter().map(|each| clock(each, now)).collect(),
        alerts: case.alerts.iter().map(alert).collect(),
        incident: case.incident.as_ref().map(|incident| IncidentJson {
            id: incident.id.to_string(),
            number: incident.number,
            status: incident.status,
            url: incident.url.clone(),
        }),
        posts: case
            .posts
            .iter()
            .map(|joined| CasePostJson {
                id: joined.post.id.to_string(),
                joined_by: joined.joined_by,
            })
            .collect(),
        mismatches: case.mismatches.clone(),
        outage: case.checklist.iter().map(step).collect(),
        incomplete: case
            .incident
            .iter()
            .flat_map(|incident| incident.unread_parts())
            .collect(),
    }
}

fn step(item: &ChecklistItem) -> StepJson {
    let (done, read) = match &item.state {
        StepState::Done(read) => (Some(true), Some(read)),
        StepState::NotDone => (Some(false), None),
        StepState::NotKnown => (None, None),
    };
    StepJson {
        step: item.step,
        done,
        by: read.and_then(|read| Some(read.by.as_ref()?.to_string())),
        at: read.and_then(|read| read.at),
    }
}

fn place(place: &Place) -> PlaceJson {
    PlaceJson {
        cluster: place.cluster.as_ref().map(ToString::to_string),
        hub: place.hub.as_ref().map(ToString::to_string),
    }
}

fn owner(owner: &Owner) -> OwnerJson {
    OwnerJson {
        kind: owner.kind,
        name: owner.who.name.to_string(),
        email: owner.email.clone(),
        acknowledged: owner.acknowledged,
        via: owner.via.clone(),
        level: owner.level,
        since: owner.since,
    }
}

fn clock(clock: &Clock, now: Now) -> ClockJson {
    ClockJson {
        kind: clock.kind,
        at: clock.at,
        remaining_seconds: clock.remaining(now.wall).num_seconds(),
        estimate: clock.estimate,
    }
}

fn alert(joined: &CaseAlert) -> AlertJson {
    let alert = &joined.alert;
    AlertJson {
        source: alert.source.to_string(),
        fingerprint: alert.fingerprint,
        name: alert.name().to_owned(),
        labels: alert.labels.clone(),
        state: alert.state,
        active_at: alert.active_at,
        fires_since: alert.fires_since(),
        suppressed: joined.suppressed.is_some(),
        joined_by: joined.joined_by,
    }
}
