//! The journal of operations and their outcomes, for people and for `grep`. It is `journal.jsonl` in the state
//! directory, with one line of JSON per entry. hubwatch itself never reads the journal.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use chrono::{DateTime, SubsecRound as _, Utc};
use serde::{Deserialize, Serialize};

use super::{durable, state_dir, state_file};
use crate::domain::incident::Incident;
use crate::domain::operation::{
    Operation, OperationBatch, OperationKind, OperationResult, Outcome,
};

/// The size in bytes at which the journal is renamed to [`rotated_path`]. An earlier journal with that name is
/// replaced.
const ROTATE_AT_BYTES: u64 = 10 << 20;

/// The journal in the state directory `dir`.
pub fn path(dir: &Path) -> PathBuf {
    dir.join("journal.jsonl")
}

/// The previous journal, in the state directory `dir`.
pub fn rotated_path(dir: &Path) -> PathBuf {
    dir.join("journal.1.jsonl")
}

/// A line of the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The time by this machine's clock.
    pub at: DateTime<Utc>,
    /// The name of the user; `None` if PagerDuty has not given it.
    pub who: Option<String>,
    pub action: OperationKind,
    /// The incident's id; `None` for a declaration that has opened no incident.
    pub incident: Option<String>,
    pub number: Option<u64>,
    pub title: String,
    pub result: EntryResult,
    /// More about the result, in words.
    pub detail: String,
}

/// The progress or the result of the operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryResult {
    /// The operation is about to be sent.
    Begun,
    /// The operation was done, and its effect was read back.
    Done,
    /// The incident was already as the operation would have made it.
    Already,
    /// The operation was not done, or was done differently.
    Refused,
    /// Nobody could tell whether the operation was done.
    Unknown,
}

impl From<OperationResult> for EntryResult {
    fn from(result: OperationResult) -> Self {
        match result {
            OperationResult::Done => Self::Done,
            OperationResult::Already => Self::Already,
            OperationResult::Refused => Self::Refused,
            OperationResult::Unknown => Self::Unknown,
        }
    }
}

/// The lines that are written before a batch is sent, one for each operation on each incident. `detail` adds in words
/// what the operation's kind does not say.
pub fn begun_entries(
    batch: &OperationBatch,
    at: DateTime<Utc>,
    detail: &dyn Fn(&Operation) -> String,
) -> Vec<Entry> {
    let mut entries = Vec::new();
    for operation in &batch.operations {
        let line = |incident: Option<&Incident>| {
            let line = empty_entry(batch, at, operation, incident);
            line.with_result(EntryResult::Begun, &detail(operation))
        };
        match operation {
            Operation::Declare(_) => entries.push(line(None)),
            _ => entries.extend(batch.incidents.iter().map(|one| line(Some(one)))),
        }
    }
    entries
}

/// The lines that are written after a batch was sent, one for each outcome. `detail` puts an outcome into words.
pub fn result_entries(
    batch: &OperationBatch,
    outcomes: &[Outcome],
    at: DateTime<Utc>,
    detail: &dyn Fn(&Outcome) -> String,
) -> Vec<Entry> {
    let line = |outcome: &Outcome| {
        let shown = batch.incidents.iter().chain(&outcome.read_back);
        let incident = shown
            .filter(|one| Some(&one.id) == outcome.incident.as_ref())
            .map(|one| &**one)
            .next();
        let mut line = empty_entry(batch, at, &outcome.operation, incident);
        line.incident = outcome.incident.as_ref().map(ToString::to_string);
        line.with_result(outcome.result.into(), &detail(outcome))
    };
    outcomes.iter().map(line).collect()
}

fn empty_entry(
    batch: &OperationBatch,
    at: DateTime<Utc>,
    operation: &Operation,
    incident: Option<&Incident>,
) -> Entry {
    let title = match (incident, operation) {
        (Some(incident), _) => incident.title.as_str(),
        (None, Operation::Declare(declaration)) => declaration.title.as_str(),
        (None, _) => "",
    };
    Entry {
        at: at.trunc_subsecs(3),
        who: batch
            .actor
            .as_ref()
            .map(|by| sanitize_line(&by.person.name)),
        action: operation.kind(),
        incident: incident.map(|incident| incident.id.to_string()),
        number: incident.map(|incident| incident.number),
        title: sanitize_line(title),
        result: EntryResult::Begun,
        detail: String::new(),
    }
}

impl Entry {
    fn with_result(self, result: EntryResult, detail: &str) -> Self {
        Self {
            result,
            detail: sanitize_line(detail),
            ..self
        }
    }
}

// Replaces characters that could control a terminal. The text comes from others, and people read the journal on a
// terminal.
fn sanitize_line(text: &str) -> String {
    let harmless = text.chars().map(|char| match char {
        char if char.is_control() => ' ',
        // Characters that change the direction of the text.
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => ' ',
        '\u{2028}' | '\u{2029}' => ' ',
        char => char,
    });
    harmless.collect()
}

/// Appends lines to the journal in one piece. The lines are on the disk when this returns. Waits for the disk, so call
/// it only on threads that may block.
///
/// # Errors
/// When the journal cannot be written.
pub fn append(dir: &Path, entries: &[Entry]) -> io::Result<()> {
    append_to(dir, entries, ROTATE_AT_BYTES)
}

fn append_to(dir: &Path, entries: &[Entry], large: u64) -> io::Result<()> {
    let mut lines = Vec::new();
    for entry in entries {
        serde_json::to_writer(&mut lines, entry).map_err(io::Error::other)?;
        lines.push(b'\n');
    }
    if lines.is_empty() {
        return Ok(());
    }
    state_dir::create(dir)?;
    if file_size(&path(dir)) >= large {
        rotate(dir, large)?;
    }
    let is_new = !path(dir).exists();
    let mut file = open(&path(dir))?;
    // Without the lock, a line that another program is just writing would look cut off.
    state_file::lock(&file)?;
    // A power cut may have left a line incomplete. The next line must not be appended to it.
    if !ends_with_newline(&mut file)? {
        lines.insert(0, b'\n');
    }
    file.write_all(&lines)?;
    file.sync_all()?;
    if is_new {
        durable::sync_dir(dir)
    } else {
        Ok(())
    }
}

// Checks the size again under the lock, since another program may have rotated the journal in between. The new journal
// of that program must stay.
fn rotate(dir: &Path, large: u64) -> io::Result<()> {
    let journal = open(&path(dir))?;
    state_file::lock(&journal)?;
    if file_size(&path(dir)) >= large {
        fs::rename(path(dir), rotated_path(dir))?;
    }
    Ok(())
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    state_file::open(path, options.read(true).append(true).create(true))
}

fn file_size(path: &Path) -> u64 {
    fs::symlink_metadata(path).map_or(0, |meta| meta.len())
}

fn ends_with_newline(file: &mut File) -> io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(true);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

#[cfg(test)]
mod tests;
