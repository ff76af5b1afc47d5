//! A case: alerts, incident, hub and post that are about one thing. What a person decides about.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::alert::{Alert, Suppression};
use super::checklist::ChecklistItem;
use super::clock::Clock;
use super::ids::{CaseId, ClusterName, HubKey, HubName, PriorityName};
use super::incident::{
    AssignedVia, Incident, IncidentField, IncidentStatus, PendingKind, Person, Urgency,
};
use super::mismatch::MismatchKind;
use super::post::Post;
use super::source::SourceId;

/// Where something is: a hub, a whole cluster, or a hub whose cluster is not known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The cluster, where known.
    pub cluster: Option<ClusterName>,
    /// The hub, where it is about one.
    pub hub: Option<HubName>,
}

impl Place {
    /// The hub's key, where both are known.
    pub fn hub_key(&self) -> Option<HubKey> {
        Some(HubKey {
            cluster: self.cluster.clone()?,
            hub: self.hub.clone()?,
        })
    }
}

/// By which rung of the ladder things were joined, surest first.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::Display,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum JoinedBy {
    /// The incident was declared for it with hubwatch.
    Declared,
    /// A fingerprint in the incident's alert details.
    Fingerprint,
    /// The labels in the incident's alert details.
    Labels,
    /// Alertmanager's dedup key, computed.
    DedupKey,
    /// Labels in the incident's title.
    Title,
    /// The hub's domain in the incident's title.
    Domain,
    /// Alertname, cluster and namespace in a time window: it may be wrong.
    Probable,
    /// Not joined to anything.
    None,
}

impl JoinedBy {
    /// Whether it is sure that the alert is the incident's.
    pub fn is_exact(self) -> bool {
        !matches!(self, Self::Probable | Self::None)
    }
}

/// How a post was found to belong to a case, surest first.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::Display,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum PostJoinedBy {
    /// It is linked to the incident.
    Linked,
    /// Its title or services name it.
    Title,
    /// It may be about it.
    Probable,
}

/// Where a case's priority comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrioritySource {
    /// The incident carries it.
    Incident,
    /// The alert's severity, by the configured map.
    Severity,
}

/// Why an Alertmanager's silence may be for another cluster's alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DoubtfulSilence {
    /// The alert's cluster is not known.
    ClusterNotKnown,
    /// The Alertmanager is configured for this other cluster, where no such alert is known to fire.
    OtherCluster(ClusterName),
}

/// An alert in a case.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseAlert {
    pub alert: Arc<Alert>,
    /// Why it does not page, where an Alertmanager keeps it from that.
    pub suppressed: Option<Suppression>,
    /// An Alertmanager suppresses an alert with the same labels that may be another cluster's; this case counts as
    /// not suppressed.
    pub doubtful_silence: Option<DoubtfulSilence>,
    /// How it was joined to the case's incident.
    pub joined_by: JoinedBy,
}

/// A post in a case.
#[derive(Clone, Debug, PartialEq)]
pub struct CasePost {
    pub post: Arc<Post>,
    /// How it was joined.
    pub joined_by: PostJoinedBy,
}

/// How an incident was closed while its alert fired on: it may page again at the repeat interval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosedIncident {
    /// The incident's number.
    pub number: u64,
    /// By whom, where known.
    pub by: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// Why a case is shown and does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MutedBy {
    /// Its hub or service is in planned maintenance.
    Maintenance,
    /// All of its alerts are silenced or inhibited, and there is no incident.
    Suppressed,
    /// Its alert is routed to nobody on purpose.
    RoutedToNobody,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    pub id: CaseId,
    /// Earlier ids, from before the case got a better one.
    pub aliases: Vec<CaseId>,
    /// Other cases about the same thing.
    pub related: Vec<CaseId>,
    /// A short title: the alert's name, else the incident's title, else the probe's result.
    pub title: String,
    /// Where it is.
    pub places: Vec<Place>,
    /// The account's name of its priority.
    pub priority: Option<PriorityName>,
    /// Where that comes from.
    pub priority_source: Option<PrioritySource>,
    /// Its place in the order of priorities: 0 is the most severe. An unowned high-urgency incident without priority
    /// comes right after the first.
    pub rank: Rank,
    /// The alert's severity label.
    pub severity: Option<String>,
    /// The earliest of the alert's firing, the incident's creation, the hub's first failure.
    pub since: DateTime<Utc>,
    /// Whether it is snoozed.
    pub snoozed: bool,
    /// Who must act now.
    pub owners: Vec<Owner>,
    /// No owner, or only placeholders.
    pub unowned: bool,
    /// Whether the owners are known. They are not for a case without an incident while PagerDuty is not fresh or not
    /// configured, nor while no owner is known to be a person or a mailbox.
    pub owners_known: bool,
    pub acknowledged_by: Vec<String>,
    /// The clock that matters now.
    pub clock: Option<Clock>,
    pub clocks: Vec<Clock>,
    pub alerts: Vec<CaseAlert>,
    pub incident: Option<Arc<Incident>>,
    /// An incident for its alert was closed while the alert went on firing.
    pub closed_while_firing: Option<ClosedIncident>,
    /// The hub whose probe or `up` made or joined the case, with the evidence.
    pub hub_down: Option<(HubKey, Vec<super::health::Evidence>)>,
    pub posts: Vec<CasePost>,
    /// The outage checklist; empty where it is no open P1.
    pub checklist: Vec<ChecklistItem>,
    /// Contradictions about it.
    pub mismatches: Vec<MismatchKind>,
    /// Why it does not count, if it does not.
    pub muted_by: Option<MutedBy>,
    /// The sources that it rests on and that are not fresh: what is shown may be past.
    pub not_fresh: Vec<SourceId>,
}

