//! A hub: whether it answers, and its metrics at any time, present or past.

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use strum::{EnumIter, EnumString, IntoStaticStr};

use super::cluster::{Cluster, Provider};
use super::releases::{self, Release};
use crate::demo::clockwork::{At, before, seconds_between, unix};
use crate::demo::rng::{Rng, noise};

/// How long a failed start is counted.
const FAILURES_WINDOW: Duration = Duration::from_secs(30 * 60);
/// How many servers start per hour for each running server, if the script does not set a number.
const STARTS_PER_HOUR: f64 = 0.5;
/// The range of the usual 95th percentile of a hub's start times, in seconds.
const USUAL_P95: (f64, f64) = (9.0, 85.0);
/// A disk fills for this many hours before the script sets its free space.
const FILLING_HOURS: f64 = 5.0;
/// The free space in percent just before the last big file was written. At this level no alert fires yet.
const FREE_BEFORE_ALERT: f64 = 11.4;
/// How often signals take a new value, in seconds.
const STEP_SECONDS: i64 = 60;

/// The ways in which a hub can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outage {
    /// The hub's pod is gone. Its proxy still works and answers 503.
    HubGone,
    /// The proxy is gone too, so the ingress answers 502.
    ProxyGone,
    /// Connections are closed without an answer.
    Silent,
}

/// The metrics of a hub, named as in the dashboard's query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Reading {
    /// 1 if the hub could be scraped, otherwise 0.
    Up,
    /// The number of failed starts in the last 30 minutes.
    #[strum(serialize = "spawn_failures_30m")]
    SpawnFailures,
    /// The 95th percentile of the start times, in seconds.
    SpawnP95Seconds,
    RunningServers,
    /// The number of people who were active within a day.
    ActiveUsers,
    /// The free space on the home directories' disk, in percent.
    HomeFreePercent,
    /// The free space on the database's disk, in percent.
    DbFreePercent,
    /// When the newest sample was scraped.
    SampledAt,
}

/// The facts on which a reading depends, besides the hub and the time.
#[derive(Clone, Copy, Debug)]
pub struct Drift {
    /// The world's seed.
    pub seed: u64,
    /// When the story starts.
    pub start: At,
    /// Whether signals vary when nothing happens.
    pub moves: bool,
}

/// A disk: its free space at one time, and how fast it fills.
#[derive(Clone, Copy, Debug)]
pub struct Disk {
    /// The free space at `at`, in percent.
    pub free: f64,
    /// How much free space is lost per hour, in percent of the disk.
    pub percent_per_hour: f64,
    /// The time at which the free space is `free`.
    pub at: At,
    /// The free space before the disk filled, in percent.
    pub was: f64,
}

/// A hub of the fleet.
#[derive(Clone, Debug)]
pub struct Hub {
    pub cluster: Arc<str>,
    pub provider: Provider,
    /// The hub's name, which is also its namespace.
    pub name: Arc<str>,
    /// The host name at which people would reach the hub.
    pub domain: Arc<str>,
    /// The current failure, and when it began.
    pub down: Option<(Outage, At)>,
    /// The start and end of each earlier failure.
    pub outages: Vec<(At, At)>,
    /// The times at which servers failed to start.
    pub failures: Vec<At>,
    /// The disk of the home directories.
    pub home: Disk,
    /// The disk of the hub's database.
    pub database: Disk,
    /// The hub's release. If the hub has an `upgrade`, this is the release before the upgrade.
    pub release: Release,
    pub upgrade: Option<HubUpgrade>,
    /// The times at which the container of the hub's pod was restarted in place.
    pub pod_restarts: Vec<At>,
    /// How many servers start per hour, for each running server.
    pub starts_per_hour: f64,
    pub(super) running: f64,
    users: f64,
    pub(super) p95: f64,
}

impl Hub {
    /// A healthy hub in this cluster.
    pub fn new(cluster: &Cluster, name: &str, rng: &mut Rng) -> Self {
        let domain = match name {
            "prod" => format!("{}.hubs.example", cluster.name),
            _ => format!("{name}.{}.hubs.example", cluster.name),
        };
        let size = if name == "staging" {
            2.0
        } else {
            rng.between(4.0, 60.0)
        };
        let mut disk = |low| {
            let free = rng.between(low, 92.0);
            Disk {
                free,
                percent_per_hour: 0.002,
                at: At::UNIX_EPOCH,
                was: free,
            }
        };
        let (home, database) = (disk(24.0), disk(55.0));
        Self {
            cluster: cluster.name.clone(),
            provider: cluster.provider,
            name: name.into(),
            domain: domain.into(),
            down: None,
            outages: Vec::new(),
            failures: Vec::new(),
            home,
            database,
            release: releases::CURRENT,
            upgrade: None,
            pod_restarts: Vec::new(),
            starts_per_hour: STARTS_PER_HOUR,
            running: size,
            users: (size * rng.between(1.5, 4.0)).round(),
            p95: rng.between(USUAL_P95.0, USUAL_P95.1),
        }
    }

