//! Time-boxes of cases without an incident: `time-boxes.json` in the state directory. Several programs may
//! change it: each change is made to what the file holds then, under a lock.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};

use super::durable;
use crate::domain::local_time_box::{LocalTimeBox, LocalTimeBoxChange};

/// A box is forgotten so long after its end.
const RETENTION: TimeDelta = TimeDelta::days(1);

/// A file larger than this is not ours.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// The file in the state directory `dir`.
pub fn path(dir: &Path) -> PathBuf {
    dir.join("time-boxes.json")
}

/// What the state directory `dir` holds.
///
/// # Errors
/// There is a file that cannot be read, or is none of ours.
pub fn load(dir: &Path) -> io::Result<Vec<LocalTimeBox>> {
    let path = path(dir);
    let size = match fs::metadata(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        found => found?.len(),
    };
    if size > MAX_FILE_BYTES {
        return Err(io::Error::other("it is too large to be ours"));
    }
    serde_json::from_slice(&fs::read(path)?).map_err(io::Error::other)
}

/// Makes changes, in their order; they are on the disk after this. It waits for that, so it is for a
/// thread that may.
///
/// # Errors
/// When it cannot be written; a file that is none of ours stays as it is.
pub fn apply_changes(
    dir: &Path,
    changes: &[LocalTimeBoxChange],
    now: DateTime<Utc>,
) -> io::Result<()> {
    durable::private_dir(dir)?;
    let lock = File::create(dir.join("time-boxes.lock"))?;
    lock.lock()?;
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
        // It was called otherwise when it was started.
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
}
