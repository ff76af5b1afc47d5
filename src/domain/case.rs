//! A case: the alerts, incident, hub and posts that are about one problem. People decide about whole cases.

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

/// The place of a problem: a hub, a whole cluster, or a hub in an unknown cluster.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The cluster; `None` if unknown.
    pub cluster: Option<ClusterName>,
    /// The hub; `None` for a whole cluster.
    pub hub: Option<HubName>,
}

impl Place {
    /// The hub's key. `None` if hub or cluster is missing.
    pub fn hub_key(&self) -> Option<HubKey> {
        Some(HubKey {
            cluster: self.cluster.clone()?,
            hub: self.hub.clone()?,
        })
    }
}

/// The evidence by which an alert was joined to an incident, surest first.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::Display,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum JoinedBy {
    /// The incident was declared for the alert with hubwatch.
    Declared,
    /// A fingerprint in the incident's alert details.
    Fingerprint,
    /// The labels in the incident's alert details.
    Labels,
    /// Alertmanager's dedup key, which hubwatch computes from the alert's route.
    DedupKey,
    /// Labels in the incident's title.
    Title,
    /// The hub's domain in the incident's title.
    Domain,
    /// Alertname, cluster and namespace within a time window. The join may be wrong.
    Probable,
    /// The alert is joined to no incident.
    None,
}

impl JoinedBy {
    /// Whether the join is certain.
    pub fn is_exact(self) -> bool {
        !matches!(self, Self::Probable | Self::None)
    }
}

/// How a post was joined to a case, surest first.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::Display,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum PostJoinedBy {
    /// The post is linked to the incident.
    Linked,
    /// The post's title or services name a place of the case.
    Title,
    /// The post may be about the case.
    Probable,
}

/// Where a case's priority comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrioritySource {
    /// The incident has the priority.
    Incident,
    /// The configured severity map gives the priority for the alert's severity.
    Severity,
}

/// The reason why an Alertmanager's silence might be for another cluster's alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DoubtfulSilence {
    /// The alert's cluster is not known.
    ClusterNotKnown,
    /// The Alertmanager is configured for this other cluster, but no such alert is known to fire there.
    OtherCluster(ClusterName),
}

/// An alert in a case.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseAlert {
    pub alert: Arc<Alert>,
    /// The reason why an Alertmanager does not page for the alert; `None` if it pages.
    pub suppressed: Option<Suppression>,
    /// Set if an Alertmanager suppresses an alert with the same labels, but that alert may belong to another cluster.
    /// The case's alert then counts as not suppressed.
    pub doubtful_silence: Option<DoubtfulSilence>,
    /// How the alert was joined to the case's incident.
    pub joined_by: JoinedBy,
}

/// A post in a case.
#[derive(Clone, Debug, PartialEq)]
pub struct CasePost {
    pub post: Arc<Post>,
    /// How the post was joined to the case.
    pub joined_by: PostJoinedBy,
}

/// An incident that was closed although its alert continued to fire. The alert may page again at the repeat interval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosedIncident {
    /// The incident's number.
    pub number: u64,
    /// The person who closed the incident, if known.
    pub by: Option<String>,
    /// The time of the closing.
    pub at: DateTime<Utc>,
}

