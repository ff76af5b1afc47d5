//! The sections of the configuration file. Each section's module has three things: the raw table, its rules, and its
//! part of `config.example.toml`.
//!
//! Checking goes on after a problem, so that all problems are found. Unknown keys are rejected. Values keep their
//! positions in the text. `flatten` and `untagged` are not used, since both lose positions and messages.

mod alertmanager;
mod auth;
mod cluster;
mod display;
mod endpoint;
mod follow_up;
mod http;
mod hub_alone;
mod limits;
mod link;
mod matchers;
mod mismatch;
mod notify;
mod outage;
mod pagerduty;
mod poll;
mod priorities;
mod probe;
mod prometheus;
mod public_address;
mod report;
mod rollout;
mod routes;
mod runbook;
mod signals;
mod status_page;
mod table;
mod team;
mod template;
mod tracker;
mod values;

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::problem::{Problem, Problems};
use super::{Config, ParseContext};
use crate::domain::policy::{Policy, PrometheusScope};
use crate::domain::settings::{ClusterScope, HttpClientConfig, PrometheusSettings, SourcesConfig};
use crate::domain::source::{SourceId, SourceKind};
use poll::PollIntervals;
use table::Table;

/// The text above the first section.
const HEAD: &str = r#"# hubwatch's configuration, with every key explained.
#
# Put your own at ~/.config/hubwatch/config.toml (or name it with --config PATH or $HUBWATCH_CONFIG) and
# keep only what you need: every section may be missing. What is not configured is not polled, not asked
# for and does not count in the verdict.
#
# Values of [display], [team], [poll], [network], [limits], [mismatch], [priorities], [time_box] and
# [probe] below are the defaults. All others are examples.
#
# Durations are texts with a unit: "30s", "10m", "1h 30m", "2w".
# Paths may begin with ~; a relative path starts at this file's directory.
# Unknown keys, wrong types and contradictions are errors, and nothing starts on half a configuration.

# true: nothing is ever written to any source, whatever key is pressed. Also --read-only.
read_only = false
"#;

/// A text and its position in the file.
type Text = Spanned<String>;

/// A table whose keys the user chooses.
type TextMap = BTreeMap<Text, Text>;

/// The file before any rule is checked.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    read_only: bool,
    me: Table<team::RawMe>,
    display: Table<display::RawDisplay>,
    team: Table<team::RawTeam>,
    poll: Table<poll::RawPoll>,
    network: Table<http::RawNetwork>,
    limits: Table<limits::RawLimits>,
    mismatch: Table<mismatch::RawMismatch>,
    priorities: Option<TextMap>,
    time_box: TextMap,
    pagerduty: Option<Spanned<Table<pagerduty::RawPagerDuty>>>,
    status_page: Vec<Spanned<Table<status_page::RawStatusPage>>>,
    prometheus: Vec<Spanned<Table<prometheus::RawPrometheus>>>,
    alertmanager: Vec<Spanned<Table<alertmanager::RawAlertmanager>>>,
    cluster: Vec<Table<cluster::RawCluster>>,
    probe: Table<probe::RawProbe>,
    signals: signals::RawSignals,
    runbook: Vec<Table<runbook::RawRunbook>>,
    outage: Table<outage::RawOutage>,
    link: Vec<Table<link::RawLink>>,
    follow_up: Option<Table<follow_up::RawFollowUp>>,
    tracker: Option<Table<tracker::RawTracker>>,
    report: Table<report::RawReport>,
    rollout: Table<rollout::RawRollout>,
    notify: Table<notify::RawNotify>,
}

/// The text of `config.example.toml`: the explanations of all sections, in the order in which a user needs them.
pub fn example() -> String {
    let pieces = [
        HEAD,
        "# --- you and your team ---------------------------------------------------------------------------------",
        team::ME_EXAMPLE,
        display::EXAMPLE,
        team::TEAM_EXAMPLE,
        "# --- how often, and how long -----------------------------------------------------------------------------",
        poll::EXAMPLE,
        http::EXAMPLE,
        limits::EXAMPLE,
        "# --- verdict ---------------------------------------------------------------------------------------------",
        mismatch::EXAMPLE,
        priorities::PRIORITIES_EXAMPLE,
        priorities::TIME_BOX_EXAMPLE,
        "# --- sources ---------------------------------------------------------------------------------------------",
        auth::EXAMPLE,
        pagerduty::EXAMPLE,
        status_page::EXAMPLE,
        prometheus::EXAMPLE,
        alertmanager::EXAMPLE,
        "# --- the fleet -------------------------------------------------------------------------------------------",
        cluster::EXAMPLE,
        probe::EXAMPLE,
        signals::EXAMPLE,
        "# --- beside a case ---------------------------------------------------------------------------------------",
        runbook::EXAMPLE,
        link::EXAMPLE,
        outage::EXAMPLE,
        follow_up::EXAMPLE,
        report::EXAMPLE,
        "# --- notifications ----------------------------------------------------------------------------------------",
        notify::EXAMPLE,
        "# --- upgrades ---------------------------------------------------------------------------------------------",
        rollout::EXAMPLE,
        "# --- after an outage --------------------------------------------------------------------------------------",
        tracker::EXAMPLE,
    ];
    pieces.map(str::trim_end).join("\n\n") + "\n"
}
/// The context that the rules for sources share.
struct ValidationContext<'a> {
    parse_context: &'a ParseContext,
    intervals: PollIntervals,
    network: HttpClientConfig,
    problems: Problems,
}

