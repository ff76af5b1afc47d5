//! The events of a script.

use std::time::Duration;

use serde::Deserialize;

use crate::demo::account::incident::Urgency;
use crate::demo::clockwork::deserialize_duration;
use crate::demo::world::alertmanager::DetailsFormat;
use crate::demo::world::batch::Batch;
use crate::demo::world::cluster::{PrometheusMode, Provider};
use crate::demo::world::hub::Outage;
use crate::demo::world::posts::{PostStatus, ServiceImpact, Severity};

/// An event of a script, which names hubs by their roles.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScriptEvent {
    /// A rule's expression begins to hold on a hub.
    Fire(Alert),
    /// A rule's expression no longer holds on a hub.
    Clear(Alert),
    /// An Alertmanager pages for a rule's alert on a hub.
    Page(PageEvent),
    /// An uptime check, a certificate check or a person opens an incident.
    Report(Report),
    /// The same alert fires on many clusters of a provider. Each cluster pages.
    Storm(Storm),
    /// A person acknowledges an incident.
    Acknowledge(IncidentChange),
    /// A person resolves an incident. Without a person, the integration resolves it.
    Resolve(IncidentChange),
    /// A person reassigns an incident to another person by hand.
    Reassign(Reassign),
    /// A person writes a note.
    Note(NoteEvent),
    /// A person snoozes an incident.
    Snooze(Snooze),
    /// The current escalation level of an incident ends at a set time after this event.
    EscalationDue(EscalationDue),
    /// A hub stops working.
    HubDown(HubDown),
    /// A hub works again after an outage.
    HubUp(HubName),
    /// The hubs of a batch are upgraded, one after another.
    Upgrade(BatchUpgrade),
    /// All hubs of the role's cluster stop working.
    ClusterDown(HubDown),
    /// All hubs of the role's cluster work again.
    ClusterUp(HubName),
    /// The free space on a hub's disks changes.
    Disk(DiskLevel),
    /// Servers of a hub fail to start.
    FailedStarts(FailedStarts),
    /// A Prometheus changes its behaviour.
    Prometheus(PrometheusChange),
    /// PagerDuty changes its behaviour.
    Pagerduty(PagerdutyChange),
    /// A post about an incident appears.
    Post(NewPost),
    /// A vendor posts an incident.
    VendorPost(VendorPost),
    /// A post about maintenance appears.
    Maintenance(NewMaintenance),
    /// A post gets an update.
    UpdatePost(PostUpdate),
    /// A maintenance window of a service begins. Until it ends, the service's incidents do not page.
    Window(NewWindow),
}

/// A rule and a hub.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alert {
    /// The rule's key.
    pub rule: String,
    /// The hub's role.
    pub at: String,
}

/// A page for an alert.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageEvent {
    /// The incident's name in the script.
    pub name: String,
    /// The rule's key.
    pub rule: String,
    /// The hub's role.
    pub at: String,
    /// The person who gets the incident; `None` if the policy's round robin decides.
    pub owner: Option<String>,
    /// The format of the event's details.
    #[serde(default)]
    pub format: DetailsFormat,
    /// The incident's urgency.
    #[serde(default)]
    pub urgency: Urgency,
}

/// An incident that an outside check or a person opens. Its title may contain the placeholders `{cluster}`, `{hub}`,
/// `{domain}` and `{started}`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// The incident's name in the script.
    pub name: String,
    pub title: String,
    /// The hub's role.
    pub at: String,
    /// The service's key.
    pub service: String,
    pub priority: Option<String>,
    /// The person who gets the incident; `None` if the policy's round robin decides.
    pub owner: Option<String>,
    /// The person who opens the incident; `None` for an outside check.
    pub by: Option<String>,
}

/// An alert on many clusters at once.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Storm {
    /// The incident's name in the script. If there are several incidents, `-` and a number from 0 follow the name.
    pub name: String,
    /// The rule's key.
    pub rule: String,
    pub provider: Provider,
    /// How many of every twenty clusters of the provider are affected.
    pub of_twenty: usize,
    /// Whether all the alerts go into one incident.
    pub grouped: bool,
    /// The person who gets the incidents; `None` if the policy's round robin decides.
    pub owner: Option<String>,
}

/// A change of an incident by a person or an integration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IncidentChange {
    /// The incident's name in the script.
    pub incident: String,
    pub by: Option<String>,
}

/// The reassignment of an incident.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reassign {
    /// The incident's name in the script.
    pub incident: String,
    pub by: String,
    /// The new assignee.
    pub to: String,
}

