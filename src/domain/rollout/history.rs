//! The version history: when each version was first and last seen in each place. It is kept on disk as JSON.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::version::shorten;
use super::{Component, VersionPlace};

/// The version of the file format. A file with another version is not read.
const SCHEMA: u32 = 1;

/// Runs that ended before this time are dropped.
const MAX_AGE: TimeDelta = TimeDelta::days(400);

/// A time that is further in the future comes from a wrong clock.
const MAX_AHEAD: TimeDelta = TimeDelta::days(1);

/// The most runs that are kept for one component in one place. The newest runs are kept.
const MAX_RUNS: usize = 12;

/// The most pairs of place and component that are kept.
const MAX_KEYS: usize = 20_000;

/// The longest time between two successive readings. The limit is this large because the stored time of a reading may
/// be ten minutes too early.
const MAX_GAP: TimeDelta = TimeDelta::minutes(30);

type Key = (VersionPlace, Component);

/// The time since which a version is known to run in a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownSince {
    /// When the version was first seen in the place.
    pub first: DateTime<Utc>,
    /// The previous version, and when it was last seen. `None` if this version already ran at the first reading of the
    /// place. This version may have run there before that reading.
    pub before: Option<(String, DateTime<Utc>)>,
}

/// The periods of each version, by place and component.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VersionHistory {
    runs: BTreeMap<Key, Vec<Run>>,
}

/// A period in which every reading found the version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Run {
    version: String,
    first: DateTime<Utc>,
    latest: DateTime<Utc>,
}

/// The part that is the same in files of every format.
#[derive(Deserialize)]
struct Head {
    schema: u32,
}

#[derive(Deserialize)]
struct KeptFile {
    entries: Vec<KeptEntry>,
}

// An entry that may be unreadable. One unreadable entry does not make the others unreadable.
#[derive(Deserialize)]
#[serde(untagged)]
enum KeptEntry {
    Good(Entry),
    Bad(IgnoredAny),
}

#[derive(Serialize)]
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

impl KnownSince {
    /// The time at which the previous version was last seen; `None` unless this version was first seen more than
    /// `MAX_GAP` later. The change of version may have happened at any time in between.
    pub fn changed_after(&self) -> Option<DateTime<Utc>> {
        let (_, seen) = self.before.as_ref()?;
        (self.first - *seen > MAX_GAP).then_some(*seen)
    }
}

impl VersionHistory {
    /// Parses the content of a file. Also returns a description of the parts that could not be read, if any. Empty
    /// bytes mean that there is no file. Runs that are dated too far after `now` are dropped.
    pub fn parse(bytes: &[u8], now: DateTime<Utc>) -> (Self, Option<String>) {
        let mut history = Self::default();
        if bytes.is_empty() {
            return (history, None);
        }
        let entries = match parse_entries(bytes) {
            Ok(entries) => entries,
            Err(why) => return (history, Some(why)),
        };
        let mut unread = 0;
        for entry in entries {
            let KeptEntry::Good(entry) = entry else {
                unread += 1;
                continue;
            };
            let is_possible = |run: &Run| run.first <= run.latest && run.latest <= now + MAX_AHEAD;
            let runs = entry.runs.into_iter().filter(is_possible);
            let key = (entry.place, entry.component);
            history.runs.entry(key).or_default().extend(runs);
        }
        history.tidy(now);
        let problem = match unread {
            0 => None,
            1 => Some("1 of its entries cannot be read, and the others are used".to_owned()),
            _ => Some(format!(
                "{unread} of its entries cannot be read, and the others are used"
            )),
        };
        (history, problem)
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

    /// Records the versions of a component that one reading found in a place. Returns whether one of the versions is
    /// new in the place.
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
        // If the clock was set back, the time of the last reading is used, so that no new run begins.
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

    /// The time since which a version is known in a place. `None` if the version was never recorded there.
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

    /// The version that was last recorded in a place, with the time.
    pub fn last(
        &self,
        place: &VersionPlace,
        component: &Component,
    ) -> Option<(&str, DateTime<Utc>)> {
        let runs = self.runs.get(&(place.clone(), component.clone()))?;
        let last = runs.iter().max_by_key(|run| (run.latest, run.first))?;
        Some((&last.version, last.latest))
    }

    /// The time of the latest record in the whole history.
    pub fn latest(&self) -> Option<DateTime<Utc>> {
        self.runs.values().flatten().map(|run| run.latest).max()
    }

    /// Adds the history that another process has stored.
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
            ages.sort_unstable();
            for (_, key) in ages.into_iter().take(surplus) {
                self.runs.remove(&key);
            }
        }
    }
}

fn parse_entries(bytes: &[u8]) -> Result<Vec<KeptEntry>, String> {
    let foreign = |_| "it is not a history of versions".to_owned();
    let head: Head = serde_json::from_slice(bytes).map_err(foreign)?;
    if head.schema != SCHEMA {
        let schema = head.schema;
        return Err(format!("its format is {schema}, not {SCHEMA}"));
    }
    let file: KeptFile = serde_json::from_slice(bytes).map_err(foreign)?;
    Ok(file.entries)
}

// Joins runs of the same version, unless another version was seen between them. Two processes may record the same run
// with slightly different times.
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
mod tests;
