//! A person acts on cases: what the key was pressed on, what is still to be asked, what is to be
//! confirmed, and what came of it. Whatever the list does meanwhile, the cases here stay those that
//! were shown.

mod current_subject;
mod incident_action;

use super::action::Action;
use super::text_line::TextLine;
use crate::domain::operation::{Outcome, Prompt, Purpose};
use crate::plan::{ActionSubject, Form, Plan};

/// The longest text that is typed, in characters.
pub const MAX_TEXT_CHARS: usize = 5_000;

/// Where the person is in a list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChoiceCursor {
    /// The cursor, among what passes the filter.
    pub index: usize,
    /// What is typed to narrow a long list; a short one has a key for each.
    pub filter: TextLine,
}

/// What a person is doing to cases.
#[derive(Clone, Debug, PartialEq)]
pub struct ActionFlow {
    /// The cases, as they were shown when the key was pressed.
    pub subject: ActionSubject,
    /// How far it is.
    pub step: Step,
}

/// How far an action is.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// What can be done is listed: the place of the cursor among the wishes.
    Menu(usize),
    /// One of several is to be picked.
    Choose(Form, Prompt, ChoiceCursor),
    /// A text is to be typed.
    Write(Form, Purpose, TextLine),
    /// All is known: it waits for enter.
    Confirm(Plan),
    /// It was sent, under this number.
    Sending(Plan, u64),
    /// This came of it.
    Finished(Plan, Vec<Outcome>),
}

impl ActionFlow {
    /// Whether an action does something at this step.
    pub fn accepts(&self, action: Action) -> bool {
        match (action, &self.step) {
            (Action::EditText, Step::Confirm(plan)) => plan.form.text.is_some(),
            (Action::EditText, step) => matches!(step, Step::Write(..)),
            (Action::Open, step) => !matches!(step, Step::Sending(..)),
            _ => true,
        }
    }

    /// The menu for these cases.
    pub fn new(subject: ActionSubject) -> Self {
        Self {
            subject,
            step: Step::Menu(0),
        }
    }
}
