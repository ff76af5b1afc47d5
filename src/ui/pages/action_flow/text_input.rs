//! A text field in which the user types.

use crate::app::action::{Action, Context};
use crate::app::model::Model;
use crate::app::text_line::TextLine;
use crate::domain::operation::Purpose;
use crate::text::Line;
use crate::text::{Meaning, TextContext};
use crate::ui::pages::page::Page;
use crate::wording::operation;

pub fn add(page: &mut Page, purpose: &Purpose, line: &TextLine, model: &Model, ctx: &TextContext) {
    page.text(Meaning::Title, operation::prompt(purpose));
    for (on, row) in input_rows(line) {
        if on {
            page.focus = Some(page.lines.len());
        }
        page.line(row);
    }
    page.line(Line::new());
    page.line(super::confirm::key_hints(
        model,
        Context::Writing,
        &[Action::Open, Action::EditText, Action::Back],
        ctx,
    ));
}

/// The last line of a text, with its cursor.
pub fn input_line(line: &TextLine) -> Line {
    let mut rows = input_rows(line);
    rows.pop().map(|(_, row)| row).unwrap_or_default()
}

// The rows of a text. The cursor is drawn as a cell, since the terminal's own cursor is hidden.
fn input_rows(line: &TextLine) -> Vec<(bool, Line)> {
    let mut start = 0;
    let rows = line.text().split('\n').map(|text| {
        let count = text.chars().count();
        let at = line.cursor().checked_sub(start).filter(|at| *at <= count);
        start += count + 1;
        let row = match at {
            None => Line::styled(Meaning::Input, text),
            Some(at) => {
                let before: String = text.chars().take(at).collect();
                let mut after = text.chars().skip(at);
                let under = after.next().unwrap_or(' ').to_string();
                Line::styled(Meaning::Input, before)
                    .with(Meaning::Cursor, under)
                    .with(Meaning::Input, after.collect::<String>())
            }
        };
        (at.is_some(), row)
    });
    rows.collect()
}
