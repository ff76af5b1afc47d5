//! The conditions of a picture that ring when they begin. Cases that are snoozed, in maintenance, silenced or on
//! staging never ring. Cases that another person owns or has acknowledged do not ring either.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::domain::case::{Case, OwnerKind, Rank};
use crate::domain::clock::ClockKind;
use crate::domain::hub::{Health, Tier};
use crate::domain::ids::{CaseId, HubKey, IncidentId};
use crate::domain::incident::{Incident, IncidentField, IncidentStatus, Urgency};
use crate::domain::notify::EventKind;
use crate::domain::now::Now;
use crate::domain::source::{PartName, SourceId, SourceKind};
use crate::domain::verdict::VerdictLevel;
use crate::picture::{HubView, Picture, ReasonKind};
use crate::text::UNICODE;
use crate::text::context::{TextContext, TextLength};
use crate::wording::{case, part};

/// Identifies a condition. The key stays the same from picture to picture.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventKey {
    Hub(HubKey),
    Mine(IncidentId),
    Unowned(IncidentId),
    TimeBox(CaseId),
    Blind(BlindTo),
}

/// Something that hubwatch cannot see.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BlindTo {
    /// This source is not fresh, so cases may be missing.
    Source(SourceId),
    /// A part that the verdict needs is missing from a source's answer.
    Part(SourceId, PartName),
    /// A blind spot. The text names its subject.
    Spot(String),
    /// The picture lags: no new picture can be built from the sources' answers.
    Picture,
}

impl EventKey {
    pub fn kind(&self) -> EventKind {
        match self {
            Self::Hub(_) => EventKind::HubDown,
            Self::Mine(_) => EventKind::Mine,
            Self::Unowned(_) => EventKind::Unowned,
            Self::TimeBox(_) => EventKind::TimeBox,
            Self::Blind(_) => EventKind::Blind,
        }
    }
}

/// A condition that holds in a picture.
#[derive(Clone, Debug)]
pub struct Condition<'a> {
    pub key: EventKey,
    /// The cases that the condition is about. Empty for a hub without a case, and for something that hubwatch cannot
    /// see.
    pub cases: Vec<&'a Arc<Case>>,
    /// When the condition began, if the sources report it.
    pub began: Option<DateTime<Utc>>,
    /// The name of what hubwatch cannot see; `None` for other conditions.
    pub blind: Option<String>,
}

/// All conditions that hold in the picture at `now`. `lagging` means that no picture could be built from the latest
/// answers.
pub fn find<'a>(picture: &'a Picture, lagging: bool, now: Now) -> Vec<Condition<'a>> {
    let staging = Staging::of_picture(picture);
    let counts =
        |case: &&Arc<Case>| !case.snoozed && case.muted_by.is_none() && !staging.is_staging(case);
    let mut outages: FxHashMap<&HubKey, Vec<&Arc<Case>>> = FxHashMap::default();
    for case in &picture.cases {
        if let Some((key, _)) = &case.hub_down {
            outages.entry(key).or_default().push(case);
        }
    }
    let hubs = picture.hubs();
    let hubs = hubs.filter_map(|hub| hub_down(hub, outages.get(&hub.spec.key)));
    let cases = picture.cases.iter().filter(|case| may_ring(case));
    let cases = cases
        .filter(counts)
        .flat_map(|case| case_conditions(case, now));
    let blind = picture.verdict.reasons.iter();
    let blind = blind.filter(|reason| reason.level == VerdictLevel::Unknown);
    let blind = blind.filter_map(|reason| blind_to(&reason.kind, picture, now));
    let stuck = lagging.then(|| Condition {
        key: EventKey::Blind(BlindTo::Picture),
        cases: Vec::new(),
        began: None,
        blind: Some("everything (the answers cannot be evaluated)".to_owned()),
    });
    hubs.chain(cases).chain(blind).chain(stuck).collect()
}

// A quick check for thousands of cases. Only a case with an incident or a time-box can have a condition.
fn may_ring(case: &Case) -> bool {
    case.incident.is_some() || case.clocks.iter().any(|it| it.kind == ClockKind::TimeBox)
}

fn hub_down<'a>(hub: &HubView, cases: Option<&Vec<&'a Arc<Case>>>) -> Option<Condition<'a>> {
    let counts = hub.health == Health::Down && hub.spec.tier == Tier::Prod && !hub.maintenance;
    if !counts {
        return None;
    }
    let cases = cases.cloned().unwrap_or_default();
    let is_quiet = !cases.is_empty() && cases.iter().all(|case| is_looked_after(case));
    (!is_quiet).then(|| Condition {
        key: EventKey::Hub(hub.spec.key.clone()),
        cases,
        began: hub.since,
        blind: None,
    })
}

// Whether the case is snoozed or muted, or whether another person owns or has acknowledged it.
fn is_looked_after(case: &Case) -> bool {
    let people = case.owners.iter();
    let mut people = people.filter(|owner| owner.kind == OwnerKind::Person);
    let is_others = case.owners_known && !case::is_mine(case) && people.next().is_some();
    case.snoozed || case.muted_by.is_some() || is_acknowledged(case) || is_others
}

