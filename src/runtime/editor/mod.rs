//! Lets the person change a text in their own editor. The editor has the terminal until it ends.

mod child;
mod command;

use std::io;
use std::path::Path;

use rustix::io::Errno;

use super::private_dir::PrivateDir;
use super::screen::Screen;
use super::signals::Signals;
use crate::store::drafts::edits::{self, OpenEdit};
use crate::store::state_dir;
use child::{EditorEnd, EditorResult};

/// The edited text, or the reason why there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditResult {
    /// The text as it was saved, without trailing line ends; or the reason why there is none.
    pub text: Result<String, String>,
    /// False if the program was asked to end while the editor was open.
    pub keep_running: bool,
}

/// Opens `text` in the person's editor and waits until the editor is closed. The file is in a new directory, which also
/// holds the files that editors create beside it. The new directory is inside `folder`, or inside the system's
/// directory for temporary files. Afterwards the caller must take the terminal back, unless the program is to end.
pub async fn edit(
    screen: &mut Screen,
    signals: &mut Signals,
    folder: Option<&Path>,
    text: &str,
) -> EditResult {
    if !matches!(screen.settle().await, Ok(true)) {
        let why = "the terminal takes no output";
        tracing::warn!("no editor: {why}");
        return not_opened(why.to_owned());
    }
    let edit_file = match EditFile::create(folder, text) {
        Ok(edit_file) => edit_file,
        Err(error) => return not_opened(format!("no file for the editor: {error}")),
    };
    let editor = command::from_env();
    let words = command::argv(&editor, &edit_file.file().to_string_lossy());
    screen.leave();
    match child::run(&words, signals).await {
        Ok(closed) => edit_file.finish(&editor, closed),
        Err(error) => not_opened(not_started(&editor, &error)),
    }
}

/// Opens one of the person's files in their editor, and waits until the editor is closed. Only for commands without a
/// screen of their own, since this function does not leave the screen.
///
/// # Errors
/// When the editor could not be started or did not end well. The error is a sentence.
pub async fn open_file(path: &Path) -> Result<(), String> {
    let mut signals = Signals::listen().map_err(|error| error.to_string())?;
    let editor = command::from_env();
    let words = command::argv(&editor, &path.to_string_lossy());
    match child::run(&words, &mut signals).await {
        Ok(closed) => end_in_words(&editor, closed.end).map_or(Ok(()), Err),
        Err(error) => Err(not_started(&editor, &error)),
    }
}

fn not_started(editor: &str, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => format!("{editor}: not found (set $EDITOR)"),
        _ if Errno::from_io_error(error) == Some(Errno::NXIO) => {
            format!("{editor}: there is no terminal for it")
        }
        _ => format!("{editor}: {error}"),
    }
}

// Describes how the editor ended; `None` if it ended well.
fn end_in_words(editor: &str, end: EditorEnd) -> Option<String> {
    Some(match end {
        EditorEnd::Exited(0) => return None,
        EditorEnd::Exited(126) => format!("{editor}: may not be run"),
        EditorEnd::Exited(127) => format!("{editor}: not found (set $EDITOR)"),
        EditorEnd::Exited(code) => format!("{editor} ended with {code}"),
        EditorEnd::Killed(signal) => format!("{editor} was killed (signal {signal})"),
        EditorEnd::StillRunning => format!("{editor} is still open"),
    })
}

fn not_opened(why: String) -> EditResult {
    EditResult {
        text: Err(why),
        keep_running: true,
    }
}

/// The file that the person edits.
struct EditFile {
    dir: PrivateDir,
    files: OpenEdit,
    original: String,
}

impl EditFile {
    fn create(folder: Option<&Path>, text: &str) -> io::Result<Self> {
        let dir = match folder {
            Some(folder) => {
                state_dir::create(folder)?;
                PrivateDir::create_in(folder, edits::DIR_PREFIX)?
            }
            None => PrivateDir::create_temporary("hubwatch-edit")?,
        };
        Ok(Self {
            files: edits::create_edit(dir.path(), text)?,
            dir,
            original: text.trim_end_matches('\n').to_owned(),
        })
    }

    fn file(&self) -> &Path {
        &self.files.path
    }

    fn finish(self, editor: &str, closed: EditorResult) -> EditResult {
        let saved = edits::read_saved(self.file());
        let saved = saved.map_err(|error| format!("nothing was saved: {error}"));
        let is_new = saved.as_ref().is_ok_and(|text| *text != self.original);
        let text = match (closed.end, end_in_words(editor, closed.end)) {
            (_, None) => saved,
            // The person saved this text before the editor was killed, so it is kept.
            (EditorEnd::Killed(_) | EditorEnd::StillRunning, _) if is_new => saved,
            (_, Some(why)) => Err(why),
        };
        if closed.end == EditorEnd::StillRunning {
            // The editor still runs and may still save the file.
            self.dir.leave_behind();
        }
        EditResult {
            text,
            keep_running: closed.keep_running,
        }
    }
}

#[cfg(test)]
mod tests;
