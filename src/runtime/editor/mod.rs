//! Lets the person change a text in their own editor: the terminal is the editor's meanwhile, and ours
//! again after.

mod child;
mod command;

use std::io;
use std::path::Path;

use super::private_dir::PrivateDir;
use super::screen::Screen;
use super::signals::Signals;
use crate::store::drafts::edits::{self, OpenEdit};
use crate::store::durable;
use child::{Closed, End};

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The text as it was saved, without line ends after it; or why there is none.
    pub text: Result<String, String>,
    /// False when the program was asked to end meanwhile.
    pub goes_on: bool,
}

/// Opens `text` in the person's editor and waits until that is closed. The file lies in a directory of
/// its own inside `folder`, or else among the system's temporary files; so does what editors put beside
/// it. The terminal must be taken again after this, but not where the program is to end.
pub async fn edit(
    screen: &mut Screen,
    signals: &mut Signals,
    folder: Option<&Path>,
    text: &str,
) -> Edit {
    let desk = match Desk::lay(folder, text) {
        Ok(desk) => desk,
        Err(error) => return unopened(format!("no file to edit it in: {error}")),
    };
    let editor = command::from_env();
    let words = command::words(&editor, &desk.file().to_string_lossy());
    screen.leave();
    match child::run(&words, signals).await {
        Ok(closed) => desk.clear(&editor, closed),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            unopened(format!("{editor}: not found (set $EDITOR)"))
        }
        Err(error) => unopened(format!("{editor}: {error}")),
    }
}

fn unopened(why: String) -> Edit {
    Edit {
        text: Err(why),
        goes_on: true,
    }
}

/// The file under the editor.
struct Desk {
    dir: PrivateDir,
    laid: OpenEdit,
    before: String,
}

impl Desk {
    fn lay(folder: Option<&Path>, text: &str) -> io::Result<Self> {
        let dir = match folder {
            Some(folder) => {
                durable::private_dir(folder)?;
                PrivateDir::among(folder, edits::DIR_PREFIX)?
            }
            None => PrivateDir::temporary("hubwatch-edit")?,
        };
        Ok(Self {
            laid: edits::create_edit(dir.path(), text)?,
            dir,
            before: text.trim_end_matches('\n').to_owned(),
        })
    }

    fn file(&self) -> &Path {
        &self.laid.path
    }

    fn clear(self, editor: &str, closed: Closed) -> Edit {
        let saved = edits::read_saved(self.file());
        let saved = saved.map_err(|error| format!("nothing was saved: {error}"));
        let is_new = saved.as_ref().is_ok_and(|text| *text != self.before);
        let text = match closed.end {
            End::Exit(0) => saved,
            // What was saved before is what the person wanted kept.
            End::Killed(_) | End::Stays if is_new => saved,
            End::Exit(126) => Err(format!("{editor}: may not be run")),
            End::Exit(127) => Err(format!("{editor}: not found (set $EDITOR)")),
            End::Exit(code) => Err(format!("{editor} ended with {code}")),
            End::Killed(signal) => Err(format!("{editor} was killed (signal {signal})")),
            End::Stays => Err(format!("{editor} is still open")),
        };
        if closed.end == End::Stays {
            // It may still save.
            self.dir.leave_behind();
        }
        Edit {
            text,
            goes_on: closed.goes_on,
        }
    }
}

#[cfg(test)]
mod tests;
