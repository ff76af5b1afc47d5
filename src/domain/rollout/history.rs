//! When each place was first and last seen with each version: what of it is kept on disk, in JSON.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::version::shorten;
use super::{Component, VersionPlace};

/// The format of the file; one of another format is not read.
const SCHEMA: u32 = 1;

/// Runs that ended earlier are dropped.
const MAX_AGE: TimeDelta = TimeDelta::days(400);

/// A moment that lies further ahead comes from a wrong clock.
const MAX_AHEAD: TimeDelta = TimeDelta::days(1);

/// The runs that are kept of one component in one place, the newest.
const MAX_RUNS: usize = 12;

/// The components in places that are kept.
const MAX_KEYS: usize = 20_000;

type Key = (VersionPlace, Component);

/// Since when a version is known to run in a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownSince {
    /// When it was first seen there.
    pub first: DateTime<Utc>,
    /// The version that was seen before it, and when last; `None` if this one ran when the place was first looked at,
    /// so that it may have run for longer.
    pub before: Option<(String, DateTime<Utc>)>,
}

/// The versions that were seen, by place and component.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VersionHistory {
    runs: BTreeMap<Key, Vec<Run>>,
}

/// An unbroken time in which a version was seen at every reading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Run {
    version: String,
    first: DateTime<Utc>,
    latest: DateTime<Utc>,
}

#[derive(Serialize, Deserialize)]
struct File {
    schema: u32,
    entries: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    place: VersionPlace,
    component: Component,
    runs: Vec<Run>,
}

impl VersionHistory {
    /// The history of a file; empty if it is cut, of another format or not ours. Later times than `now` are dropped.
    pub fn parse(bytes: &[u8], now: DateTime<Utc>) -> Self {
        let file = serde_json::from_slice::<File>(bytes).ok();
        let file = file.filter(|file| file.schema == SCHEMA);
        let mut history = Self::default();
        for entry in file.into_iter().flat_map(|file| file.entries) {
            let is_possible = |run: &Run| run.first <= run.latest && run.latest <= now + MAX_AHEAD;
            let runs = entry.runs.into_iter().filter(is_possible);
            let key = (entry.place, entry.component);
            history.runs.entry(key).or_default().extend(runs);
        }
        history.tidy(now);
        history
    }

    /// The content of the file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let entries = self.runs.iter().map(|((place, component), runs)| Entry {
            place: place.clone(),
            component: component.clone(),
            runs: runs.clone(),
        });
        let file = File {
            schema: SCHEMA,
            entries: entries.collect(),
        };
        serde_json::to_vec(&file).unwrap_or_default()
    }

    /// Notes the versions that one reading found of a component in a place. True if one of them is new there.
    pub fn record(
        &mut self,
        place: &VersionPlace,
        component: &Component,
        versions: &[&str],
        now: DateTime<Utc>,
    ) -> bool {
        if versions.is_empty() {
            return false;
        }
        let runs = self
            .runs
            .entry((place.clone(), component.clone()))
            .or_default();
        let last_reading = runs.iter().map(|run| run.latest).max();
        // A clock that was set back begins no new run.
        let now = last_reading.map_or(now, |last| last.max(now));
        let mut is_new = false;
        for version in versions
            .iter()
            .take(MAX_RUNS)
            .map(|version| shorten(version))
        {
            let mut known = runs.iter_mut();
            let current =
                known.find(|run| run.version == version && Some(run.latest) >= last_reading);
            match current {
                Some(run) => run.latest = run.latest.max(now),
                None => {
                    is_new = true;
                    let (first, latest) = (now, now);
                    runs.push(Run {
                        version,
                        first,
                        latest,
                    });
                }
            }
        }
        keep_newest(runs);
        is_new
    }

    /// Since when a version that was recorded last is known in a place.
    pub fn since(
        &self,
        place: &VersionPlace,
        component: &Component,
        version: &str,
    ) -> Option<KnownSince> {
        let version = shorten(version);
        let runs = self.runs.get(&(place.clone(), component.clone()))?;
        let own = runs.iter().filter(|run| run.version == version);
        let own = own.max_by_key(|run| run.latest)?;
        let earlier = runs.iter().filter(|run| run.first < own.first);
        let before = earlier.max_by_key(|run| run.latest);
        Some(KnownSince {
            first: own.first,
            before: before.map(|run| (run.version.clone(), run.latest)),
        })
    }

    /// Takes in what another process has kept.
    pub fn merge(&mut self, other: Self, now: DateTime<Utc>) {
        for (key, runs) in other.runs {
            self.runs.entry(key).or_default().extend(runs);
        }
        self.tidy(now);
    }

    fn tidy(&mut self, now: DateTime<Utc>) {
        for runs in self.runs.values_mut() {
            runs.retain(|run| now - run.latest <= MAX_AGE);
            join_overlapping(runs);
            keep_newest(runs);
        }
        self.runs.retain(|_, runs| !runs.is_empty());
        let surplus = self.runs.len().saturating_sub(MAX_KEYS);
        if surplus > 0 {
            let latest = |runs: &[Run]| runs.iter().map(|run| run.latest).max();
            let keys = self.runs.iter();
            let mut ages: Vec<_> = keys
                .map(|(key, runs)| (latest(runs), key.clone()))
                .collect();
            ages.sort();
            for (_, key) in ages.into_iter().take(surplus) {
                self.runs.remove(&key);
            }
        }
    }
}

