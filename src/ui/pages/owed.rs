//! `owed`: what is still to be done after outages, a line each.

use super::page::Page;
use super::table::{self, Column};
use crate::picture::outside_check::short_title;
use crate::review::owed::{Missing, OwedOutage, OwedReading};
use crate::text::sanitize::clean;
use crate::text::{Line, Meaning, TextContext};
use crate::wording::case::places_of;

const COLUMNS: [Column; 5] = [
    Column::new("ended", 17),
    Column::new("age", 5),
    Column::new("owner", 14),
    Column::new("incident", 9),
    Column::new("where, and what is missing", 0),
];

/// The page.
pub fn page(reading: &OwedReading, ctx: &TextContext, cells: usize) -> Page {
    let owed = &reading.owed;
    let mut page = Page::new(Line::styled(Meaning::TitleFocused, "Owed"));
    let said = match owed.len() {
        0 => "nothing is owed after an outage, as far as notes and posts tell".to_owned(),
        1 => "1 outage owes something".to_owned(),
        many => format!("{many} outages owe something"),
    };
    page.text(Meaning::Title, said);
    for what in &reading.unread {
        let line = Line::styled(Meaning::Unknown, ctx.symbols.unknown).gap(1);
        let text = format!("not complete: {}", clean(what));
        page.line(line.with(Meaning::Unknown, text).hanging(2));
    }
    for what in &reading.not_watched {
        page.text(Meaning::Dim, what.clone());
    }
    if owed.is_empty() {
        return page;
    }
    page.line(Line::new());
    page.line(table::header(&COLUMNS, cells));
    for one in owed {
        add(&mut page, one, ctx, cells);
    }
    page
}

fn add(page: &mut Page, one: &OwedOutage, ctx: &TextContext, cells: usize) {
    let first = one.incidents.first();
    let ended = one.ended.with_timezone(&ctx.zone);
    let owner = one.owner.as_deref().map_or("not known".into(), clean);
    let number = first.map_or(String::new(), |it| format!("#{}", it.number));
    let place = places_of(&one.places.iter().collect::<Vec<_>>());
    let title = first.map_or(String::new(), |it| {
        clean(&short_title(&it.title)).into_owned()
    });
    let more = match one.incidents.len() {
        0 | 1 => String::new(),
        all => format!(" (and {} more)", all - 1),
    };
    let values = [
        ended.format("%Y-%m-%d %H:%M").to_string(),
        format!("{}d", one.working_days),
        owner.into_owned(),
        number,
        [place, format!("{title}{more}")]
            .join(" ")
            .trim()
            .to_owned(),
    ];
    let values = values.map(|value| Line::styled(Meaning::Plain, value));
    page.line(table::row(&COLUMNS, cells, values).hanging(45));
    for missing in &one.missing {
        let line = Line::indented(45).with(Meaning::Warning, describe(missing));
        page.line(line.hanging(47));
    }
}

/// What is missing, in words.
pub fn describe(missing: &Missing) -> String {
    match missing {
        Missing::FollowUp => "no note names a follow-up, or says why there is none".to_owned(),
        Missing::SupportTicket => "no note says that the support ticket is closed".to_owned(),
        Missing::OpenPost(title) => format!("its post '{}' is still open", clean(title)),
        Missing::NotKnown => "not known: its log cannot be read".to_owned(),
    }
}
