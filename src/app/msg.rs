//! What happens to the model. There is no tick: what changes by itself, the view knows the moment of.

use std::sync::Arc;

use super::key::Key;
use crate::domain::history::{History, HistoryRequest};
use crate::domain::now::Now;
use crate::domain::operation::{Draft, DraftKey, Outcome};
use crate::picture::Picture;

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Msg {
    /// A key was pressed.
    Key(Key),
    /// Keys that write were pressed, one right after the other, while the filter line or a text took them.
    Typed(String),
    /// Text was pasted. It is text only, never keys.
    Paste(String),
    /// The terminal has another size.
    Resize {
        /// Columns.
        width: u16,
        /// Lines.
        height: u16,
    },
    /// The terminal got the focus.
    FocusGained,
    /// The terminal lost it.
    FocusLost,
    /// A new picture was built.
    Picture(Arc<Picture>),
    /// A task of ours ended with a panic and was started again: its name and what it said.
    TaskPanicked {
        /// Which, as the sources view names it.
        name: String,
        /// What it said.
        text: String,
    },
    /// Since when the picture has lagged behind the answers; none: it is current again.
    PictureLagging(Option<Now>),
    /// How values went, or why nobody knows.
    HistoryFetched {
        /// What was asked.
        query: HistoryRequest,
        /// What came.
        result: Result<Arc<History>, String>,
    },
    /// The outcome of each operation on each incident.
    OperationsFinished {
        /// The attempt's number.
        number: u64,
        /// The outcomes, in the batch's order.
        outcomes: Vec<Outcome>,
    },
    /// What an earlier run left unsent.
    DraftsLoaded(Vec<Draft>),
    /// A draft is on the disk as it was then.
    DraftSaved(Draft),
    /// A draft could not be written to the disk.
    DraftSaveFailed {
        key: DraftKey,
        /// Why, in words.
        why: String,
    },
    /// A draft of an earlier run cannot be recovered, or the journal cannot be written: a sentence for the
    /// screen.
    Complaint(String),
    /// The editor was closed: the text, or why there is none.
    EditorClosed(Result<String, String>),
    /// The browser was asked to show this address, or why it could not be.
    LinkOpened(Result<String, String>),
    /// A copy went as far as it goes.
    Copied(CopyReport),
}

/// A copy, as far as it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyReport {
    pub text: String,
    /// For what it was copied.
    pub reason: CopyReason,
    /// How far it went.
    pub outcome: CopyOutcome,
}

/// For what a text is copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CopyReason {
    /// The person asked for it.
    Asked,
    /// It is an address, and there is no browser here.
    NoBrowser,
    /// It is a draft that can no longer be sent.
    ClosedDraft(DraftKey),
}

/// How far a copy went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CopyOutcome {
    /// It is there; in a place of this name, where it is not the terminal's clipboard.
    Copied(Option<&'static str>),
    /// The terminal was sent it, and may or may not take it.
    Unconfirmed,
    /// It was not sent, for this reason.
    Failed(String),
}
