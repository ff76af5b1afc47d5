//! Expected signals that are absent. Finds for how long they are absent, and whether they were ever present.
//!
//! A signal that is absent at one moment may only have missed a scrape. So Prometheus is queried for the last quarter
//! of an hour. A new hub may not have had all signals yet. So Prometheus is also queried for the last two weeks. No
//! query is sent while no signal is missing.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::signal_query::SignalQuery;
use crate::domain::hub::{MissingSignal, Signal, Signals};
use crate::domain::ids::HubKey;
use crate::domain::now::Now;

type SignalsByHub = BTreeMap<HubKey, Signals>;

/// A PromQL range, and how long its answer is reused.
struct Window {
    range: &'static str,
    lifetime: Duration,
}

const RECENT: Window = Window {
    range: "15m:1m",
    lifetime: Duration::from_secs(60),
};

const BEFORE: Window = Window {
    range: "14d:2h",
    lifetime: Duration::from_secs(600),
};

/// The last answer: its time, the requested signals and their values. `None` before the first answer.
#[derive(Default)]
struct WindowCache(Option<(Now, BTreeSet<Signal>, SignalsByHub)>);

/// The data that is kept between polls.
#[derive(Default)]
pub(super) struct MissingSignals {
    recent: WindowCache,
    before: WindowCache,
}

impl MissingSignals {
    /// The expected signals that these hubs have lacked for a while. Signals in `broken` are left out, since they are
    /// reported elsewhere.
    ///
    /// # Errors
    /// The missing signals are not known. The error gives the reason.
    pub(super) async fn find(
        &mut self,
        query: SignalQuery<'_>,
        now: Now,
        signals: &SignalsByHub,
        broken: &BTreeMap<Signal, String>,
    ) -> Result<BTreeMap<HubKey, Vec<MissingSignal>>, String> {
        let is_absent_at = |hubs: &SignalsByHub, key: &HubKey, signal: Signal| {
            !hubs.get(key).is_some_and(|signals| signals.has(signal))
        };
        let expected = Signal::EXPECTED
            .into_iter()
            .filter(|signal| !broken.contains_key(signal));
        let absent: Vec<(&HubKey, Signal)> = expected
            .flat_map(|signal| signals.keys().map(move |key| (key, signal)))
            .filter(|(key, signal)| is_absent_at(signals, key, *signal))
            .collect();
        let recent = self
            .recent
            .look(&RECENT, query, now, names(&absent))
            .await?;
        let missing: Vec<(&HubKey, Signal)> = absent
            .into_iter()
            .filter(|(key, signal)| is_absent_at(recent, key, *signal))
            .collect();
        let before = self
            .before
            .look(&BEFORE, query, now, names(&missing))
            .await?;
        let mut found: BTreeMap<HubKey, Vec<MissingSignal>> = BTreeMap::new();
        for (key, signal) in missing {
            found.entry(key.clone()).or_default().push(MissingSignal {
                signal,
                had_before: !is_absent_at(before, key, signal),
            });
        }
        Ok(found)
    }
}

impl WindowCache {
    async fn look(
        &mut self,
        window: &Window,
        query: SignalQuery<'_>,
        now: Now,
        signals: BTreeSet<Signal>,
    ) -> Result<&SignalsByHub, String> {
        let is_current = |(at, asked, _): &(Now, BTreeSet<Signal>, SignalsByHub)| {
            *asked == signals && now.since(*at) < window.lifetime
        };
        if !self.0.as_ref().is_some_and(is_current) {
            let hubs = match signals.is_empty() {
                true => SignalsByHub::new(),
                false => query
                    .fetch_window(&signals, window.range)
                    .await
                    .map_err(|fault| fault.error.text)?,
            };
            self.0 = Some((now, signals, hubs));
        }
        static NONE: SignalsByHub = SignalsByHub::new();
        Ok(self.0.as_ref().map_or(&NONE, |(.., hubs)| hubs))
    }
}

fn names(pairs: &[(&HubKey, Signal)]) -> BTreeSet<Signal> {
    pairs.iter().map(|(_, signal)| *signal).collect()
}

#[cfg(test)]
mod tests;