/// The reason why a case is shown but does not affect the verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MutedBy {
    /// The case's hub or service is in planned maintenance.
    Maintenance,
    /// All alerts of the case are suppressed, and there is no incident.
    Suppressed,
    /// The case's alert is deliberately routed to nobody.
    RoutedToNobody,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    pub id: CaseId,
    /// Ids that the case may have had earlier, such as the ids of its alerts from before it had an incident.
    pub aliases: Vec<CaseId>,
    /// Other cases about the same alert or the same hubs.
    pub related: Vec<CaseId>,
    /// A short title: the alert's name, else the incident's title, else the probe's result.
    pub title: String,
    pub places: Vec<Place>,
    /// The case's priority, as the account names it.
    pub priority: Option<PriorityName>,
    pub priority_source: Option<PrioritySource>,
    /// The rank by priority. An unowned high-urgency incident without a priority ranks right after the most severe
    /// priority.
    pub rank: Rank,
    /// The alert's severity label.
    pub severity: Option<String>,
    /// The earliest of three times: the alert's first firing, the incident's creation, the hub's first failure.
    pub since: DateTime<Utc>,
    pub snoozed: bool,
    /// The people who must act now.
    pub owners: Vec<Owner>,
    /// Whether the case has no owner, or only placeholders.
    pub unowned: bool,
    /// Whether the owners are known. Without an incident, they are unknown while PagerDuty is not fresh or not
    /// configured. With an incident, they are unknown if the assignees or acknowledgements cannot be read. They are
    /// also unknown if some owner may be a person or a mailbox, and no owner is surely a person.
    pub owners_known: bool,
    pub acknowledged_by: Vec<String>,
    /// The clock that matters now.
    pub clock: Option<Clock>,
    pub clocks: Vec<Clock>,
    pub alerts: Vec<CaseAlert>,
    pub incident: Option<Arc<Incident>>,
    /// Set if an incident for the case's alert was closed although the alert continued to fire.
    pub closed_while_firing: Option<ClosedIncident>,
    /// The hub that is down according to its probe or `up`, with the evidence. The hub's failure opened the case or was
    /// joined to the case.
    pub hub_down: Option<(HubKey, Vec<super::health::Evidence>)>,
    pub posts: Vec<CasePost>,
    /// The outage checklist; empty if the case is not an open P1.
    pub checklist: Vec<ChecklistItem>,
    /// The mismatches of the case.
    pub mismatches: Vec<MismatchKind>,
    /// The reason why the case does not affect the verdict. `None` if it does.
    pub muted_by: Option<MutedBy>,
    /// The sources of the case that are not fresh. Because of them, the case may be outdated.
    pub not_fresh: Vec<SourceId>,
}

/// The order of cases by severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rank {
    /// The index of the priority in the account's list; 0 is the most severe.
    Priority(usize),
    /// The case has no priority, or the account's list lacks its priority.
    Unranked,
}

/// The reason why PagerDuty escalates no further, although no person has acknowledged the incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoEscalation {
    /// The incident was assigned by hand.
    ByHand,
    LowUrgency,
    /// The escalation policy has no further level.
    EndOfChain,
    /// A mailbox, a bot or a service acknowledged the incident. PagerDuty does not escalate, although no person handles
    /// it.
    AcknowledgedByNobody,
}

/// The owners of a case, as far as they are known.
#[derive(Clone, Debug, PartialEq)]
pub enum Holder<'a> {
    /// The owners are unknown, or it is unknown whether they are people. Somebody may hold the case.
    NotKnown,
    /// The case has no owner.
    Nobody,
    /// The case has only placeholders as owners, so nobody can act.
    Mailbox,
    /// The case has at least one person as an owner.
    People(Vec<&'a Owner>),
}

impl Case {
    /// Whether people are assigned to the case's open incident but none of them has acknowledged it.
    pub fn is_unacknowledged(&self) -> bool {
        !self.unowned && self.is_only_assigned()
    }

    /// Whether no assignee of the case's open incident has acknowledged it. An assignee is a person or a mailbox.
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

    /// The reason why PagerDuty will not escalate the unacknowledged incident. `None` if PagerDuty will escalate it, if
    /// no escalation is needed, or if the reason is unknown.
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

    /// Whether no person has acknowledged the open incident, and PagerDuty's automatic actions for the incident could
    /// not be read.
    pub fn is_escalation_unread(&self) -> bool {
        let incident = self.incident.as_ref();
        incident.is_some_and(|it| it.is_open() && !it.knows_pending())
            && self.acknowledged_by.is_empty()
    }

    /// The first silence that might be about an alert of the case.
    pub fn doubtful_silence(&self) -> Option<&DoubtfulSilence> {
        let mut alerts = self.alerts.iter();
        alerts.find_map(|joined| joined.doubtful_silence.as_ref())
    }

    /// Who holds the case. Unknown owners count as `NotKnown`, not as `Nobody`.
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
    /// The owner may be a person or a mailbox. The configuration names mailboxes, but the account's users have not been
    /// read yet.
    Unknown,
    /// A user who is a mailbox. Such a user is on the rota while nobody works.
    Placeholder,
}

/// An owner of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    pub who: Person,
    pub kind: OwnerKind,
    /// The owner's e-mail address, if known.
    pub email: Option<String>,
    /// Whether the owner is the user at this screen.
    pub is_me: bool,
    /// Whether the owner acknowledged the incident. If not, the incident is only assigned to the owner.
    pub acknowledged: bool,
    /// The escalation policy that assigned the incident to the owner. `None` if a person assigned it by hand.
    pub via: Option<String>,
    /// The level of the policy in `via`, if known.
    pub level: Option<u32>,
    /// When the owner was assigned or acknowledged, if known.
    pub since: Option<DateTime<Utc>>,
}
