//! What happens to the model. There is no tick: what changes by itself, the view knows the moment of.

use std::sync::Arc;

use super::key::Key;
use crate::domain::history::{History, HistoryRequest};
use crate::domain::now::Now;
use crate::domain::operation::{Draft, Outcome};
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
    /// Since when the picture has not kept up with what is heard; none: it does again.
    PictureLagging(Option<Now>),
    /// How values went, or why nobody knows.
    HistoryFetched {
        /// What was asked.
        query: HistoryRequest,
        /// What came.
        result: Result<Arc<History>, String>,
    },
    /// What came of an attempt, for each deed on each incident.
    OperationsFinished {
        /// The attempt's number.
        number: u64,
        /// What came of it, in the attempt's order.
        outcomes: Vec<Outcome>,
    },
    /// What an earlier run left unsent.
    DraftsLoaded(Vec<Draft>),
    /// What was typed could not be kept: why.
    DraftSaveFailed(String),
    /// A draft of an earlier run cannot be recovered, or the journal cannot be written: a sentence for the
    /// screen.
    Complaint(String),
    /// The editor was closed: the text, or why there is none.
    EditorClosed(Result<String, String>),
    /// An address was shown in the browser, copied for want of one, or neither.
    LinkOpened(Result<OpenedLink, String>),
    /// A copy was sent to the terminal's clipboard, or could not be.
    Copied(Result<String, String>),
}

/// What was done with an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenedLink {
    /// The browser was asked to show it.
    Browser(String),
    /// There is no browser here: it is on the terminal's clipboard.
    Copied(String),
}