/// A configuration that breaks no rule, and its warnings.
pub(super) struct Validated {
    pub(super) config: Config,
    /// Settings that break no rule but may do harm.
    pub(super) warnings: Problems,
}

/// The configuration, or all rules that the file breaks.
pub(super) fn validate(file: File, around: &ParseContext) -> Result<Validated, Problems> {
    let mut problems = Problems::default();
    let intervals = poll::intervals(&file.poll, &mut problems);
    let mut context = ValidationContext {
        parse_context: around,
        intervals,
        network: HttpClientConfig::default(),
        problems,
    };
    context.network = http::network(&file.network, &mut context);
    let mut policy = policy(&file, &mut context);
    let background = display::display_background(&file.display, &mut context.problems);
    let sources = sources(&file, &policy, &mut context);
    let pagerduty = sources.pagerduty.as_ref();
    policy.pagerduty_api = pagerduty.map(|pagerduty| pagerduty.url.clone());
    policy.prometheus_scopes = sources.prometheus.iter().map(watch).collect();
    policy.routes = routes::routes(&file.prometheus, &mut context);
    policy.cluster_labels.extend(cluster_labels(&sources));
    let pages = sources.status_pages.iter();
    policy.page_ownership = pages
        .map(|page| (page.name.clone(), page.ownership))
        .collect();
    let notify = notify::notify(&file.notify, &mut context);
    let report_template = report::template(&file.report, &mut context);
    if context.problems.is_empty() {
        let config = Config {
            file: around.file.clone(),
            read_only: file.read_only,
            background,
            policy,
            sources,
            report_template,
            notify,
            warnings: Vec::new(),
        };
        Ok(Validated {
            config,
            warnings: warnings(&file),
        })
    } else {
        Err(context.problems)
    }
}

// Finds settings that break no rule but may do harm.
fn warnings(file: &File) -> Problems {
    let mut found = hub_alone::warnings(file);
    status_page::warnings(&file.status_page, &mut found);
    found
}

fn watch(settings: &PrometheusSettings) -> PrometheusScope {
    PrometheusScope {
        source: SourceId::new(SourceKind::Prometheus, &settings.endpoint.name),
        cluster: match &settings.scope {
            ClusterScope::One(cluster) => Some(cluster.clone()),
            ClusterScope::ByLabel(_) => None,
        },
        has_rules: settings.has_rules,
    }
}

fn cluster_labels(sources: &SourcesConfig) -> impl Iterator<Item = String> {
    let prometheus = sources.prometheus.iter().map(|settings| &settings.scope);
    let alertmanager = sources.alertmanager.iter();
    let alertmanager = alertmanager.filter_map(|settings| settings.scope.as_ref());
    prometheus
        .chain(alertmanager)
        .filter_map(|scope| match scope {
            ClusterScope::One(_) => None,
            ClusterScope::ByLabel(label) => Some(label.clone()),
        })
}

fn policy(file: &File, check: &mut ValidationContext<'_>) -> Policy {
    let local = check.parse_context.local_zone;
    let problems = &mut check.problems;
    let clusters = cluster::clusters(&file.cluster, problems);
    Policy {
        rollout: rollout::rollout(&file.rollout, &clusters, problems),
        public_clusters: cluster::public_clusters(&clusters),
        clusters,
        without: signals::names(&file.signals.without, problems),
        my_email: values::optional_email(file.me.email.as_ref(), problems)
            .map(|email| email.to_lowercase()),
        placeholders: values::emails(&file.team.placeholders, problems),
        bots: values::emails(&file.team.bots, problems),
        calendar: team::calendar(&file.team, problems),
        display_zone: display::display_zone(&file.display, local, problems),
        severities: priorities::severities(file.priorities.as_ref(), problems),
        time_boxes: priorities::time_boxes(&file.time_box, problems),
        limits: limits::limits(&file.limits, &file.poll, problems),
        mismatch: mismatch::mismatch(&file.mismatch, problems),
        runbooks: runbook::runbooks(&file.runbook, problems),
        links: link::links(&file.link, problems),
        outage: outage::outage(&file.outage, problems),
        follow_up: follow_up::follow_up(file.follow_up.as_ref(), problems),
        dead_man: mismatch::dead_man(&file.mismatch, problems),
        known_as: cluster::known_as(&file.cluster, problems),
        pagerduty_filtered: pagerduty::is_filtered(file),
        ..Policy::default()
    }
}

fn sources(file: &File, policy: &Policy, check: &mut ValidationContext<'_>) -> SourcesConfig {
    let expressions = signals::expressions(&file.signals.expressions, &mut check.problems);
    let pagerduty = pagerduty::pagerduty(file, check);
    SourcesConfig {
        prometheus: prometheus::prometheuses(&file.prometheus, &expressions, check),
        alertmanager: alertmanager::alertmanagers(&file.alertmanager, check),
        status_pages: status_page::status_pages(&file.status_page, pagerduty.as_ref(), check),
        pagerduty,
        probes: probe::probes(&file.probe, policy, check),
        tracker: tracker::tracker(file.tracker.as_ref(), check),
        version_expressions: rollout::expressions(&file.rollout, &mut check.problems),
    }
}

/// Adds a problem for each duplicate name.
fn report_duplicate_names<'a>(
    what: &str,
    names: impl IntoIterator<Item = &'a Text>,
    problems: &mut Problems,
) {
    let mut seen = BTreeMap::new();
    for name in names {
        if seen.insert(name.get_ref(), ()).is_some() {
            let message = format!("there are two {what} named {:?}", name.get_ref());
            problems.add(Problem::new(name.span(), message).with_hint("give each its own name"));
        }
    }
}
