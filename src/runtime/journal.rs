//! The journal of operations that are sent to PagerDuty. The journal gets a line before each operation and a line after
//! it. The dashboard and the shell commands use the same words.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use crate::domain::zone::Zone;
use tokio::sync::oneshot;

use super::tasks::Tasks;
use crate::domain::now::TimeSource;
use crate::domain::operation::{Operation, OperationBatch, Outcome};
use crate::store::journal::{self, Entry};
use crate::text::{TextContext, UNICODE};
use crate::wording::operation;

/// Appends to `journal.jsonl` on a worker.
#[derive(Clone)]
pub struct Journal {
    /// The state directory. With `None` nothing is written.
    pub dir: Option<PathBuf>,
    /// The tasks that write the lines.
    pub tasks: Tasks,
    /// The time zone of the times in the text.
    pub zone: Zone,
    /// The clock that gives each line its time.
    pub time: Arc<dyn TimeSource>,
}

impl Journal {
    /// Appends the operations that are about to be sent. The lines are on the disk when this returns.
    ///
    /// # Errors
    /// When the lines could not be written. The error is a sentence.
    pub async fn record_start(&self, batch: &OperationBatch) -> Result<(), String> {
        let ctx = self.ctx();
        let detail = |operation: &Operation| match operation {
            Operation::Note(note) => note.text.clone(),
            other => operation::describe(other, &ctx),
        };
        let entries = journal::begun_entries(batch, ctx.now.wall, &detail);
        self.append(entries).await
    }

    /// Appends the outcomes of the operations.
    ///
    /// # Errors
    /// As [`Self::record_start`].
    pub async fn record_outcomes(
        &self,
        batch: &OperationBatch,
        outcomes: &[Outcome],
    ) -> Result<(), String> {
        let ctx = self.ctx();
        let detail = |outcome: &Outcome| operation::outcome_detail(outcome, &ctx);
        let entries = journal::result_entries(batch, outcomes, ctx.now.wall, &detail);
        self.append(entries).await
    }

    fn ctx(&self) -> TextContext {
        TextContext {
            now: self.time.now(),
            zone: self.zone,
            symbols: &UNICODE,
        }
    }

    /// Appends lines, which are on the disk when this returns. The program's end waits for the write, even if the
    /// future was dropped.
    ///
    /// # Errors
    /// As [`Self::record_start`].
    pub async fn append(&self, entries: Vec<Entry>) -> Result<(), String> {
        let Some(dir) = self.dir.clone() else {
            return Ok(());
        };
        let (written_tx, written_rx) = oneshot::channel();
        self.tasks.spawn_blocking(move || {
            let _nobody_waits = written_tx.send(journal::append(&dir, &entries));
        });
        let crashed = |_| Err(io::Error::other("its task crashed"));
        let written = written_rx.await.unwrap_or_else(crashed);
        written.map_err(|error| format!("the journal cannot be written: {error}"))
    }
}
