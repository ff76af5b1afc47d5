//! The tracker's data, kept between runs. Pure: the caller reads and writes the file.
//!
//! A missing or incomplete file, or a file of another version or repository, counts as empty and never as an error.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::domain::settings::TrackerSettings;
use crate::domain::tracker::{ReportFile, TrackedIssue};

/// The version of the file's format.
const VERSION: u32 = 1;

/// A page of a listing, with the tag that shows whether the page has changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct KeptPage<T> {
    pub etag: String,
    pub items: Vec<T>,
    pub unreadable: usize,
    /// The number of elements on the page, including pull requests and unreadable elements.
    #[serde(default)]
    pub listed: usize,
    /// The address of the next page.
    pub next: Option<String>,
}

/// A listing as of its last complete reading.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct KeptListing<T> {
    pub items: Vec<T>,
    pub read_at: Option<DateTime<Utc>>,
    /// The pages by their addresses.
    pub pages: BTreeMap<String, KeptPage<T>>,
}

impl<T> Default for KeptListing<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            read_at: None,
            pages: BTreeMap::new(),
        }
    }
}

/// All data that is kept of one tracker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct KeptTracker {
    version: u32,
    /// The API and the repositories that the data is from.
    about: String,
    /// The end of the tracker's rate-limit pause.
    pub paused_until: Option<DateTime<Utc>>,
    /// The listings of issues by their labels.
    pub issues: BTreeMap<String, KeptListing<TrackedIssue>>,
    pub reports: KeptListing<ReportFile>,
}

impl KeptTracker {
    pub fn new(settings: &TrackerSettings) -> Self {
        Self {
            version: VERSION,
            about: about(settings),
            paused_until: None,
            issues: BTreeMap::new(),
            reports: KeptListing::default(),
        }
    }

    /// Parses the output of [`Self::to_bytes`] for the same tracker. For any other bytes, the result is empty.
    pub fn from_bytes(bytes: &[u8], settings: &TrackerSettings) -> Self {
        let read = serde_json::from_slice::<Self>(bytes).ok();
        let read = read.filter(|kept| kept.version == VERSION && kept.about == about(settings));
        read.unwrap_or_else(|| Self::new(settings))
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}

fn about(settings: &TrackerSettings) -> String {
    let reports = settings.reports.as_ref();
    let reports = reports.map(|it| format!("{}:{}", it.repository, it.folder));
    let reports = reports.unwrap_or_default();
    format!("{} {} {reports}", settings.url, settings.repository)
}

/// The name of the file for a tracker.
pub(super) fn file_name(settings: &TrackerSettings) -> String {
    let digest = Sha256::digest(about(settings));
    let mark: String = digest
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("tracker-{mark}.json")
}
