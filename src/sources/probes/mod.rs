//! The probes of all hubs: `/hub/health` of every hub, each at its own time.
//!
//! Neither connections nor TLS state are kept between tries. No redirect is followed, since a login page does not show
//! the hub's health. Together the answers show whether failures come from our own network
//! ([`crate::domain::probe::unproven_line`]).

mod failing;
mod known_hubs;
mod outcome;
mod prober;
mod source;
mod states;
mod versions;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures_util::stream::{FuturesUnordered, StreamExt as _};

use self::prober::Prober;
pub use self::source::{ProbesSource, past_outages};
use self::states::{ProbeStates, ProbeTry};
use super::http::{ClientSettings, Clients};
use super::poll_report::PollReport;
use crate::domain::ids::HubKey;
use crate::domain::now::{Now, TimeSource};
use crate::domain::probe::{EndedRun, FailingRun, Probe};
use crate::domain::settings::{ProbeSettings, ProbeTarget};
use crate::domain::source::FailureKind;
use crate::sources::error::SourceError;

/// All probes with their latest results.
pub struct Probes {
    targets: Vec<ProbeTarget>,
    max_concurrent: usize,
    prober: Prober,
    states: ProbeStates,
}

impl Probes {
    /// The probes of these targets. Only the CA and the proxy of `http` are used; the probes have their own settings
    /// for pool and redirects. They also have their own byte budget, so that other sources' answers cannot make a hub
    /// look silent.
    pub fn new(settings: &ProbeSettings, clients: Arc<Clients>, http: &ClientSettings) -> Self {
        let at_once = settings.concurrency.max(1);
        Self {
            targets: settings.targets.clone(),
            max_concurrent: at_once,
            prober: Prober::new(clients, http, settings.http.timeout, at_once),
            states: ProbeStates::new(settings.interval, settings.confirm_after),
        }
    }

    /// Continues a run of failures that began in an earlier run of the program.
    pub fn restore_run(&mut self, key: HubKey, run: FailingRun) {
        self.states.restore_run(key, run);
    }

    /// Records that a hub sent JupyterHub's header in an earlier run of the program.
    pub fn restore_known_hub(&mut self, key: HubKey, seen: DateTime<Utc>) {
        self.states.restore_known_hub(key, seen);
    }

    /// When each hub last sent JupyterHub's header.
    pub fn known_hubs(&self) -> impl Iterator<Item = (&HubKey, DateTime<Utc>)> {
        self.states.known_hubs()
    }

    /// Records an outage that ended in an earlier run of the program.
    pub fn restore_ended(&mut self, key: HubKey, run: EndedRun) {
        self.states.restore_ended(key, run);
    }

    /// The hubs whose latest try failed.
    pub fn failing(&self) -> impl Iterator<Item = (&HubKey, FailingRun)> {
        self.states.failing()
    }

    /// The ended outages that are still kept, each with the time until which the hub stayed well afterwards.
    pub fn ended(&self) -> impl Iterator<Item = (&HubKey, EndedRun, Now)> {
        self.states.ended()
    }

    /// Probes the hubs that are due, and returns the state of all hubs.
    pub async fn poll(&mut self, time: &dyn TimeSource) -> PollReport<BTreeMap<HubKey, Probe>> {
        // The targets are owned, since a closure over borrowed targets would keep the future from being `Send`.
        let due: Vec<ProbeTarget> = self.states.due(&self.targets, time.now());
        let tries = self.probe_all(due, time).await;
        let now = time.now();
        self.states.record(tries, now);
        let nobody = || SourceError::unsent(FailureKind::Configuration, "there is no hub to probe");
        PollReport {
            poll_again_in: self.states.unconfirmed_for(now),
            next_poll_in: self.states.next_round_in(now),
            ..PollReport::from_outcome(self.states.to_answer().ok_or_else(nobody))
        }
    }

    // Holds only as many futures as run at once, since each has 4 KB. A stream over a closure would hold references
    // across an await, and keep the future from being `Send`.
    async fn probe_all(
        &self,
        due: Vec<ProbeTarget>,
        time: &dyn TimeSource,
    ) -> Vec<(HubKey, ProbeTry)> {
        let mut due = due.into_iter();
        let mut tries = Vec::with_capacity(due.len());
        let mut running = FuturesUnordered::new();
        loop {
            let free = self.max_concurrent - running.len();
            for target in due.by_ref().take(free) {
                running.push(self.prober.probe(target, time));
            }
            match running.next().await {
                Some(attempt) => tries.push(attempt),
                None => return tries,
            }
        }
    }
}
