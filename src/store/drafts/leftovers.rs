//! Files that killed runs left beside their drafts, namely incomplete files and locks.

use std::fs;
use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::run_lock;
use crate::store::durable::TEMP_EXTENSION;

/// A file of this age can be removed: no process is still writing it.
const MIN_AGE: Duration = Duration::from_hours(24);

/// Removes `path` if it is an old incomplete file or an old unused lock. A file that cannot be removed stays.
pub fn remove_if_leftover(path: &Path, now: DateTime<Utc>) {
    let is_litter = match path.extension().and_then(|kind| kind.to_str()) {
        Some(TEMP_EXTENSION) => true,
        // A lock that is held is in use at any age, since a program may run for weeks.
        Some("lock") => !run_lock::is_locked(path),
        _ => false,
    };
    if is_litter && is_old(path, now) {
        let _lies_on = fs::remove_file(path);
    }
}

fn is_old(path: &Path, now: DateTime<Utc>) -> bool {
    let changed = fs::symlink_metadata(path).and_then(|meta| meta.modified());
    let lies = TimeDelta::from_std(MIN_AGE).unwrap_or(TimeDelta::MAX);
    changed.is_ok_and(|changed| now - DateTime::<Utc>::from(changed) > lies)
}
