//! The messages that change the model. There is no timer message: the view says when its content expires.

use std::sync::Arc;

use super::document::{Document, DocumentKind};
use super::key::Key;
use crate::domain::history::{History, HistoryRequest};
use crate::domain::now::Now;
use crate::domain::operation::{Draft, DraftKey, Outcome};
use crate::domain::rollout::VersionReading;
use crate::picture::Picture;
use crate::review::owed::OwedReading;

/// An event that changes the model.
#[derive(Clone, Debug)]
pub enum Msg {
    /// A key was pressed.
    Key(Key),
    /// Several characters were typed into a text field.
    Typed(String),
    /// A text was pasted. It is never treated as keys.
    Paste(String),
    /// The terminal's size changed.
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
    /// A task panicked and was restarted.
    TaskPanicked {
        /// The task's name, as in the sources view.
        name: String,
        /// The panic's message.
        text: String,
    },
    /// The picture began to lag behind the sources' answers at this time; `None` means that it is up to date again.
    PictureLagging(Option<Now>),
    /// A history was fetched, or the fetch failed with a reason.
    HistoryFetched {
        query: HistoryRequest,
        result: Result<Arc<History>, String>,
    },
    /// The work that is owed after outages was read, or the reading failed with a reason.
    OwedRead(Result<Arc<OwedReading>, String>),
    /// Prometheus reported versions.
    VersionsRead(Arc<VersionReading>),
    /// Reading a document made progress. The text describes the progress.
    DocumentProgress(DocumentKind, String),
    /// A document was read, or the reading failed with a reason.
    DocumentRead(DocumentKind, Result<Document, String>),
    /// The operations of a batch are finished.
    OperationsFinished {
        /// The batch's number.
        number: u64,
        /// The outcome of each operation on each incident, in the batch's order.
        outcomes: Vec<Outcome>,
    },
    /// The drafts of earlier runs were loaded.
    DraftsLoaded(Vec<Draft>),
    /// A draft was saved in this version.
    DraftSaved(Draft),
    /// A draft could not be written to the disk.
    DraftSaveFailed {
        key: DraftKey,
        /// Why the draft could not be written, in words.
        why: String,
    },
    /// An error of hubwatch itself, as a sentence for the screen.
    Complaint(String),
    /// The editor was closed: the edited text, or the reason why there is none.
    EditorClosed(Result<String, String>),
    /// The browser was asked to show an address, or could not be asked.
    LinkOpened(Result<String, String>),
    /// A text was copied, or could not be copied.
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
    /// The user asked for the copy.
    Asked,
    /// The text is an address that could not be opened, because there is no browser here.
    NoBrowser,
    /// The text is a draft that can no longer be sent.
    ClosedDraft(DraftKey),
}

/// How far a text got on its way to the clipboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CopyOutcome {
    /// The text was copied. The name is that of the place, such as tmux; `None` means the terminal's clipboard.
    Copied(Option<&'static str>),
    /// The text was sent to the terminal. Whether the terminal put it into its clipboard is not known.
    Unconfirmed,
    /// The text was not sent, for the given reason.
    Failed(String),
}
