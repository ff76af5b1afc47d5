//! Writes down each attempt before it is sent and after, in words.

use std::sync::Arc;

use chrono_tz::Tz;

use super::journal::Journal;
use crate::domain::now::TimeSource;
use crate::domain::operation::{Operation, OperationBatch, Outcome};
use crate::store::journal::{self, Entry};
use crate::text::context::TextContext;
use crate::text::symbols::UNICODE;
use crate::wording::operation;

/// The journal, and what its words need.
#[derive(Clone)]
pub struct OperationJournal {
    /// Where it is written.
    pub journal: Journal,
    /// The zone of the times of day that are told.
    pub zone: Tz,
    /// The clocks.
    pub time: Arc<dyn TimeSource>,
}

impl OperationJournal {
    /// Writes down what is about to be sent; it is on the disk after this.
    ///
    /// # Errors
    /// Why it could not be written, in words.
    pub async fn record_start(&self, attempt: &OperationBatch) -> Result<(), String> {
        let ctx = self.ctx();
        let detail = |deed: &Operation| match deed {
            Operation::Note(note) => note.text.clone(),
            other => operation::describe(other, &ctx),
        };
        self.append(journal::begun_entries(attempt, ctx.now.wall, &detail))
            .await
    }

    /// Writes down what came of it.
    ///
    /// # Errors
    /// As [`Self::record_start`].
    pub async fn record_outcomes(
        &self,
        attempt: &OperationBatch,
        outcomes: &[Outcome],
    ) -> Result<(), String> {
        let ctx = self.ctx();
        let detail = |outcome: &Outcome| operation::outcome_detail(outcome, &ctx);
        let entries = journal::result_entries(attempt, outcomes, ctx.now.wall, &detail);
        self.append(entries).await
    }

    fn ctx(&self) -> TextContext {
        TextContext {
            now: self.time.now(),
            zone: self.zone,
            symbols: &UNICODE,
        }
    }

    async fn append(&self, entries: Vec<Entry>) -> Result<(), String> {
        let written = self.journal.append(entries).await;
        written.map_err(|error| error.to_string())
    }
}
