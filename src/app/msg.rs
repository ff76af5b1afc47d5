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
    /// Several characters that were typed into a text field.
    Typed(String),
    /// A text was pasted. It is never taken for keys.
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
    /// The terminal lost the focus.
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
    /// Since when the picture has lagged behind the sources' answers; `None` once it is up to date again.
    PictureLagging(Option<Now>),
    /// A history, or why it could not be fetched.
    HistoryFetched {
        query: HistoryRequest,
        result: Result<Arc<History>, String>,
    },
    /// The work that is owed after outages, or why it could not be read.
    OwedRead(Result<Arc<OwedReading>, String>),
    /// The versions that Prometheus reported.
    VersionsRead(Arc<VersionReading>),
    /// The progress of reading a document, in words.
    DocumentProgress(DocumentKind, String),
    /// A document, or why it could not be read.
    DocumentRead(DocumentKind, Result<Document, String>),
    /// The outcome of each operation on each incident.
    OperationsFinished {
        /// The batch's number.
        number: u64,
        /// The outcomes, in the batch's order.
        outcomes: Vec<Outcome>,
    },
    /// The drafts of earlier runs.
    DraftsLoaded(Vec<Draft>),
    /// A draft was saved, in this version.
    DraftSaved(Draft),
    /// A draft could not be written to the disk.
    DraftSaveFailed {
        key: DraftKey,
        /// Why, in words.
        why: String,
    },
    /// An error of hubwatch itself, as a sentence for the screen.
    Complaint(String),
    /// The editor was closed: its text, or why there is none.
    EditorClosed(Result<String, String>),
    /// The browser was asked to show an address; or why that failed.
    LinkOpened(Result<String, String>),
    /// The result of a copy.
    Copied(CopyReport),
}

/// The result of a copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyReport {
    pub text: String,
    /// Why the text was copied.
    pub reason: CopyReason,
    pub outcome: CopyOutcome,
}

/// Why a text is copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CopyReason {
    /// The user copied it.
    Asked,
    /// The text is an address, and there is no browser here.
    NoBrowser,
    /// The text is a draft that can no longer be sent.
    ClosedDraft(DraftKey),
}

/// How far a copy got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CopyOutcome {
    /// The text was copied; with the name of the place if that is not the terminal's clipboard, such as tmux.
    Copied(Option<&'static str>),
    /// The text was sent to the terminal, which may or may not put it into its clipboard.
    Unconfirmed,
    /// The text was not sent, for this reason.
    Failed(String),
}