    /// The value that Prometheus returns for time `at`; `None` if there is no series.
    pub fn reading(&self, what: Reading, at: At, drift: Drift) -> Option<f64> {
        let is_down = self.was_down(at);
        match what {
            Reading::Up => Some(if is_down { 0.0 } else { 1.0 }),
            Reading::SpawnFailures => Some(self.failures_before(at)),
            Reading::SampledAt => Some(last_scrape(at)),
            Reading::HomeFreePercent => Some(self.home.free_at(at, drift)),
            Reading::DbFreePercent => Some(self.database.free_at(at, drift)),
            Reading::SpawnP95Seconds | Reading::RunningServers | Reading::ActiveUsers
                if is_down =>
            {
                None
            }
            Reading::SpawnP95Seconds => Some(self.drifting("p95", self.p95_at(at), at, drift)),
            Reading::RunningServers => Some(self.drifting("run", self.running, at, drift).round()),
            Reading::ActiveUsers => Some(self.users),
        }
    }

    /// Ends the hub's current failure.
    pub fn recover(&mut self, at: At) {
        if let Some((_, since)) = self.down.take() {
            self.outages.push((since, at));
        }
    }

    /// How the hub fails at time `at`; `None` while it answers.
    pub fn outage(&self, at: At) -> Option<Outage> {
        let by_script = self.down.filter(|(_, since)| *since <= at);
        let is_away = || self.upgrade.as_ref().is_some_and(|it| it.is_away(at));
        let by_script = by_script.map(|(outage, _)| outage);
        by_script.or_else(|| is_away().then_some(Outage::HubGone))
    }

    fn was_down(&self, at: At) -> bool {
        let mut past = self.outages.iter();
        self.outage(at).is_some() || past.any(|(from, until)| *from <= at && at < *until)
    }

    /// The release that the hub reports when it answers at time `at`.
    pub fn release_at(&self, at: At) -> Release {
        self.upgraded(at).map_or(self.release, |it| it.to)
    }

    /// The release of the pod that exists at time `at`, even if the hub does not answer.
    pub fn deployed_at(&self, at: At) -> Release {
        let upgrade = self.upgrade.as_ref().filter(|it| it.from <= at);
        upgrade.map_or(self.release, |it| it.to)
    }

    pub(super) fn upgraded(&self, at: At) -> Option<&HubUpgrade> {
        let upgrade = self.upgrade.as_ref();
        upgrade.filter(|it| it.until.is_some_and(|until| until <= at))
    }

    fn failures_before(&self, at: At) -> f64 {
        let from = before(at, FAILURES_WINDOW);
        let counted = self.failures.iter().filter(|it| from < **it && **it <= at);
        count(counted)
    }

    /// Scales the hub's usual 95th percentile into the range from `low` to `high` seconds. The order of the hubs by
    /// speed does not change.
    pub fn set_usual_p95(&mut self, [low, high]: [f64; 2]) {
        let share = (self.p95 - USUAL_P95.0) / (USUAL_P95.1 - USUAL_P95.0);
        self.p95 = low + share * (high - low);
    }

    /// A value that varies around `base` by a tenth.
    fn drifting(&self, what: &str, base: f64, at: At, drift: Drift) -> f64 {
        if !drift.moves {
            return base;
        }
        let step = (at - drift.start).num_seconds().div_euclid(STEP_SECONDS);
        let words = [what, &self.cluster, &self.name];
        base * (0.9 + 0.2 * noise(drift.seed, &words, step))
    }
}

impl Disk {
    /// This disk after it filled. At `at`, only `free` percent are left.
    pub fn filled(&self, free: f64, leak: f64, at: At, drift: Drift) -> Self {
        Self {
            free,
            percent_per_hour: leak,
            at,
            was: self.free_at(at, drift),
        }
    }

    /// The free space at the time `at` before `self.at`, in percent. In the hours before `self.at`, the free space fell
    /// to the value just before the last big file.
    fn free_before(&self, at: At) -> f64 {
        let hours = seconds_between(at, self.at) / 3600.0;
        let brink = (self.free + 2.0).max(FREE_BEFORE_ALERT).min(self.was);
        brink + (self.was - brink) * (hours / FILLING_HOURS).min(1.0)
    }

