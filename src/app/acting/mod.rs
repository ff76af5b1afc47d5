//! A person acts on cases: what the key was pressed on, what is still to be asked, what is to be
//! confirmed, and what came of it. Whatever the list does meanwhile, the cases here stay those that
//! were shown.

mod deeds;
pub mod form;
pub mod offers;
pub mod plan;
mod pressed;
pub mod reached;
pub mod subject;
pub mod warnings;
mod wish;

use super::action::Action;
use super::typing::TextLine;
use crate::domain::operation::{Outcome, Prompt, Purpose};

pub use form::{Form, Given};
pub use offers::Pick;
pub use plan::Plan;
pub use subject::{Subject, Target};

/// The longest text that is typed, in characters.
pub const LONGEST_TEXT: usize = 5_000;

/// What a person is doing to cases.
#[derive(Clone, Debug, PartialEq)]
pub struct Acting {
    /// The cases, as they were shown when the key was pressed.
    pub subject: Subject,
    /// How far it is.
    pub step: Step,
}

/// How far an action is.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// What can be done is listed: the place of the cursor among the wishes.
    Menu(usize),
    /// One of several is to be picked.
    Choose(Form, Prompt, Pick),
    /// A text is to be typed.
    Write(Form, Purpose, TextLine),
    /// All is known: it waits for enter.
    Confirm(Plan),
    /// It was sent, under this number.
    Sending(Plan, u64),
    /// This came of it.
    Over(Plan, Vec<Outcome>),
}

impl Acting {
    /// Whether an action does something at this step.
    pub fn offers(&self, action: Action) -> bool {
        match (action, &self.step) {
            (Action::EditText, Step::Confirm(plan)) => plan.form.given.text.is_some(),
            (Action::EditText, step) => matches!(step, Step::Write(..)),
            (Action::Open, step) => !matches!(step, Step::Sending(..)),
            _ => true,
        }
    }

    /// The menu for these cases.
    pub fn menu(subject: Subject) -> Self {
        Self {
            subject,
            step: Step::Menu(0),
        }
    }
}