// Two processes note the same run with a little difference. Runs of one version are one, unless another version was
// seen between them.
fn join_overlapping(runs: &mut Vec<Run>) {
    runs.sort_by(|one, other| (&one.version, one.first).cmp(&(&other.version, other.first)));
    let all = runs.clone();
    runs.dedup_by(|later, earlier| {
        let is_between = |run: &Run| {
            run.version != later.version && run.latest > earlier.latest && run.first < later.first
        };
        let is_one = later.version == earlier.version && !all.iter().any(is_between);
        if is_one {
            earlier.latest = earlier.latest.max(later.latest);
        }
        is_one
    });
}

fn keep_newest(runs: &mut Vec<Run>) {
    runs.sort_by_key(|run| (run.latest, run.first));
    let surplus = runs.len().saturating_sub(MAX_RUNS);
    runs.drain(..surplus);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::HubKey;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(500) + TimeDelta::minutes(minutes)
    }

    fn place() -> VersionPlace {
        HubKey::new("leap", "prod").into()
    }

    fn record(history: &mut VersionHistory, versions: &[&str], minutes: i64) -> bool {
        history.record(&place(), &Component::Jupyterhub, versions, at(minutes))
    }

    fn since(history: &VersionHistory, version: &str) -> Option<KnownSince> {
        history.since(&place(), &Component::Jupyterhub, version)
    }

    #[test]
    fn a_version_is_known_since_it_was_first_seen_and_after_which() {
        let mut history = VersionHistory::default();
        assert!(record(&mut history, &["5.4.4"], 0));
        assert!(!record(&mut history, &["5.4.4"], 5));
        let first = since(&history, "5.4.4").unwrap();
        assert_eq!((first.first, first.before), (at(0), None));
        assert!(record(&mut history, &["5.5.0"], 10));
        let next = since(&history, "5.5.0").unwrap();
        assert_eq!(next.first, at(10));
        assert_eq!(next.before, Some(("5.4.4".to_owned(), at(5))));
        assert_eq!(since(&history, "6.0.0"), None);
        // Taken back: it runs since then, not since it first did.
        assert!(record(&mut history, &["5.4.4"], 20));
        assert_eq!(since(&history, "5.4.4").unwrap().first, at(20));
    }

    #[test]
    fn two_versions_may_run_side_by_side() {
        let mut history = VersionHistory::default();
        record(&mut history, &["v1.33"], 0);
        record(&mut history, &["v1.33", "v1.34"], 5);
        record(&mut history, &["v1.33", "v1.34"], 10);
        assert_eq!(since(&history, "v1.33").unwrap().first, at(0));
        let newer = since(&history, "v1.34").unwrap();
        assert_eq!(
            (newer.first, newer.before.map(|it| it.0)),
            (at(5), Some("v1.33".to_owned()))
        );
    }

    #[test]
    fn the_file_reads_back_and_two_processes_agree() {
        let mut one = VersionHistory::default();
        record(&mut one, &["5.4.4"], 0);
        let mut other = VersionHistory::parse(&one.to_bytes(), at(1));
        assert_eq!(other, one);
        record(&mut one, &["5.5.0"], 10);
        record(&mut other, &["5.4.4"], 9);
        record(&mut other, &["5.5.0"], 11);
        one.merge(other, at(12));
        let known = since(&one, "5.5.0").unwrap();
        assert_eq!(
            (known.first, known.before),
            (at(10), Some(("5.4.4".to_owned(), at(9))))
        );
    }

    #[test]
    fn what_is_cut_foreign_old_or_of_the_future_is_not_read() {
        let mut history = VersionHistory::default();
        record(&mut history, &["5.4.4"], 0);
        let bytes = history.to_bytes();
        let text = String::from_utf8(bytes.clone()).unwrap();
        let empty = VersionHistory::default();
        let cut = &bytes[..bytes.len() - 2];
        assert_eq!(VersionHistory::parse(cut, at(0)), empty);
        let newer = text.replace("\"schema\":1", "\"schema\":2");
        assert_eq!(VersionHistory::parse(newer.as_bytes(), at(0)), empty);
        for foreign in [
            "",
            "[]",
            "null",
            "{\"schema\":1}",
            "{\"schema\":1,\"entries\":[{}]}",
        ] {
            assert_eq!(
                VersionHistory::parse(foreign.as_bytes(), at(0)),
                empty,
                "{foreign}"
            );
        }
        assert_eq!(VersionHistory::parse(&bytes, at(401 * 24 * 60)), empty);
        assert_eq!(VersionHistory::parse(&bytes, at(-25 * 60)), empty);
    }

    #[test]
    fn a_thousand_versions_are_bounded() {
        let mut history = VersionHistory::default();
        let names: Vec<String> = (0..1_000).map(|number| format!("1.0.{number}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        record(&mut history, &names, 0);
        for (minutes, name) in names.iter().enumerate() {
            record(&mut history, &[name], minutes as i64 + 1);
        }
        assert_eq!(history.runs.values().map(Vec::len).sum::<usize>(), MAX_RUNS);
        assert!(since(&history, "1.0.999").is_some());
        let long = "9.".repeat(5_000);
        record(&mut history, &[&long], 2_000);
        assert!(since(&history, &long).is_some());
        assert!(history.to_bytes().len() < 4_000);
    }
}
