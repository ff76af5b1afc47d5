//! The reasons why there is no configuration. Each problem has its file, line, column, dotted key, the line's text and
//! a hint.

use std::fmt;
use std::path::PathBuf;

use toml::de::DeTable;
use unicode_width::UnicodeWidthStr;

use super::problem::{Problem, Problems};
use super::{secrets, tree};

/// The reason why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file does not exist.
    #[error("there is no configuration at {}", .0.display())]
    Missing(PathBuf),
    /// The file cannot be read.
    #[error("{} cannot be read: {reason}", .file.display())]
    Unreadable {
        file: PathBuf,
        /// The error of the operating system.
        reason: String,
    },
    /// There is no known home directory, so there is no default place for the file.
    #[error("no configuration is named and no home directory is known: use --config PATH")]
    NoHomeDirectory,
    /// The file breaks a rule.
    #[error(transparent)]
    Invalid(#[from] InvalidConfig),
}

/// All problems of a file, in the order of its lines.
#[derive(Debug, thiserror::Error)]
pub struct InvalidConfig {
    /// The problems; never empty.
    pub problems: Vec<Diagnostic>,
}

/// A problem or warning, ready to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The path of the file, as the user gave it.
    pub file: PathBuf,
    /// The line number, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The dotted key; empty for a problem at the top level of the file.
    pub key: String,
    /// The message: what is wrong.
    pub message: String,
    /// The hint: what would be right instead.
    pub hint: Option<String>,
    snippet: String,
    caret: String,
}

/// Prepares problems or warnings for showing, in the order of the file's lines.
pub(super) fn diagnostics(
    file: &std::path::Path,
    text: &str,
    tree: &DeTable<'_>,
    found: Problems,
) -> Vec<Diagnostic> {
    let found = found.into_sorted().into_iter();
    found
        .map(|problem| Diagnostic::new(file, text, tree, problem))
        .collect()
}

impl Diagnostic {
    /// The place and the problem, in one line.
    pub fn brief(&self) -> String {
        let name = self.file.file_name().unwrap_or(self.file.as_os_str());
        let name = name.to_string_lossy();
        format!("{name}:{}: {}: {}", self.line, self.key, self.message)
    }

    fn new(file: &std::path::Path, text: &str, tree: &DeTable<'_>, problem: Problem) -> Self {
        let Problem {
            span: place,
            message,
            hint,
            may_show_secret: secret,
        } = problem;
        let before = text.get(..place.start).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let in_line = before.get(line_start..).unwrap_or_default();
        let line = text.get(line_start..).and_then(|rest| rest.lines().next());
        let line = line.unwrap_or_default();
        let marked = text
            .get(place.clone())
            .and_then(|marked| marked.lines().next());
        let (snippet, width) = if secret || secrets::holds_secret(line) {
            (secrets::mask_value(line), 1)
        } else {
            (line.to_owned(), marked.unwrap_or_default().width().max(1))
        };
        let indent = in_line.width().min(snippet.width().saturating_sub(1));
        Self {
            file: file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: in_line.chars().count() + 1,
            key: tree::path_at(tree, &place).to_string(),
            message,
            hint,
            snippet: snippet.replace('\t', " "),
            caret: format!("{}{}", " ".repeat(indent), "^".repeat(width)),
        }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let gutter = " ".repeat(self.line.to_string().len());
        write!(f, "{}:{}:{}: ", self.file.display(), self.line, self.column)?;
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        writeln!(f, "{}", self.message)?;
        writeln!(f, "{gutter} |")?;
        writeln!(f, "{} | {}", self.line, self.snippet)?;
        write!(f, "{gutter} | {}", self.caret)?;
        if let Some(hint) = &self.hint {
            write!(f, "\n{gutter} = hint: {hint}")?;
        }
        Ok(())
    }
}

impl fmt::Display for InvalidConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.problems.iter().enumerate() {
            let gap = if at == 0 { "" } else { "\n\n" };
            write!(f, "{gap}{problem}")?;
        }
        Ok(())
    }
}