    fn free_at(&self, at: At, drift: Drift) -> f64 {
        if !drift.moves {
            return self.free;
        }
        if at < self.at {
            return self.free_before(at);
        }
        let from = self.at.max(drift.start - chrono::TimeDelta::days(7));
        let hours = seconds_between(from, at) / 3600.0;
        (self.free - self.percent_per_hour * hours).clamp(0.0, 100.0)
    }
}

/// The number of items. The sum starts at 0, because an empty sum of floats is -0.
pub(super) fn count<T>(all: impl Iterator<Item = T>) -> f64 {
    all.fold(0.0, |sum, _| sum + 1.0)
}

/// The time of the last scrape before `at`. Scrapes are every half minute.
pub fn last_scrape(at: At) -> f64 {
    let seconds = unix(at);
    seconds - seconds.rem_euclid(30.0)
}

/// A hub's move to another release. The pod is replaced, and the hub does not answer until the new pod is ready.
#[derive(Clone, Debug)]
pub struct HubUpgrade {
    pub from: At,
    /// When the hub answers again; `None` if it never does.
    pub until: Option<At>,
    pub to: Release,
    /// The 95th percentile of the start times after the upgrade, in seconds.
    pub p95: f64,
}

impl HubUpgrade {
    /// Whether the old pod is gone and the new one does not answer yet.
    pub(super) fn is_away(&self, at: At) -> bool {
        self.from <= at && self.until.is_none_or(|until| at < until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::clockwork::from_unix;

    fn hub() -> (Hub, Drift) {
        let cluster = Cluster::new("delta", Provider::Aws);
        let drift = Drift {
            seed: 1,
            start: from_unix(1_700_000_000.0).unwrap(),
            moves: true,
        };
        (Hub::new(&cluster, "prod", &mut Rng::new(2)), drift)
    }

    #[test]
    fn a_dead_hub_is_up_zero_and_its_own_series_vanish() {
        let (mut hub, drift) = hub();
        let at = drift.start + chrono::TimeDelta::minutes(5);
        assert_eq!(hub.reading(Reading::Up, at, drift), Some(1.0));
        hub.down = Some((Outage::HubGone, at));
        assert_eq!(hub.reading(Reading::Up, at, drift), Some(0.0));
        assert_eq!(hub.reading(Reading::RunningServers, at, drift), None);
        assert!(hub.reading(Reading::HomeFreePercent, at, drift).is_some());
        assert_eq!(hub.reading(Reading::Up, drift.start, drift), Some(1.0));
    }

    #[test]
    fn an_outage_that_is_over_stays_a_gap() {
        let (mut hub, drift) = hub();
        let minute = |minute| drift.start + chrono::TimeDelta::minutes(minute);
        hub.down = Some((Outage::HubGone, minute(5)));
        hub.recover(minute(9));
        let running = |at| hub.reading(Reading::RunningServers, minute(at), drift);
        assert!(running(4).is_some() && running(9).is_some());
        assert_eq!((running(5), running(8)), (None, None));
        assert_eq!(hub.reading(Reading::Up, minute(8), drift), Some(0.0));
    }

    #[test]
    fn a_disk_fell_for_hours_and_crossed_the_limit_when_the_story_says() {
        let (mut hub, drift) = hub();
        hub.home = hub.home.filled(9.3, 0.12, drift.start, drift);
        let hour = |hours: i64| drift.start + chrono::TimeDelta::minutes(60 * hours);
        let free = |at| hub.reading(Reading::HomeFreePercent, at, drift).unwrap();
        let was = free(hour(-6));
        assert!(was > free(hour(-4)) && free(hour(-4)) > free(hour(-1)));
        assert!(free(drift.start - chrono::TimeDelta::seconds(1)) >= 11.0);
        assert_eq!(free(drift.start), 9.3);
    }

    #[test]
    fn failed_starts_count_for_half_an_hour() {
        let (mut hub, drift) = hub();
        hub.failures = vec![drift.start];
        let later = |minutes| drift.start + chrono::TimeDelta::minutes(minutes);
        let failed = |at| hub.reading(Reading::SpawnFailures, at, drift);
        assert_eq!(failed(later(-1)), Some(0.0));
        assert_eq!(failed(later(29)), Some(1.0));
        assert_eq!(failed(later(30)), Some(0.0));
    }

    #[test]
    fn readings_stand_still_where_nothing_drifts() {
        let (hub, drift) = hub();
        let still = Drift {
            moves: false,
            ..drift
        };
        let later = drift.start + chrono::TimeDelta::hours(2);
        for what in [Reading::RunningServers, Reading::HomeFreePercent] {
            assert_eq!(
                hub.reading(what, drift.start, still),
                hub.reading(what, later, still)
            );
        }
        assert_ne!(
            hub.reading(Reading::SpawnP95Seconds, drift.start, drift),
            hub.reading(Reading::SpawnP95Seconds, later, drift)
        );
    }
}
