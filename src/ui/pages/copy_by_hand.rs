//! The page with a text that may not have reached the clipboard.

use super::page::Page;
use crate::app::model::CopyByHand;
use crate::text::sanitize::clean;
use crate::text::{Line, Meaning};

/// The page, which says why it shows the text. The text is not indented, so that selecting whole lines selects only the
/// text.
pub fn page(copy: &CopyByHand) -> Page {
    let mut page = Page::new(Line::styled(Meaning::TitleFocused, "Copy by hand"));
    for why in &copy.why {
        page.text(Meaning::Plain, why.clone());
    }
    page.line(Line::new());
    for line in copy.text.lines() {
        page.text(Meaning::Key, clean(line).into_owned());
    }
    page
}
