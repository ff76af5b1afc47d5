//! The world: a fleet, its alerts, a PagerDuty account, public status pages, and a story that changes them.
//!
//! The world is a state machine without a clock. The caller passes the time, and everything that is due by then
//! happens.

pub mod alertmanager;
pub mod batch;
pub mod cluster;
pub mod events;
pub mod fleet;
pub mod hub;
pub mod kube_series;
pub mod kube_state;
pub mod names;
mod outside_check;
mod past;
mod play;
mod play_pages;
mod play_posts;
mod pods;
pub mod posts;
pub mod releases;
pub mod rules;
pub mod starts;
pub mod upgrade;
mod workloads;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use cluster::{Cluster, PrometheusMode};
use fleet::Fleet;
use hub::{Drift, Hub};
use posts::Post;
use rules::{Firing, Rules};

use super::account::Account;
use super::account::directory::Directory;
use super::clockwork::At;
use super::options::WorldOptions;
use super::rng::Rng;
use super::script::event::{PagerdutyMode, ScriptEvent};
use super::script::{Role, Script, ScriptError, parse_toml, speed};

/// The hub that plays a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub cluster: Arc<str>,
    pub hub: Arc<str>,
    pub domain: Arc<str>,
}

#[derive(Debug)]
pub struct World {
    pub options: WorldOptions,
    /// When the story began.
    pub start: At,
    pub fleet: Fleet,
    /// The alerting rules, which all Prometheus servers evaluate.
    pub rules: Rules,
    /// The pending and firing alerts.
    pub alerts: Vec<Firing>,
    pub account: Account,
    /// The current behaviour of PagerDuty.
    pub pagerduty: PagerdutyMode,
    /// The public page's posts, oldest first.
    pub posts: Vec<Post>,
    /// The posts of the vendor's page, oldest first.
    pub vendor_posts: Vec<Post>,
    /// The hubs of the story, by role.
    pub places: BTreeMap<String, Place>,
    /// The errors of script events that could not happen. The built-in scripts cause none.
    pub script_errors: Vec<ScriptError>,
    /// The id of each incident, by its name in the script.
    incidents: BTreeMap<String, String>,
    script: VecDeque<(At, ScriptEvent)>,
    drift: bool,
    now: At,
    rng: Rng,
}

impl World {
    /// A world with a story that begins at `start`. The script's events up to `start` have already happened.
    pub fn new(options: WorldOptions, start: At) -> Result<Self, ScriptError> {
        let mut rng = Rng::new(options.seed);
        let words = parse_toml(
            "fleet.toml",
            include_str!("../../../assets/demo/fleet.toml"),
        )?;
        let rules: Rules = parse_toml(
            "rules.toml",
            include_str!("../../../assets/demo/rules.toml"),
        )?;
        let directory: Directory = parse_toml(
            "account.toml",
            include_str!("../../../assets/demo/account.toml"),
        )?;
        let script = Script::parse("scenario", options.scenario.text())?;
        let mut fleet = Fleet::build(&words, options.clusters, options.hubs, &mut rng);
        for hub in &mut fleet.hubs {
            script
                .usual_p95
                .into_iter()
                .for_each(|it| hub.set_usual_p95(it));
            let starts = script.starts_per_hour.map(|it| it * speed(options.speed));
            hub.starts_per_hour = starts.unwrap_or(hub.starts_per_hour);
        }
        let past = past::Setting::new(&directory, &rules, &fleet, start, options.seed).into_past();
        let account = Account::new(directory, start, rng.draw()).with_past(past);
        let mut world = Self {
            start,
            rules,
            places: assign_roles(&fleet, &script.roles, &mut rng),
            fleet,
            alerts: Vec::new(),
            account,
            pagerduty: PagerdutyMode::Answering,
            posts: Vec::new(),
            vendor_posts: Vec::new(),
            script_errors: Vec::new(),
            incidents: BTreeMap::new(),
            drift: script.drift,
            script: script.schedule(start, options.speed).into(),
            now: start,
            rng,
            options,
        };
        world.advance(start);
        world.add_load();
        Ok(world)
    }

    /// Makes everything happen that is due by `now`, in order of time. If an earlier call had a later `now`, nothing
    /// happens.
    pub fn advance(&mut self, now: At) {
        self.now = self.now.max(now);
        loop {
            let told = self.script.front().map(|(at, _)| *at);
            let by_itself = self.account.next_due();
            let next = told.into_iter().chain(by_itself).min();
            let Some(at) = next.filter(|at| *at <= self.now) else {
                return;
            };
            if told == Some(at) {
                self.play_next();
            } else {
                self.account.tick(at);
            }
        }
    }

