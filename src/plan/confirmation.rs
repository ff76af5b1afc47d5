//! What is shown before something is sent, line by line, the same on the screen and in a shell.

use super::recipients::recipient_level;
use super::warnings::{JustRead, warnings};
use super::{ActionSubject, OperationContext, time_box};
use crate::domain::operation::{Choice, Operation};
use crate::text::{Line, Meaning, TextContext};
use crate::wording::operation::{describe, describe_warning, goes_to_level, time_box_ends};

/// What is to be confirmed.
#[derive(Clone, Debug)]
pub struct Confirmation<'a> {
    /// What is to be sent.
    pub operations: &'a [Operation],
    /// The cases that it is about.
    pub subject: &'a ActionSubject,
    /// What PagerDuty was asked for the confirmation alone.
    pub read: JustRead<'a>,
    /// Why it is asked again, in sentences.
    pub changed: Vec<String>,
    /// The incidents, each in a line; `None` where what it is about is named above already.
    pub targets: Option<Vec<String>>,
}

impl Confirmation<'_> {
    /// All of it but the question.
    pub fn lines(&self, known: &OperationContext<'_>, ctx: &TextContext) -> Vec<Line> {
        let flagged = |meaning, text: &str| {
            Line::styled(meaning, format!("{} {text}", ctx.symbols.mismatch)).hanging(2)
        };
        let changed = self.changed.iter();
        let changed = changed.map(|text| flagged(Meaning::Mismatch, text));
        let operations = self.operations.iter().flat_map(|operation| {
            operation_lines(operation, Meaning::Title, self.targets.as_deref(), ctx)
        });
        let now = known.now.wall;
        let ends = self.operations.iter();
        let ends = ends.filter_map(|it| time_box::end_with(it, self.subject, now));
        let levels = self
            .operations
            .iter()
            .filter_map(|operation| recipient_level(operation, self.subject, known.rota()?));
        let warnings = warnings(self.operations, self.subject, self.read, known);
        let warnings = warnings.iter();
        changed
            .chain(operations)
            .chain(ends.map(|end| Line::indented(2).with(Meaning::Plain, time_box_ends(end, ctx))))
            .chain(levels.map(|level| level_line(&level)))
            .chain(warnings.map(|one| flagged(Meaning::Warning, &describe_warning(one, ctx))))
            .collect()
    }
}

/// What an operation does, with the text that it sends.
pub fn operation_lines(
    operation: &Operation,
    meaning: Meaning,
    targets: Option<&[String]>,
    ctx: &TextContext,
) -> Vec<Line> {
    let plain = |text: &str| Line::indented(2).with(Meaning::Plain, text);
    let typed = |text: &str| Line::indented(2).with(Meaning::Input, text.trim_end());
    let mut lines = vec![Line::styled(meaning, describe(operation, ctx)).hanging(2)];
    lines.extend(targets.into_iter().flatten().map(|text| plain(text)));
    match operation {
        Operation::Note(note) => lines.extend(note.text.lines().map(typed)),
        Operation::Declare(new) => {
            let priority = new.priority.as_ref().map_or("none", |name| name.as_str());
            lines.extend(new.title.lines().map(typed));
            lines.push(plain(&format!("priority {priority}")));
            let hub = new.hub.as_ref().filter(|_| targets.is_some());
            lines.extend(hub.map(|hub| plain(&format!("hub {hub}"))));
        }
        _ => {}
    }
    lines
}

fn level_line(level: &Choice) -> Line {
    let is_somebody =
        |names: &Option<Vec<String>>| names.as_ref().is_some_and(|names| !names.is_empty());
    let meaning = match level {
        Choice::Level(_, names) if !is_somebody(names) => Meaning::Warning,
        _ => Meaning::Plain,
    };
    Line::indented(2)
        .with(meaning, goes_to_level(level))
        .hanging(4)
}