/// A note on an incident.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoteEvent {
    /// The incident's name in the script.
    pub incident: String,
    pub by: String,
    pub text: String,
}

/// A person's snooze of an incident.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snooze {
    /// The incident's name in the script.
    pub incident: String,
    pub by: String,
    #[serde(rename = "for", deserialize_with = "deserialize_duration")]
    pub lasts: Duration,
}

/// The time at which an incident escalates.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EscalationDue {
    /// The incident's name in the script.
    pub incident: String,
    /// The time from this event to the escalation.
    #[serde(deserialize_with = "deserialize_duration")]
    pub after: Duration,
}

/// A hub that stops working.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HubDown {
    /// The hub's role.
    pub hub: String,
    pub how: Outage,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HubName {
    /// The hub's role.
    pub hub: String,
}

/// The upgrade of a batch of clusters.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BatchUpgrade {
    pub batch: Batch,
    /// The time between the upgrades of two hubs.
    #[serde(deserialize_with = "deserialize_duration")]
    pub every: Duration,
    /// How long each hub does not answer.
    #[serde(deserialize_with = "deserialize_duration")]
    pub away: Duration,
    /// The range of the 95th percentile of a server's start time after the upgrade, in seconds.
    pub p95: [f64; 2],
    /// The role of the hub that does not answer again after its upgrade.
    pub broken: Option<String>,
}

/// The free space on a hub's disks, in percent.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiskLevel {
    /// The hub's role.
    pub hub: String,
    /// The free space on the disk of the home directories; `None` does not change it.
    pub home: Option<f64>,
    /// The free space on the database's disk; `None` does not change it.
    pub db: Option<f64>,
    /// The free space that is lost per hour, in percent of the disk.
    #[serde(rename = "leak", default)]
    pub percent_per_hour: f64,
}

/// Servers that fail to start.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FailedStarts {
    /// The hub's role.
    pub hub: String,
    /// The number of servers.
    pub count: usize,
}

/// A new behaviour for the Prometheus of the role's cluster.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrometheusChange {
    #[serde(rename = "of")]
    pub role: String,
    pub mode: PrometheusMode,
}

/// A new behaviour for PagerDuty.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PagerdutyChange {
    pub mode: PagerdutyMode,
}

/// The ways in which PagerDuty can behave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PagerdutyMode {
    /// Answers as documented.
    #[default]
    Answering,
    /// Answers 500 to everything.
    Failing,
    /// Answers 429 to everything, with the rate limit headers.
    Throttled,
    /// Answers 429 to everything, without the rate limit headers and without a body.
    ThrottledBare,
    /// Answers 402: the plan does not include the requested feature.
    Unpaid,
    /// Answers 403 to every write: the API key may only read.
    ReadOnly,
    /// Applies every write, but closes the connection without an answer.
    LosingAnswers,
    /// Refuses every write, because the data has changed since it was read.
    Changed,
}

/// A post about an incident. Its title and text may contain the placeholders of a [`Report`].
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewPost {
    /// The post's name in the script.
    pub name: String,
    pub title: String,
    /// The role of the hub that the post is about.
    pub about: String,
    /// The incident that the post is linked to.
    pub incident: Option<String>,
    pub severity: Severity,
    /// The status page's service that is affected.
    pub service: String,
    /// How the service is affected.
    pub impact: ServiceImpact,
    pub text: String,
}

/// An incident on the vendor's page.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VendorPost {
    /// The post's name in the script.
    pub name: String,
    pub title: String,
    /// The component of the vendor's page that is affected.
    pub component: String,
    pub text: String,
}

/// A post about maintenance.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewMaintenance {
    /// The post's name in the script.
    pub name: String,
    pub title: String,
    /// The role of the hub that is affected.
    pub about: String,
    /// The time from this event to the start of the maintenance.
    #[serde(deserialize_with = "deserialize_duration")]
    pub starts_in: Duration,
    #[serde(rename = "for", deserialize_with = "deserialize_duration")]
    pub lasts: Duration,
    pub text: String,
}

/// An update of a post.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostUpdate {
    /// The post's name in the script.
    pub post: String,
    /// The post's new status.
    pub status: PostStatus,
    pub text: String,
}

/// A maintenance window of a service, which begins with this event.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewWindow {
    /// The service's key.
    pub service: String,
    /// The purpose of the window. The text may contain the placeholders of a [`Report`].
    pub text: String,
    /// The hub's role.
    pub at: String,
    /// The time from this event to the window's end.
    #[serde(rename = "for", deserialize_with = "deserialize_duration")]
    pub lasts: Duration,
}
