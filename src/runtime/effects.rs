//! Runs the effects that `update` returns.

use std::path::PathBuf;

use tokio::sync::watch;

use super::clipboard::Clipboard;
use super::documents::DocumentReadings;
use super::drafts::Drafts;
use super::history_queries::HistoryQueries;
use super::inbox::Inbox;
use super::links::{LinkOpener, OpenMethod};
use super::local_time_boxes::LocalTimeBoxStore;
use super::operations::OperationQueue;
use super::screen::Screen;
use super::tasks::Tasks;
use crate::app::effect::Effect;
use crate::app::msg::{CopyReason, Msg};

/// Runs effects and receives their results.
pub struct EffectRunner {
    refresh_all: watch::Sender<u64>,
    history_queries: HistoryQueries,
    documents: DocumentReadings,
    operations: OperationQueue,
    drafts: Drafts,
    local_time_boxes: LocalTimeBoxStore,
    links: LinkOpener,
    clipboard: Clipboard,
    inbox: Inbox,
}

/// The part of an effect that the loop must do itself, since the loop owns the model and the terminal.
pub enum LoopRequest {
    Nothing,
    /// Update the model with this message.
    Dispatch(Msg),
    /// End the program.
    Quit,
    /// Stop the process, as `^Z` does.
    Suspend,
    /// Draw the whole screen again.
    Redraw,
    /// Open this text in an editor. The edited file is inside the given directory; with `None`, inside the system's
    /// directory for temporary files.
    OpenEditor(String, Option<PathBuf>),
}

impl EffectRunner {
    /// A change of `refresh_all` makes every source poll at once. `inbox` receives the results of effects that run in
    /// the background.
    pub fn new(
        refresh_all: watch::Sender<u64>,
        histories: HistoryQueries,
        documents: DocumentReadings,
        operations: OperationQueue,
        drafts: Drafts,
        boxes: LocalTimeBoxStore,
        inbox: Inbox,
    ) -> Self {
        Self {
            refresh_all,
            history_queries: histories,
            documents,
            operations,
            drafts,
            local_time_boxes: boxes,
            links: LinkOpener::from_env(inbox.sender()),
            clipboard: Clipboard::from_env(inbox.sender()),
            inbox,
        }
    }

    /// The next result in the inbox. Cancel-safe: no result is lost if the future is dropped.
    pub async fn next_msg(&mut self) -> Msg {
        let msg = self.inbox.next().await;
        if let Msg::HistoryFetched { query, .. } = &msg {
            self.history_queries.finish(query);
        }
        msg
    }

    /// Runs an effect, or returns the part that the loop must do.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn run(
        &mut self,
        effect: Effect,
        tasks: &Tasks,
        screen: &mut Screen,
    ) -> std::io::Result<LoopRequest> {
        Ok(match effect {
            Effect::Quit => LoopRequest::Quit,
            Effect::Suspend => LoopRequest::Suspend,
            Effect::Redraw => LoopRequest::Redraw,
            Effect::RefreshNow => {
                self.refresh_all.send_modify(|times| *times += 1);
                LoopRequest::Nothing
            }
            Effect::Copy(text, reason) => {
                self.clipboard.copy(text, reason, tasks, screen);
                LoopRequest::Nothing
            }
            Effect::OpenLink(url) => match self.links.open(&url, tasks) {
                Ok(OpenMethod::Browser) => LoopRequest::Nothing,
                Ok(OpenMethod::Copy(url)) => {
                    self.clipboard
                        .copy(url, CopyReason::NoBrowser, tasks, screen);
                    LoopRequest::Nothing
                }
                Err(why) => LoopRequest::Dispatch(Msg::LinkOpened(Err(why))),
            },
            Effect::FetchHistory(question) => {
                self.history_queries.start(question, tasks);
                LoopRequest::Nothing
            }
            Effect::CancelHistory(question) => {
                self.history_queries.cancel(&question);
                LoopRequest::Nothing
            }
            Effect::ReadDocument(kind, picture) => {
                self.documents.start(kind, picture, tasks);
                LoopRequest::Nothing
            }
            Effect::CancelDocument(kind) => {
                self.documents.cancel(&kind);
                LoopRequest::Nothing
            }
            Effect::RunOperations(batch) => {
                self.operations.enqueue(batch, self.drafts.flushed(), tasks);
                LoopRequest::Nothing
            }
            Effect::SaveDraft(draft) => {
                self.drafts.save(draft, tasks);
                LoopRequest::Nothing
            }
            Effect::DeleteDraft(key) => {
                self.drafts.discard(key, tasks);
                LoopRequest::Nothing
            }
            Effect::SetLocalTimeBox(change) => {
                self.local_time_boxes.change(change, tasks);
                LoopRequest::Nothing
            }
            Effect::OpenEditor(text) => LoopRequest::OpenEditor(text, self.drafts.dir()),
            // Freeing a large picture takes milliseconds, and a frame cannot wait that long.
            Effect::DropPicture(picture) => {
                tasks.spawn_blocking(move || drop(picture));
                LoopRequest::Nothing
            }
        })
    }
}
