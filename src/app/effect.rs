//! Effects: work outside the event loop that an update requests, as data. `runtime::effects` runs the effects; tests
//! inspect them.

use std::sync::Arc;

use super::document::DocumentKind;
use super::msg::CopyReason;
use crate::domain::history::HistoryRequest;
use crate::domain::local_time_box::LocalTimeBoxChange;
use crate::domain::operation::{Draft, DraftKey, OperationBatch};
use crate::picture::Picture;

#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Restore the terminal and end the program.
    Quit,
    /// Poll every source now, as far as their request budgets allow.
    RefreshNow,
    /// Restore the terminal and suspend the program, as ^Z does.
    Suspend,
    /// Draw the whole screen, not only the cells that changed.
    Redraw,
    /// Copy a text to a clipboard that the user can paste from. [`super::msg::Msg::Copied`] reports the result.
    Copy(String, CopyReason),
    /// Fetch a history. [`super::msg::Msg::HistoryFetched`] returns it.
    FetchHistory(HistoryRequest),
    /// Cancel this history query.
    CancelHistory(HistoryRequest),
    /// Read a document. A handoff needs the picture. [`super::msg::Msg::DocumentRead`] returns the document.
    ReadDocument(DocumentKind, Option<Arc<Picture>>),
    /// Cancel the reading of this document.
    CancelDocument(DocumentKind),
    /// Send operations to PagerDuty. [`super::msg::Msg::OperationsFinished`] returns the outcomes.
    RunOperations(OperationBatch),
    /// Save a typed text, so that it outlives the program. [`super::msg::Msg::DraftSaved`] or
    /// [`super::msg::Msg::DraftSaveFailed`] reports the result.
    SaveDraft(Draft),
    /// Delete a draft that was sent or is not wanted any more.
    DeleteDraft(DraftKey),
    /// Start, change or end the local time-box of a case that has no incident.
    SetLocalTimeBox(LocalTimeBoxChange),
    /// Open this text in the user's editor. [`super::msg::Msg::EditorClosed`] returns the edited text.
    OpenEditor(String),
    /// Open an address in the user's browser, or copy it if there is no browser. [`super::msg::Msg::LinkOpened`] or
    /// [`super::msg::Msg::Copied`] reports the result.
    OpenLink(String),
    /// Drop a picture that is no longer shown. A large picture takes long to drop, so another thread does it.
    DropPicture(Arc<Picture>),
}

/// The result of one `update`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UpdateResult {
    /// Effects, in order.
    pub effects: Vec<Effect>,
    /// Whether anything visible may have changed.
    pub dirty: bool,
}
