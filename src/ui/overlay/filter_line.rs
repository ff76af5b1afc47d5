//! The filter line: what is typed, and what it hides. An empty list must never look like all is well
//! because a filter made it empty.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::frame::{Styles, for_terminal, put};
use super::text::Line;
use crate::app::model::Model;
use crate::app::rows::Count;
use crate::say::{Meaning, Voice};

/// What the line says; none while nothing is typed and nothing hidden.
pub fn line(model: &Model, voice: &Voice) -> Option<Line> {
    if model.filter.editing {
        return Some(typed(model).and(counts(model, voice)));
    }
    model.filter.is_active().then(|| {
        let text = model.filter.text().trim();
        Line::of(Meaning::Input, format!("filter: {text}"))
            .and(counts(model, voice))
            .with(Meaning::Plain, voice.symbols.dot)
            .with(Meaning::Key, "esc")
            .with(Meaning::Plain, " shows all")
    })
}

/// Draws the line, if there is one to draw. It says whether.
pub fn draw(
    buf: &mut Buffer,
    area: Rect,
    model: &Model,
    voice: &Voice,
    styles: Styles<'_>,
) -> bool {
    let Some(line) = line(model, voice) else {
        return false;
    };
    put(buf, area, &for_terminal(line, voice), voice, styles);
    true
}

// The cursor is a cell that looks selected: the terminal's own stays hidden.
fn typed(model: &Model) -> Line {
    let input = &model.filter.input;
    let before: String = input.value().chars().take(input.cursor()).collect();
    let mut after = input.value().chars().skip(input.cursor());
    let under = after.next().unwrap_or(' ').to_string();
    Line::of(Meaning::Key, "/")
        .with(Meaning::Input, before)
        .with(Meaning::Selected, under)
        .with(Meaning::Input, after.collect::<String>())
}

fn counts(model: &Model, voice: &Voice) -> Line {
    let cases = model.case_count();
    let (hubs, dot) = (model.hub_count(), voice.symbols.dot);
    let meaning = if hides(cases) || hides(hubs) {
        Meaning::Warning
    } else {
        Meaning::Dim
    };
    Line::of(Meaning::Plain, dot)
        .with(meaning, format!("{} of {} cases", cases.shown, cases.of))
        .with(Meaning::Plain, dot)
        .with(meaning, format!("{} of {} hubs", hubs.shown, hubs.of))
}

fn hides(count: Count) -> bool {
    count.shown < count.of
}
