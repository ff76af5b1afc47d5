//! Turns alerts and outside checks into incidents, and adds the extra alerts of `--alerts`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::alertmanager::{DetailsFormat, notification};
use super::cluster::Provider;
use super::rules::{Firing, Rule};
use super::{World, outside_check, unknown_name};
use crate::demo::account::incident::{Agent, Opening, Urgency};
use crate::demo::clockwork::{At, before};
use crate::demo::script::ScriptError;
use crate::demo::script::event::{PageEvent, Report, Storm};

/// The rule of the alerts that `--alerts` adds.
const LOAD_RULE: &str = "pending";
/// The alerts of `add_load` began this long before the story.
const LOAD_AGE: std::time::Duration = std::time::Duration::from_secs(40 * 60);

type PlayResult = Result<(), ScriptError>;

/// The recipient of a page, its format and its urgency.
#[derive(Clone, Default)]
struct PageOptions {
    owner: Option<String>,
    format: DetailsFormat,
    urgency: Urgency,
}

impl World {
    /// Opens an incident for an Alertmanager's page. The page is about the alerts of the rule `page.rule` at the place
    /// `page.at`.
    pub(super) fn page(&mut self, page: &PageEvent, at: At) -> PlayResult {
        let place = self.place(&page.at)?;
        let mut alerts = self.alerts.clone();
        alerts.retain(|it| {
            it.rule.key == page.rule && it.cluster == place.cluster && it.hub == place.hub
        });
        let manner = PageOptions {
            owner: page.owner.clone(),
            format: page.format,
            urgency: page.urgency,
        };
        let id = self.open_for(&alerts, &manner, at)?;
        self.incidents.insert(page.name.clone(), id);
        Ok(())
    }

    /// Opens an incident that an outside check or a person reports.
    pub(super) fn report(&mut self, report: Report, at: At) -> PlayResult {
        let place = self.place(&report.at)?;
        let started = outside_check::started(at);
        let title = place.fill(&report.title).replace("{started}", &started);
        let opening = Opening {
            title: title.clone(),
            service: report.service,
            priority: report.priority,
            owner: report.owner,
            ..Opening::default()
        };
        if let Some(by) = report.by {
            let id = self.account.open(opening, &Agent::User(by), at)?;
            self.incidents.insert(report.name, id);
            return Ok(());
        }
        let id = self.account.open(opening, &Agent::Service, at)?;
        let alert = outside_check::alert(&place, title, self.account.alert_id(), at);
        self.account.add_alert(&id, alert, at)?;
        self.incidents.insert(report.name, id);
        Ok(())
    }

    /// Adds alerts of the same rule on many clusters, and opens incidents for them. The alerts are old enough to fire
    /// at once.
    pub(super) fn storm(&mut self, storm: &Storm, at: At) -> PlayResult {
        let rule = self.rules.get(&storm.rule).cloned();
        let rule = rule.ok_or_else(|| unknown_name("rule", &storm.rule))?;
        let hit = self.hit_by(storm.provider, storm.of_twenty, &rule, at);
        hit.iter().cloned().for_each(|it| self.add_alert(it));
        let manner = PageOptions {
            owner: storm.owner.clone(),
            ..PageOptions::default()
        };
        if storm.grouped {
            let id = self.open_grouped(&hit, &manner, at)?;
            self.incidents.insert(storm.name.clone(), id);
            return Ok(());
        }
        for (number, alert) in hit.iter().enumerate() {
            let id = self.open_for(std::slice::from_ref(alert), &manner, at)?;
            self.incidents
                .insert(format!("{}-{number}", storm.name), id);
        }
        Ok(())
    }

    fn hit_by(&mut self, on: Provider, of_twenty: usize, rule: &Arc<Rule>, at: At) -> Vec<Firing> {
        let clusters = self.fleet.clusters.iter().filter(|it| it.provider == on);
        let mut clusters: Vec<_> = clusters.cloned().collect();
        if clusters.is_empty() {
            clusters.clone_from(&self.fleet.clusters);
        }
        let wanted = (clusters.len() * of_twenty).div_ceil(20);
        while clusters.len() > wanted {
            clusters.remove(self.rng.below(clusters.len()));
        }
        let since = before(at, rule.hold);
        let hubs = clusters.iter().filter_map(|cluster| {
            let hub = self.fleet.hubs_of(&cluster.name).next()?.name.clone();
            Some((cluster, hub))
        });
        let hubs: Vec<_> = hubs.collect();
        hubs.into_iter()
            .map(|(cluster, hub)| {
                let pod = self.rng.id("", 5).to_lowercase();
                rule.fire(cluster, &hub, &pod, since)
            })
            .collect()
    }

    /// Opens an incident into which PagerDuty groups the pages of several clusters.
    fn open_grouped(
        &mut self,
        alerts: &[Firing],
        manner: &PageOptions,
        at: At,
    ) -> Result<String, ScriptError> {
        let first = alerts.get(..1).unwrap_or_default();
        let id = self.open_for(first, manner, at)?;
        for alert in alerts.iter().skip(1) {
            self.join(&id, std::slice::from_ref(alert), manner.format, at)?;
        }
        Ok(id)
    }

    /// Opens an incident for an Alertmanager's page about one group of alerts.
    fn open_for(
        &mut self,
        alerts: &[Firing],
        manner: &PageOptions,
        at: At,
    ) -> Result<String, ScriptError> {
        let first = alerts
            .first()
            .ok_or_else(|| unknown_name("alert", "to page for"))?;
        let all: Vec<_> = alerts.iter().collect();
        let page = notification(&all, manner.format, at);
        let opening = Opening {
            title: page.map(|it| it.title).unwrap_or_default(),
            service: first.rule.service.clone(),
            priority: first.rule.priority.clone(),
            urgency: manner.urgency,
            owner: manner.owner.clone(),
            ..Opening::default()
        };
        let id = self.account.open(opening, &Agent::Service, at)?;
        self.join(&id, alerts, manner.format, at)?;
        Ok(id)
    }

    fn join(&mut self, id: &str, alerts: &[Firing], format: DetailsFormat, at: At) -> PlayResult {
        let all: Vec<_> = alerts.iter().collect();
        let Some(page) = notification(&all, format, at) else {
            return Ok(());
        };
        let alert = page.into_alert(self.account.alert_id(), at);
        Ok(self.account.add_alert(id, alert, at)?)
    }

    /// Adds the extra alerts: pending pods, spread over all hubs. All extra alerts of a hub page as one incident.
    pub(super) fn add_load(&mut self) {
        let Some(rule) = self.rules.get(LOAD_RULE).cloned() else {
            return;
        };
        let since = before(self.start, LOAD_AGE);
        let mut groups: BTreeMap<(Arc<str>, Arc<str>), Vec<Firing>> = BTreeMap::new();
        let hubs = self.fleet.hubs.iter().cycle().take(self.options.alerts);
        for (number, hub) in hubs.enumerate() {
            let Some(cluster) = self.fleet.cluster(&hub.cluster) else {
                continue;
            };
            let alert = rule.fire(cluster, &hub.name, &format!("load-{number}"), since);
            let group = (hub.cluster.clone(), hub.name.clone());
            groups.entry(group).or_default().push(alert);
        }
        for alerts in groups.into_values() {
            let opened = self.open_for(&alerts, &PageOptions::default(), self.start);
            self.script_errors.extend(opened.err());
            self.alerts.extend(alerts);
        }
    }
}
