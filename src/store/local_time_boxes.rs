//! Time-boxes of cases without an incident, in `time-boxes.json` in the state directory. Several programs may change
//! the file, so each change holds a lock while it reads and writes the file.

use std::fs::OpenOptions;
use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};

use super::{durable, state_dir, state_file};
use crate::domain::local_time_box::{LocalTimeBox, LocalTimeBoxChange};

/// A time-box is removed from the file this long after its end.
const RETENTION: TimeDelta = TimeDelta::days(1);

/// The largest file that is read. A larger file is not ours.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// The file in the state directory `dir`.
pub fn path(dir: &Path) -> PathBuf {
    dir.join("time-boxes.json")
}

/// The local time-boxes in the state directory `dir`.
///
/// # Errors
/// When the file exists but cannot be read, or is not ours.
pub fn load(dir: &Path) -> io::Result<Vec<LocalTimeBox>> {
    match state_file::read(&path(dir), MAX_FILE_BYTES)? {
        Some(bytes) => serde_json::from_slice(&bytes).map_err(io::Error::other),
        None => Ok(Vec::new()),
    }
}

/// Applies changes in their order. They are on the disk when this returns. Waits for the disk, so call it only on
/// threads that may block.
///
/// # Errors
/// When the file cannot be written. A file that is not ours is left unchanged.
pub fn apply_changes(
    dir: &Path,
    changes: &[LocalTimeBoxChange],
    now: DateTime<Utc>,
) -> io::Result<()> {
    state_dir::create(dir)?;
    let mut options = OpenOptions::new();
    let lock = dir.join("time-boxes.lock");
    let lock = state_file::open(&lock, options.append(true).create(true))?;
    state_file::lock(&lock)?;
    let mut boxes = load(dir)?;
    boxes.retain(|one| now - one.ends_at() < RETENTION);
    for apply_changes in changes {
        apply_changes.apply(&mut boxes);
    }
    let bytes = serde_json::to_vec_pretty(&boxes).map_err(io::Error::other)?;
    durable::replace(&path(dir), &bytes)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::domain::ids::CaseId;
    use std::time::Duration;

    fn started(case: &str, at: i64) -> LocalTimeBox {
        LocalTimeBox {
            case: case.parse().unwrap(),
            started: DateTime::UNIX_EPOCH + TimeDelta::seconds(at),
            length: Duration::from_secs(1800),
        }
    }

    fn set(new: LocalTimeBox) -> LocalTimeBoxChange {
        LocalTimeBoxChange {
            case_ids: vec![new.case.clone()],
            replacement: Some(new),
        }
    }

    fn now(at: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(at)
    }

    const ONE: &str = "hub:leap/prod";
    const TWO: &str = "alert:00000000000000aa";

    #[test]
    fn what_is_kept_is_there_and_goes_when_it_is_ended_or_old() {
        let home = tempfile::tempdir().unwrap();
        let dir = home.path().join("state");
        assert_eq!(load(&dir).unwrap(), []);
        let changes = [set(started(ONE, 0)), set(started(TWO, 50_000))];
        apply_changes(&dir, &changes, now(10)).unwrap();
        assert_eq!(load(&dir).unwrap(), [started(ONE, 0), started(TWO, 50_000)]);
        // The case of this time-box had another id when the time-box was started.
        let renamed = LocalTimeBoxChange {
            case_ids: vec![CaseId::Incident("Q1".into()), TWO.parse().unwrap()],
            replacement: None,
        };
        apply_changes(&dir, &[renamed], now(20)).unwrap();
        assert_eq!(load(&dir).unwrap(), [started(ONE, 0)]);
        apply_changes(&dir, &[set(started(TWO, 90_000))], now(90_000)).unwrap();
        assert_eq!(
            load(&dir).unwrap(),
            [started(TWO, 90_000)],
            "the old one went"
        );
    }

    #[test]
    fn what_is_not_ours_stays_as_it_is() {
        let home = tempfile::tempdir().unwrap();
        fs::write(path(home.path()), "not JSON").unwrap();
        assert!(load(home.path()).is_err());
        apply_changes(home.path(), &[set(started(ONE, 0))], now(0)).unwrap_err();
        assert_eq!(fs::read_to_string(path(home.path())).unwrap(), "not JSON");
    }

    #[test]
    fn a_fifo_is_not_waited_for_and_a_link_is_not_followed() {
        let home = tempfile::tempdir().unwrap();
        let change = [set(started(ONE, 0))];
        let lock = home.path().join("time-boxes.lock");
        let theirs = home.path().join("theirs");
        fs::write(&theirs, "[]").unwrap();
        for place in [lock, path(home.path())] {
            crate::files::make_fifo(&place);
            apply_changes(home.path(), &change, now(0)).unwrap_err();
            fs::remove_file(&place).unwrap();
            std::os::unix::fs::symlink(&theirs, &place).unwrap();
            apply_changes(home.path(), &change, now(0)).unwrap_err();
            fs::remove_file(&place).unwrap();
        }
        assert_eq!(fs::read_to_string(&theirs).unwrap(), "[]");
    }
}
