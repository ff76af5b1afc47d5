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

/// One thing that happens. Hubs are named by their role.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScriptEvent {
    /// A rule's expression begins to hold on a hub.
    Fire(Alert),
    /// It holds no more.
    Clear(Alert),
    /// An Alertmanager pages for a rule's alert on a hub.
    Page(PageEvent),
    /// Something else opens an incident: an uptime check, a certificate check.
    Report(Report),
    /// The same alert on many clusters of a provider, with its pages.
    Storm(Storm),
    /// A person acknowledges.
    Acknowledge(IncidentChange),
    /// A person, or else the integration, resolves.
    Resolve(IncidentChange),
    /// A person reassigns it to another by hand.
    Reassign(Reassign),
    /// A person writes a note.
    Note(NoteEvent),
    /// A person puts it aside.
    Snooze(Snooze),
    /// The time of the present level ends a given time after this event, in the script's time.
    EscalationDue(EscalationDue),
    /// A hub stops working.
    HubDown(HubDown),
    /// It works again.
    HubUp(HubName),
    /// The hubs of a batch are upgraded, one after another.
    Upgrade(BatchUpgrade),
    /// Every hub of a role's cluster stops working.
    ClusterDown(HubDown),
    /// The hubs work again.
    ClusterUp(HubName),
    /// The free space of a hub's disks.
    Disk(DiskLevel),
    /// Servers fail to start.
    FailedStarts(FailedStarts),
    /// A Prometheus changes its behaviour.
    Prometheus(PrometheusChange),
    /// PagerDuty behaves otherwise.
    Pagerduty(PagerdutyChange),
    /// A post about an incident appears.
    Post(NewPost),
    /// A vendor posts an incident.
    VendorPost(VendorPost),
    /// A post about maintenance appears.
    Maintenance(NewMaintenance),
    /// A post gets an update.
    UpdatePost(PostUpdate),
    /// A service's pages are off for a while.
    Window(NewWindow),
}

/// A rule on a hub.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alert {
    /// The rule's key.
    pub rule: String,
    /// The role.
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
    /// The role.
    pub at: String,
    /// Who gets it; the ring decides where missing.
    pub owner: Option<String>,
    /// How its details are written.
    #[serde(default)]
    pub format: DetailsFormat,
    /// How loud.
    #[serde(default)]
    pub urgency: Urgency,
}

/// An incident from elsewhere: of an outside check, or of the person who opens it. `{cluster}`, `{hub}`, `{domain}` and `{started}` are filled into its title.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// Its name in the script.
    pub name: String,
    pub title: String,
    /// The role.
    pub at: String,
    /// The service's key.
    pub service: String,
    pub priority: Option<String>,
    /// Who gets it.
    pub owner: Option<String>,
    /// The person who opens it; an outside check where missing.
    pub by: Option<String>,
}

/// An alert on many clusters at once.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Storm {
    /// The incident's name in the script, with a number behind it where there are several.
    pub name: String,
    /// The rule's key.
    pub rule: String,
    pub provider: Provider,
    /// On how many of twenty clusters.
    pub of_twenty: usize,
    /// One incident holds them all.
    pub grouped: bool,
    /// Who gets it.
    pub owner: Option<String>,
}

/// What somebody does to an incident.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IncidentChange {
    /// The incident's name in the script.
    pub incident: String,
    pub by: Option<String>,
}

/// An incident that somebody hands over.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reassign {
    /// The incident's name in the script.
    pub incident: String,
    pub by: String,
    /// To whom.
    pub to: String,
}

/// What somebody says on an incident.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoteEvent {
    /// The incident's name in the script.
    pub incident: String,
    pub by: String,
    pub text: String,
}

/// How long somebody puts an incident aside.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snooze {
    /// The incident's name in the script.
    pub incident: String,
    pub by: String,
    /// How long.
    #[serde(rename = "for", deserialize_with = "deserialize_duration")]
    pub lasts: Duration,
}

/// When an incident escalates.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EscalationDue {
    /// The incident's name in the script.
    pub incident: String,
    /// The time after this event.
    #[serde(deserialize_with = "deserialize_duration")]
    pub after: Duration,
}

/// A hub that fails.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HubDown {
    /// The role.
    pub hub: String,
    pub how: Outage,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HubName {
    /// The role.
    pub hub: String,
}

/// The upgrade of a batch of clusters.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BatchUpgrade {
    pub batch: Batch,
    /// The time from one hub to the next.
    #[serde(deserialize_with = "deserialize_duration")]
    pub every: Duration,
    /// How long a hub does not answer.
    #[serde(deserialize_with = "deserialize_duration")]
    pub away: Duration,
    /// Between these seconds lies the time in which 95 of 100 servers start afterwards.
    pub p95: [f64; 2],
    /// The role of the hub that does not come back.
    pub broken: Option<String>,
}

/// The free space of a hub's disks, in percent.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiskLevel {
    /// The role.
    pub hub: String,
    /// Free for home directories.
    pub home: Option<f64>,
    /// Free for the database.
    pub db: Option<f64>,
    /// Lost in an hour.
    #[serde(rename = "leak", default)]
    pub percent_per_hour: f64,
}

/// Servers that do not start.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FailedStarts {
    /// The role.
    pub hub: String,
    /// How many.
    pub count: usize,
}

/// How the Prometheus of a role's cluster behaves from now on.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrometheusChange {
    #[serde(rename = "of")]
    pub role: String,
    pub mode: PrometheusMode,
}

/// How PagerDuty behaves from now on.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PagerdutyChange {
    pub mode: PagerdutyMode,
}

/// How PagerDuty behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PagerdutyMode {
    /// By its documentation.
    #[default]
    Answering,
    /// 500 to everything.
    Failing,
    /// 429 to everything, with its headers.
    Throttled,
    /// 429 with neither headers nor body.
    ThrottledBare,
    /// 402: the plan lacks it.
    Unpaid,
    /// 403 to every write: the key may only read.
    ReadOnly,
    /// Writes are made and their answers lost.
    LosingAnswers,
    /// Writes are refused because the data changed in between.
    Changed,
}

/// A post about an incident. Titles are filled as in [`Report`].
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewPost {
    /// Its name in the script.
    pub name: String,
    pub title: String,
    /// The role.
    pub about: String,
    /// The incident that it is linked to.
    pub incident: Option<String>,
    /// How grave.
    pub severity: Severity,
    /// The page's service.
    pub service: String,
    /// How that is affected.
    pub impact: ServiceImpact,
    pub text: String,
}

/// An incident on the vendor's page.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VendorPost {
    /// Its name in the script.
    pub name: String,
    pub title: String,
    /// The page's component.
    pub component: String,
    pub text: String,
}

/// A post about maintenance.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewMaintenance {
    /// Its name in the script.
    pub name: String,
    pub title: String,
    /// The role.
    pub about: String,
    /// The time after this event at which it begins.
    #[serde(deserialize_with = "deserialize_duration")]
    pub starts_in: Duration,
    /// How long it lasts.
    #[serde(rename = "for", deserialize_with = "deserialize_duration")]
    pub lasts: Duration,
    pub text: String,
}

/// More on a post.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostUpdate {
    /// The post's name in the script.
    pub post: String,
    /// How far things are.
    pub status: PostStatus,
    pub text: String,
}

/// A service whose pages are off.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewWindow {
    /// The service's key.
    pub service: String,
    /// The purpose, filled as in [`Report`].
    pub text: String,
    /// The role.
    pub at: String,
    /// How long from this event.
    #[serde(rename = "for", deserialize_with = "deserialize_duration")]
    pub lasts: Duration,
}
