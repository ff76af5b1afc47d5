//! The menu, and lists to pick from.

use strum::IntoEnumIterator;

use crate::app::action_flow::{ActionSubject, ChoiceCursor, Form};
use crate::app::key::Key;
use crate::app::keymap::Context;
use crate::app::model::Model;
use crate::domain::case::Case;
use crate::domain::operation::{Choice, IncidentAction, Prompt};
use crate::say::{Meaning, TextContext, case, operation};
use crate::ui::overlay::page::Page;
use crate::ui::overlay::text::Line;

/// The column behind the keys.
const NAMES: usize = 5;

/// What is asked, of what.
pub struct Asked<'a> {
    /// The cases.
    pub subject: &'a ActionSubject,
    /// What was answered before.
    pub form: &'a Form,
    /// The question.
    pub question: Prompt,
    /// Where the person is in the list.
    pub pick: &'a ChoiceCursor,
}

/// Adds all that can be done.
pub fn menu(page: &mut Page, at: usize, subject: &ActionSubject, model: &Model) {
    for (index, wish) in IncidentAction::iter().enumerate() {
        let key = model.keymap.key_for(Context::Menu, wish.key_action());
        let row = row(page, index == at, key);
        let name = operation::action_label(wish);
        let line = match wish.unavailable_reason(subject, model) {
            None => row.with(plain(index == at), name),
            Some(why) => row.with(Meaning::Dim, format!("{name} ")).with(
                Meaning::Dim,
                format!("({})", operation::unavailable_reason(why)),
            ),
        };
        page.line(line.hanging(NAMES));
    }
}

/// Adds what can be picked.
pub fn choice(page: &mut Page, asked: &Asked<'_>, model: &Model, ctx: &TextContext) {
    page.line(Line::of(
        Meaning::Title,
        operation::question_text(asked.question),
    ));
    if asked.question.is_filterable() {
        page.line(super::write::typed(&asked.pick.filter));
    }
    let form = (asked.form, asked.subject);
    let offers = model.choices(asked.question, form, asked.pick, ctx.now);
    if offers.is_empty() {
        page.say(Meaning::Warning, "nothing to choose from");
    }
    for (index, offer) in offers.iter().enumerate() {
        let key = offer
            .shortcut(index)
            .filter(|_| !asked.question.is_filterable());
        let on = index == asked.pick.index;
        let line = row(page, on, key.map(Key::char)).with(plain(on), words(offer, asked, model));
        page.line(line.hanging(NAMES));
    }
}

fn row(page: &mut Page, on: bool, key: Option<Key>) -> Line {
    if on {
        page.focus = Some(page.lines.len());
    }
    let key = key.map(|key| key.to_string()).unwrap_or_default();
    Line::of(plain(on), if on { "> " } else { "  " })
        .with(Meaning::Key, key)
        .with(Meaning::Plain, " ")
        .column(NAMES)
}

fn plain(on: bool) -> Meaning {
    if on { Meaning::Title } else { Meaning::Plain }
}

fn words(offer: &Choice, asked: &Asked<'_>, model: &Model) -> String {
    let Choice::Incident(id) = offer else {
        return operation::choice_label(offer);
    };
    let own = asked.subject.cases.iter().find(|case| case.id == *id);
    let known = model.picture.as_ref().and_then(|picture| picture.case(id));
    let name = |case: &Case| {
        let incident = case.incident.as_ref()?;
        Some(format!(
            "#{} {} {}",
            incident.number,
            case::title(case),
            case::places(case)
        ))
    };
    let name = own.or(known).and_then(|case| name(case));
    name.unwrap_or_else(|| operation::choice_label(offer))
}