/// The order of cases by severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rank {
    /// The account's n-th priority, from 0.
    Priority(usize),
    /// None that is known.
    Unranked,
}

/// Why PagerDuty calls nobody else for an incident that no person has acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoEscalation {
    /// It was assigned by hand.
    ByHand,
    LowUrgency,
    /// The escalation policy has no further level.
    EndOfChain,
    /// A mailbox, a bot or a service acknowledged it: PagerDuty waits, and no person has it.
    AcknowledgedByNobody,
}

/// Who holds a case.
#[derive(Clone, Debug, PartialEq)]
pub enum Holder<'a> {
    /// PagerDuty cannot be asked, or not who is a person: somebody may hold it.
    NotKnown,
    /// No owner.
    Nobody,
    /// Only placeholders: nobody is awake.
    Mailbox,
    /// At least one person.
    People(Vec<&'a Owner>),
}

impl Case {
    /// Whether people are assigned to its open incident and none of them has acknowledged it.
    pub fn is_unacknowledged(&self) -> bool {
        !self.unowned && self.is_only_assigned()
    }

    /// Whether none of those who are assigned to its open incident, people or mailboxes, has acknowledged it.
    pub fn is_only_assigned(&self) -> bool {
        let is_open = self
            .incident
            .as_ref()
            .is_some_and(|incident| incident.is_open());
        is_open
            && self.knows_acknowledgements()
            && self.owners.iter().all(|owner| !owner.acknowledged)
    }

    fn knows_acknowledgements(&self) -> bool {
        let incident = self.incident.as_ref();
        let unread = incident.map(|incident| &incident.unread_fields);
        unread.is_none_or(|unread| !unread.contains(&IncidentField::Acknowledgements))
    }

    /// Why nothing will escalate it while it waits for somebody; `None` if it will be escalated, or need not be.
    pub fn no_escalation(&self) -> Option<NoEscalation> {
        let incident = self.incident.as_ref()?;
        let will = |kind| incident.pending_at(kind).is_some();
        let rises = incident.urgency == Urgency::Low && will(PendingKind::UrgencyChange);
        let will_act = will(PendingKind::Escalate) || will(PendingKind::Unacknowledge) || rises;
        if will_act || !incident.knows_pending() {
            return None;
        }
        match (incident.status, incident.urgency, incident.assigned_via) {
            (IncidentStatus::Resolved, ..) => None,
            (IncidentStatus::Acknowledged, ..) => (self.acknowledged_by.is_empty()
                && self.knows_acknowledgements())
            .then_some(NoEscalation::AcknowledgedByNobody),
            (_, Urgency::Low, _) => Some(NoEscalation::LowUrgency),
            (_, Urgency::High, Some(AssignedVia::DirectAssignment)) => Some(NoEscalation::ByHand),
            (_, Urgency::High, Some(AssignedVia::EscalationPolicy)) => {
                Some(NoEscalation::EndOfChain)
            }
            (_, Urgency::High, None) => None,
        }
    }

    /// Whether it waits for somebody, and PagerDuty's automatic actions could not be read.
    pub fn is_escalation_unread(&self) -> bool {
        let incident = self.incident.as_ref();
        incident.is_some_and(|it| it.is_open() && !it.knows_pending())
            && self.acknowledged_by.is_empty()
    }

    /// The first silence that may be about it.
    pub fn doubtful_silence(&self) -> Option<&DoubtfulSilence> {
        let mut alerts = self.alerts.iter();
        alerts.find_map(|joined| joined.doubtful_silence.as_ref())
    }

    /// Who holds the case. An owner that PagerDuty does not name is not nobody.
    pub fn holder(&self) -> Holder<'_> {
        let owners = self.owners.iter();
        let people: Vec<&Owner> = owners
            .filter(|owner| owner.kind == OwnerKind::Person)
            .collect();
        match people.is_empty() {
            false => Holder::People(people),
            true if !self.owners.is_empty() && self.owners_known => Holder::Mailbox,
            true if self.owners_known => Holder::Nobody,
            true => Holder::NotKnown,
        }
    }
}

/// Whether an owner can act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnerKind {
    Person,
    /// A person or a mailbox: the account's users have not been read, and some are configured as mailboxes.
    Unknown,
    /// A mailbox on the rota for when nobody works: nobody awake.
    Placeholder,
}

/// An owner of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    pub who: Person,
    /// Person or placeholder.
    pub kind: OwnerKind,
    /// Their address, where known.
    pub email: Option<String>,
    /// Whether the owner is the user at this screen.
    pub is_me: bool,
    /// Whether they acknowledged; else they are assigned.
    pub acknowledged: bool,
    /// The escalation policy by which it was assigned; `None` if assigned by hand.
    pub via: Option<String>,
    /// The policy's level, where it is known.
    pub level: Option<u32>,
    /// Since when.
    pub since: Option<DateTime<Utc>>,
}
