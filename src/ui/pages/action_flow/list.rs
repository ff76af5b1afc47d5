//! The menu of actions, and the lists of choices.

use strum::IntoEnumIterator;

use crate::app::action::Context;
use crate::app::action_flow::ChoiceCursor;
use crate::app::key::Key;
use crate::app::model::Model;
use crate::domain::case::Case;
use crate::domain::operation::{Choice, IncidentAction, Prompt};
use crate::plan::{ActionSubject, Form};
use crate::text::Line;
use crate::text::{Meaning, TextContext};
use crate::ui::pages::page::Page;
use crate::wording::{case, operation};

/// The column in which the names begin, after the keys.
const NAME_COLUMN: usize = 5;

/// A prompt, its choices, and the cases that the prompt is about.
pub struct Picker<'a> {
    pub subject: &'a ActionSubject,
    /// The answers to earlier prompts.
    pub form: &'a Form,
    pub question: Prompt,
    /// The user's position in the list of choices.
    pub pick: &'a ChoiceCursor,
}

/// Adds the menu of actions.
pub fn add_menu(
    page: &mut Page,
    at: usize,
    subject: &ActionSubject,
    model: &Model,
    ctx: &TextContext,
) {
    let known = model.operation_context(ctx.now);
    for (index, action) in IncidentAction::iter().enumerate() {
        let key = model.keymap.key_for(Context::Menu, action.key_action());
        let row = row(page, index == at, key);
        let name = action.label();
        let line = match action.unavailable_reason(subject, &known) {
            None => row.with(row_meaning(index == at), name),
            Some(why) => row.with(Meaning::Dim, format!("{name} ")).with(
                Meaning::Dim,
                format!("({})", operation::unavailable_reason(why)),
            ),
        };
        page.line(line.hanging(NAME_COLUMN));
    }
}

/// Adds the choices of a prompt.
pub fn add_choices(page: &mut Page, picker: &Picker<'_>, model: &Model, ctx: &TextContext) {
    page.line(Line::styled(
        Meaning::Title,
        operation::question_text(picker.question),
    ));
    if picker.question.is_filterable() {
        page.line(super::text_input::input_line(&picker.pick.filter));
    }
    let (form, subject) = (picker.form, picker.subject);
    let choices = model.choices(picker.question, form, subject, picker.pick, ctx.now);
    let known = model.operation_context(ctx.now);
    let proposed = known.proposed_choice(picker.question, form, subject);
    if choices.is_empty() {
        page.text(Meaning::Warning, "nothing to choose from");
    }
    for (index, choice) in choices.iter().enumerate() {
        let key = choice
            .shortcut(index)
            .filter(|_| !picker.question.is_filterable());
        let on = index == picker.pick.index;
        let line = row(page, on, key.map(Key::char))
            .with(row_meaning(on), choice_text(choice, picker, model));
        let line = match Some(choice) == proposed.as_ref() {
            true => line.with(Meaning::Dim, operation::why_proposed(choice)),
            false => line,
        };
        page.line(line.hanging(NAME_COLUMN));
    }
}

fn row(page: &mut Page, on: bool, key: Option<Key>) -> Line {
    if on {
        page.focus = Some(page.lines.len());
    }
    let key = key.map(|key| key.to_string()).unwrap_or_default();
    Line::styled(row_meaning(on), if on { "> " } else { "  " })
        .with(Meaning::Key, key)
        .with(Meaning::Plain, " ")
        .pad_to(NAME_COLUMN)
}

fn row_meaning(on: bool) -> Meaning {
    if on { Meaning::Title } else { Meaning::Plain }
}

fn choice_text(choice: &Choice, asked: &Picker<'_>, model: &Model) -> String {
    let Choice::Incident(id) = choice else {
        return operation::choice_label(choice);
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
    name.unwrap_or_else(|| operation::choice_label(choice))
}
