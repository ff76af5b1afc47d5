//! The filter line: the typed text and the number of rows that pass it. A list that is empty because of a filter must
//! never look as if all were well.

use crate::app::model::Model;
use crate::app::rows::FilteredCount;
use crate::text::Line;
use crate::text::{Meaning, TextContext};

/// The filter with the number of rows that pass it; `None` if there is no filter.
pub fn line(model: &Model, ctx: &TextContext) -> Option<Line> {
    if model.filter.editing {
        return Some(input_line(model).join(counts(model, ctx)));
    }
    model.filter.is_active().then(|| {
        let text = format!("filter: {}", model.filter.text().trim());
        Line::styled(Meaning::Input, text).join(counts(model, ctx))
    })
}

/// The text of the filter with its cursor. The cursor is drawn as a cell, since the terminal's own cursor is hidden.
pub fn input_line(model: &Model) -> Line {
    let input = &model.filter.input;
    let before: String = input.text().chars().take(input.cursor()).collect();
    let mut after = input.text().chars().skip(input.cursor());
    let under = after.next().unwrap_or(' ').to_string();
    Line::styled(Meaning::Key, "/")
        .with(Meaning::Input, before)
        .with(Meaning::Cursor, under)
        .with(Meaning::Input, after.collect::<String>())
}

fn counts(model: &Model, ctx: &TextContext) -> Line {
    let dot = ctx.symbols.separator;
    let count = |count: FilteredCount, what: &str| {
        let meaning = if count.shown < count.total {
            Meaning::Warning
        } else {
            Meaning::Dim
        };
        let text = format!("{} of {} {what}", count.shown, count.total);
        Line::styled(Meaning::Plain, dot).with(meaning, text)
    };
    count(model.case_count(), "cases").join(count(model.hub_count(), "hubs"))
}