    /// The time up to which everything has happened.
    pub fn now(&self) -> At {
        self.now
    }

    /// The facts on which readings depend, besides the hub and the time.
    pub fn drift(&self) -> Drift {
        Drift {
            seed: self.options.seed,
            start: self.start,
            moves: self.drift,
        }
    }

    /// The id of the incident with this name in the script.
    pub fn incident_named(&self, name: &str) -> Option<&str> {
        self.incidents.get(name).map(String::as_str)
    }

    /// The pending and firing alerts of a cluster's Prometheus.
    pub fn alerts_of<'a>(&'a self, cluster: &'a str) -> impl Iterator<Item = &'a Firing> {
        self.alerts.iter().filter(move |it| *it.cluster == *cluster)
    }

    /// The current behaviour of a cluster's Prometheus.
    pub fn prometheus_mode(&self, cluster: &str) -> PrometheusMode {
        let cluster = self.fleet.cluster(cluster);
        cluster.map_or(PrometheusMode::Answering, |it| it.prometheus)
    }

    /// Adds an alert. If it is about a restarted pod, also adds the restart to the cluster.
    fn add_alert(&mut self, alert: Firing) {
        if let Some(restart) = alert.pod_restart()
            && let Some(cluster) = self.fleet.cluster_mut(&alert.cluster)
        {
            cluster.restarts.push(restart);
        }
        self.alerts.push(alert);
    }

    fn play_next(&mut self) {
        if let Some((at, event)) = self.script.pop_front()
            && let Err(mishap) = self.play(event, at)
        {
            self.script_errors.push(mishap);
        }
    }
}

/// Chooses a hub for every role. If possible, each role gets a cluster without another role.
fn assign_roles(
    fleet: &Fleet,
    roles: &BTreeMap<String, Role>,
    rng: &mut Rng,
) -> BTreeMap<String, Place> {
    let mut places: BTreeMap<String, Place> = BTreeMap::new();
    for (name, role) in roles {
        let is_in_batch = |hub: &&Hub| {
            let cluster = || fleet.cluster(&hub.cluster).map(|it| it.batch);
            role.batch.is_none_or(|batch| cluster() == Some(batch))
        };
        let fits = |hub: &&Hub| {
            let provider = role.provider.is_none_or(|it| it == hub.provider);
            let is_large = || fleet.hubs_of(&hub.cluster).count() >= role.cluster_hubs;
            let is_named = role.hub == "any" || role.hub == *hub.name;
            provider && is_large() && is_named && is_in_batch(hub)
        };
        let is_free = |hub: &&Hub| places.values().all(|it| it.cluster != hub.cluster);
        let is_untouched = |hub: &&Hub| {
            let same = |it: &Place| it.cluster == hub.cluster && it.hub == hub.name;
            !places.values().any(same)
        };
        let in_batch = || fleet.hubs.iter().filter(is_in_batch);
        let choices: [Vec<&Hub>; 6] = [
            fleet.hubs.iter().filter(fits).filter(is_free).collect(),
            in_batch().filter(is_free).collect(),
            in_batch().filter(is_untouched).collect(),
            in_batch().collect(),
            fleet.hubs.iter().filter(is_untouched).collect(),
            fleet.hubs.iter().collect(),
        ];
        let choice = choices.iter().find(|hubs| !hubs.is_empty());
        if let Some(hub) = choice.and_then(|hubs| rng.pick(hubs)) {
            let place = Place {
                cluster: hub.cluster.clone(),
                hub: hub.name.clone(),
                domain: hub.domain.clone(),
            };
            places.insert(name.clone(), place);
        }
    }
    places
}

impl Place {
    /// Replaces the placeholders in a text of the script by this place's names.
    pub fn fill(&self, text: &str) -> String {
        text.replace("{cluster}", &self.cluster)
            .replace("{hub}", &self.hub)
            .replace("{domain}", &self.domain)
    }

    /// The place's cluster in the fleet.
    fn cluster<'a>(&self, fleet: &'a Fleet) -> Result<&'a Cluster, ScriptError> {
        fleet
            .cluster(&self.cluster)
            .ok_or_else(|| unknown_name("cluster", &self.cluster))
    }
}

fn unknown_name(what: &'static str, name: &str) -> ScriptError {
    ScriptError::Unknown {
        what,
        name: name.to_owned(),
    }
}
