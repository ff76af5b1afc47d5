//! The messages that change the model. There is no timer message: the view returns when its content expires.

use std::sync::Arc;

use super::document::{Document, DocumentKind};
use super::key::Key;
use crate::domain::history::{History, HistoryRequest};
use crate::domain::now::Now;
use crate::domain::operation::{Draft, DraftKey, Outcome};
use crate::domain::rollout::VersionReading;
use crate::picture::Picture;
use crate::review::owed::OwedReading;

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Msg {
    /// A key was pressed.
    Key(Key),
    /// Several characters that were typed while a text field had the keys.
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
    /// A task panicked and was started again: its name and the panic's message.
    TaskPanicked {
        /// The task's name, as in the sources view.
        name: String,
        /// The panic's message.
        text: String,
    },
    /// Since when the picture has lagged behind the answers; `None` once it is current again.
    PictureLagging(Option<Now>),
    /// A history, or why it could not be fetched.
    HistoryFetched {
        query: HistoryRequest,
        result: Result<Arc<History>, String>,
    },
    /// What is owed after outages, or why it could not be read.
    OwedRead(Result<Arc<OwedReading>, String>),
    /// What Prometheus said of versions.
    VersionsRead(Arc<VersionReading>),
    /// How far the reading of a document is, in words.
    DocumentProgress(DocumentKind, String),
    /// A document, or why there is none.
    DocumentRead(DocumentKind, Result<Document, String>),
    /// The outcome of each operation on each incident.
    OperationsFinished {
        /// The batch's number.
        number: u64,
        /// The outcomes, in the batch's order.
        outcomes: Vec<Outcome>,
    },
    /// Drafts that earlier runs left.
    DraftsLoaded(Vec<Draft>),
    /// This version of a draft was saved.
    DraftSaved(Draft),
    /// A draft could not be written to the disk.
    DraftSaveFailed {
        key: DraftKey,
        /// Why, in words.
        why: String,
    },
    /// An error of hubwatch itself, as a sentence for the screen.
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
    /// The person copied it.
    Asked,
    /// It is an address, and there is no browser here.
    NoBrowser,
    /// It is a draft that can no longer be sent.
    ClosedDraft(DraftKey),
}

/// How far a copy went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CopyOutcome {
    /// Copied. The name of the place if it is not the terminal's clipboard, such as tmux.
    Copied(Option<&'static str>),
    /// The terminal was sent it, and may or may not take it.
    Unconfirmed,
    /// It was not sent, for this reason.
    Failed(String),
}
