//! Links and commands, each with the key that copies it.

use crate::app::model::Model;
use crate::text::Line;
use crate::text::Meaning;
use crate::ui::pages::page::{NOT_KNOWN, Page};

/// Only the first links have a key.
const MAX_KEYS: usize = 9;

/// The column in which a link begins.
const TEXT_COLUMN: usize = 16;

/// Adds the links of the topmost overlay.
pub fn add(page: &mut Page, model: &Model) {
    let links = model.links();
    if links.is_empty() {
        return;
    }
    page.heading("Links: press a number to copy, nothing is run");
    for (index, link) in links.into_iter().enumerate() {
        let key = if index < MAX_KEYS {
            (index + 1).to_string()
        } else {
            " ".to_owned()
        };
        let line = Line::styled(Meaning::Key, key)
            .with(Meaning::Plain, " ")
            .with(Meaning::Dim, link.name)
            .with(Meaning::Plain, " ")
            .pad_to(TEXT_COLUMN);
        page.line(
            match link.text {
                Ok(text) => line.with(Meaning::Plain, text.replace('\n', " ")),
                Err(word) => line.with(Meaning::Dim, format!("its {word} is {NOT_KNOWN}")),
            }
            .hanging(TEXT_COLUMN),
        );
    }
}
