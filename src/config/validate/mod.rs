//! Raw file to configuration: one function a rule. Rules go on after a problem, so that all are found.

mod auth;
mod calendar;
mod clusters;
mod follow_up;
mod http;
mod hub_alone;
mod known_as;
mod limits;
mod links;
mod matchers;
mod mismatch;
mod pagerduty;
mod poll;
mod priorities;
mod prometheus;
mod public_address;
mod routes;
mod signals;
mod status_page;
mod values;

use std::collections::BTreeMap;

use super::problem::{Problem, Problems};
use super::raw::{self, Text};
use super::{Config, ParseContext, PollIntervals, SourcesConfig};
use crate::domain::policy::{Policy, PrometheusScope};
use crate::domain::settings::{ClusterScope, HttpClientConfig, PrometheusSettings};
use crate::domain::source::{SourceId, SourceKind};

/// What the rules for sources share.
struct ValidationContext<'a> {
    parse_context: &'a ParseContext,
    intervals: PollIntervals,
    network: HttpClientConfig,
    problems: Problems,
}

/// A configuration that breaks no rule.
pub(super) struct Validated {
    pub(super) config: Config,
    /// What may do harm all the same.
    pub(super) warnings: Problems,
}

/// The configuration, or every rule that the file breaks.
pub(super) fn validate(file: raw::File, around: &ParseContext) -> Result<Validated, Problems> {
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
    let background = calendar::display_background(&file.display, &mut context.problems);
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
    if context.problems.is_empty() {
        let config = Config {
            file: around.file.clone(),
            read_only: file.read_only,
            background,
            policy,
            sources,
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

// What may do harm and breaks no rule.
fn warnings(file: &raw::File) -> Problems {
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

fn policy(file: &raw::File, check: &mut ValidationContext<'_>) -> Policy {
    let local = check.parse_context.local_zone;
    let problems = &mut check.problems;
    let clusters = clusters::clusters(&file.cluster, problems);
    Policy {
        public_clusters: clusters::public_clusters(&clusters),
        clusters,
        without: signals::names(&file.signals.without, problems),
        my_email: values::optional_email(file.me.email.as_ref(), problems)
            .map(|email| email.to_lowercase()),
        placeholders: values::emails(&file.team.placeholders, problems),
        bots: values::emails(&file.team.bots, problems),
        calendar: calendar::calendar(&file.team, problems),
        display_zone: calendar::display_zone(&file.display, local, problems),
        severities: priorities::severities(file.priorities.as_ref(), problems),
        time_boxes: priorities::time_boxes(&file.time_box, problems),
        limits: limits::limits(&file.limits, &file.poll, problems),
        mismatch: mismatch::mismatch(&file.mismatch, problems),
        runbooks: links::runbooks(&file.runbook, problems),
        links: links::links(&file.link, problems),
        outage: links::outage(&file.outage, problems),
        follow_up: follow_up::follow_up(file.follow_up.as_ref(), problems),
        dead_man: mismatch::dead_man(&file.mismatch, problems),
        known_as: known_as::known_as(&file.cluster, problems),
        pagerduty_filtered: pagerduty::is_filtered(file),
        ..Policy::default()
    }
}

fn sources(file: &raw::File, policy: &Policy, check: &mut ValidationContext<'_>) -> SourcesConfig {
    let signals = signals::signals(&file.signals.expressions, &mut check.problems);
    let pagerduty = pagerduty::pagerduty(file, check);
    SourcesConfig {
        prometheus: prometheus::prometheuses(&file.prometheus, &signals, check),
        alertmanager: prometheus::alertmanagers(&file.alertmanager, check),
        status_pages: status_page::status_pages(&file.status_page, pagerduty.as_ref(), check),
        pagerduty,
        probes: clusters::probes(&file.probe, policy, check),
    }
}

/// Adds a problem for each name that stands twice.
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
