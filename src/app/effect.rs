//! Effects: what an update wants done outside the loop, as data. `runtime::effects` runs them, a test reads them.

use std::sync::Arc;

use super::document::DocumentKind;
use super::msg::CopyReason;
use crate::domain::history::HistoryRequest;
use crate::domain::local_time_box::LocalTimeBoxChange;
use crate::domain::operation::{Draft, DraftKey, OperationBatch};
use crate::picture::Picture;

/// Something to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// End the program after giving the terminal back.
    Quit,
    /// Ask every source now, within what their budgets allow.
    RefreshNow,
    /// Give the terminal back and stop, as ^Z does.
    Suspend,
    /// Forget what is on the screen and draw all of it.
    Redraw,
    /// Copy a text to where the person can paste it from. [`super::msg::Msg::Copied`] reports the result.
    Copy(String, CopyReason),
    /// Fetch a history. [`super::msg::Msg::HistoryFetched`] brings it.
    FetchHistory(HistoryRequest),
    /// Cancel this history query.
    CancelHistory(HistoryRequest),
    /// Read a document; a handoff is made of the picture. [`super::msg::Msg::DocumentRead`] brings it.
    ReadDocument(DocumentKind, Option<Arc<Picture>>),
    /// Cancel the reading of this document.
    CancelDocument(DocumentKind),
    /// Send operations to PagerDuty. [`super::msg::Msg::OperationsFinished`] brings the outcomes.
    RunOperations(OperationBatch),
    /// Keep a typed text, so that it outlives the program. [`super::msg::Msg::DraftSaved`] or
    /// [`super::msg::Msg::DraftSaveFailed`] reports the result.
    SaveDraft(Draft),
    /// Delete a draft: its text is sent, or not wanted any more.
    DeleteDraft(DraftKey),
    /// Start, change or end the local time-box of a case that has no incident.
    SetLocalTimeBox(LocalTimeBoxChange),
    /// Open this text in the person's editor. [`super::msg::Msg::EditorClosed`] brings it back.
    OpenEditor(String),
    /// Open an address in the person's browser, or copy it without one. [`super::msg::Msg::LinkOpened`] or
    /// [`super::msg::Msg::Copied`] reports the result.
    OpenLink(String),
    /// Drop a picture that is no longer shown, away from the screen's thread.
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