// Whether a person has acknowledged the case. An acknowledgement counts even if its author could not be read.
fn is_acknowledged(case: &Case) -> bool {
    let by_unread = |incident: &Arc<Incident>| {
        incident.status == IncidentStatus::Acknowledged
            && incident
                .unread_fields
                .contains(&IncidentField::Acknowledgements)
    };
    !case.acknowledged_by.is_empty() || case.incident.as_ref().is_some_and(by_unread)
}

fn case_conditions<'a>(case: &'a Arc<Case>, now: Now) -> impl Iterator<Item = Condition<'a>> {
    let condition = |key, began| Condition {
        key,
        cases: vec![case],
        began,
        blind: None,
    };
    let open = case.incident.as_ref().filter(|incident| incident.is_open());
    let waits = open.filter(|_| !is_acknowledged(case));
    let my = case.owners.iter().find(|owner| owner.is_me);
    let mine = waits
        .zip(my)
        .map(|(incident, my)| condition(EventKey::Mine(incident.id.clone()), my.since));
    let unowned = waits.filter(|it| case.unowned && it.urgency == Urgency::High);
    let unowned = unowned.map(|incident| {
        let key = EventKey::Unowned(incident.id.clone());
        condition(key, Some(incident.created_at))
    });
    // The time-box of a case without an incident is local, so it belongs to the user.
    let is_my_box = case.incident.is_none() || my.is_some();
    let mut boxes = case.clocks.iter();
    let over = boxes.find(|it| it.kind == ClockKind::TimeBox && it.has_expired(now.wall));
    let over = over
        .filter(|_| is_my_box)
        .map(|clock| condition(EventKey::TimeBox(case.id.clone()), Some(clock.at)));
    [mine, unowned, over].into_iter().flatten()
}

fn blind_to<'a>(reason: &ReasonKind, picture: &Picture, now: Now) -> Option<Condition<'a>> {
    let (blind_to, began, name) = match reason {
        ReasonKind::SourceNotFresh(id, _) if id.kind.brings_cases() => {
            (BlindTo::Source(id.clone()), None, id.to_string())
        }
        ReasonKind::PartMissing(id, missing) if id.kind.brings_cases() => {
            let name = format!("{id} ({})", part::name(*missing));
            (BlindTo::Part(id.clone(), *missing), None, name)
        }
        ReasonKind::BlindSpot(index) => {
            let spot = picture.mismatches.get(*index)?;
            let ctx = TextContext {
                now,
                zone: crate::domain::zone::Zone::UTC,
                symbols: &UNICODE,
            };
            let text = spot.describe(TextLength::Short, &ctx).text;
            let subject = spot.subject.clone();
            let name = match &subject {
                Some(subject) => format!("{subject} ({text})"),
                None => text,
            };
            let key = subject.or_else(|| Some(spot.case.as_ref()?.to_string()));
            let key = key.unwrap_or_default();
            (BlindTo::Spot(key), spot.since, name)
        }
        _ => return None,
    };
    Some(Condition {
        key: EventKey::Blind(blind_to),
        cases: Vec::new(),
        began,
        blind: Some(name),
    })
}

/// Whether the picture shows that a condition is over. A condition that the picture does not list may still hold: a hub
/// whose health is unknown may be down, and a hub that somebody takes care of is still down.
pub fn is_known_over(key: &EventKey, picture: &Picture) -> bool {
    match key {
        EventKey::Hub(key) => {
            let mut hubs = picture.hubs();
            let hub = hubs.find(|hub| hub.spec.key == *key);
            let is_over = |hub: &HubView| {
                hub.maintenance || !matches!(hub.health, Health::Down | Health::Unknown)
            };
            hub.is_none_or(is_over)
        }
        EventKey::Mine(_) | EventKey::Unowned(_) | EventKey::TimeBox(CaseId::Incident(_)) => {
            is_pagerduty_fresh(picture)
        }
        EventKey::TimeBox(_) | EventKey::Blind(_) => true,
    }
}

/// Whether PagerDuty's data is fresh; also true if no PagerDuty is configured.
pub fn is_pagerduty_fresh(picture: &Picture) -> bool {
    let pagerduty = SourceId::new(SourceKind::Pagerduty, "");
    let source = picture.source(&pagerduty);
    source.is_none_or(|source| source.state.is_fresh())
}

struct Staging<'a> {
    hubs: FxHashSet<&'a HubKey>,
    /// P1s on staging that the verdict counts as critical because a person set the priority.
    critical: FxHashSet<&'a CaseId>,
}

impl<'a> Staging<'a> {
    fn of_picture(picture: &'a Picture) -> Self {
        let hubs = picture.hubs().filter(|hub| hub.spec.tier == Tier::Staging);
        let reasons = picture.verdict.reasons.iter();
        Self {
            hubs: hubs.map(|hub| &hub.spec.key).collect(),
            critical: reasons
                .filter_map(|reason| match &reason.kind {
                    ReasonKind::OpenP1(id) if reason.level == VerdictLevel::Critical => Some(id),
                    _ => None,
                })
                .collect(),
        }
    }

    fn is_staging(&self, case: &Case) -> bool {
        let is_critical = case.rank == Rank::Priority(0) && self.critical.contains(&case.id);
        let mut keys = case.places.iter().map(|place| place.hub_key());
        !is_critical
            && !case.places.is_empty()
            && keys.all(|key| key.is_some_and(|key| self.hubs.contains(&key)))
    }
}
