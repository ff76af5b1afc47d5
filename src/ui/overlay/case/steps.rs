//! What the team does about alerts like these: its own steps, from the configuration.

use crate::app::model::Model;
use crate::domain::case::Case;
use crate::text::{Line, Meaning};
use crate::ui::overlay::page::Page;

/// Adds them, where there are any.
pub fn add(page: &mut Page, case: &Case, model: &Model) {
    let mut books = model
        .runbooks(case)
        .filter(|book| !book.steps.is_empty())
        .peekable();
    if books.peek().is_none() {
        return;
    }
    page.heading("Steps");
    for (number, step) in books.flat_map(|book| &book.steps).enumerate() {
        let number = format!("{}. ", number + 1);
        let line = Line::indented(0).with(Meaning::Key, number);
        page.line(line.with(Meaning::Plain, step.as_str()).hanging(3));
    }
}
