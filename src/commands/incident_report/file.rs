//! The file that a report's draft is written to, and the editor that opens the file.

use std::fs::OpenOptions;
use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use crate::commands::out;
use crate::files;
use crate::report::postmortem::Template;
use crate::runtime::editor;

/// A file that is longer than this is not accepted as a template.
const MAX_TEMPLATE_BYTES: u64 = 1 << 20;

/// The team's template for a report, or the built-in template.
///
/// # Errors
/// The file cannot be read, or is not a template.
pub(super) fn template(path: Option<&Path>) -> Result<Template, String> {
    let Some(path) = path else {
        return Ok(Template::default());
    };
    let named = |why: String| format!("[report] template, {}: {why}", path.display());
    let text =
        files::read_text(path, MAX_TEMPLATE_BYTES).map_err(|error| named(error.to_string()))?;
    Template::parse(&text).map_err(named)
}

/// The file for the draft; `None` means standard output.
pub(super) fn destination(output: Option<PathBuf>, edit: bool, number: u64) -> Option<PathBuf> {
    output.or_else(|| edit.then(|| PathBuf::from(format!("incident-{number}.md"))))
}

/// Writes the draft to a new file. With `edit`, the person's editor opens the file.
///
/// # Errors
/// The draft could not be written, for example because the file exists already, or the editor failed.
pub(super) async fn write(path: &Path, text: &str, edit: bool) -> Result<(), String> {
    if edit && !std::io::stdin().is_terminal() {
        return Err(
            "--edit needs a terminal; without it the draft goes to standard output".to_owned(),
        );
    }
    write_new(path, text).map_err(|error| format!("{} is not written: {error}", path.display()))?;
    out::print_message(&format!("written to {}", path.display()));
    if edit {
        editor::open_file(path).await?;
    }
    Ok(())
}

// Never overwrites a file: it may be an earlier draft that somebody has edited.
fn write_new(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
