//! The dialogue of an operation on cases: its cases, its prompts, the confirmation and the outcome. The dialogue keeps
//! the cases as they were when it was opened, even if the list changes.

use std::sync::Arc;

use super::action::Action;
use super::text_line::TextLine;
use crate::app::model::{Model, OverlayKind, Pane};
use crate::app::rows::RowRef;
use crate::domain::case::Case;
use crate::domain::ids::HubKey;
use crate::domain::now::Now;
use crate::domain::operation::{Choice, Outcome, Prompt, Purpose};
use crate::plan::{ActionSubject, Form, OperationContext, Plan};

/// The longest text that can be typed, in characters.
pub const MAX_TEXT_CHARS: usize = 5_000;

/// The position in a list of choices.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChoiceCursor {
    /// The index of the selected choice. Only choices that pass the filter count.
    pub index: usize,
    /// The text that narrows a long list. A short list has a key for each choice instead of a filter.
    pub filter: TextLine,
}

/// The dialogue of an operation on cases.
#[derive(Clone, Debug, PartialEq)]
pub struct ActionFlow {
    /// The cases, as they were shown when the key was pressed.
    pub subject: ActionSubject,
    /// The step that the dialogue is at.
    pub step: Step,
}

/// A step of the dialogue.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// The menu of possible operations, with the cursor's index.
    Menu(usize),
    /// The user picks a choice from a list.
    Choose(Form, Prompt, ChoiceCursor),
    /// The user types a text.
    Write(Form, Purpose, TextLine),
    /// The dialogue waits for enter: the plan is complete.
    Confirm(Plan),
    /// The operations have been sent, in the batch with this number.
    Sending(Plan, u64),
    Finished(Plan, Vec<Outcome>),
}

impl ActionFlow {
    /// Whether the dialogue handles the action at its present step.
    pub fn accepts(&self, action: Action) -> bool {
        match (action, &self.step) {
            (Action::EditText, Step::Confirm(plan)) => plan.form.text.is_some(),
            (Action::EditText, step) => matches!(step, Step::Write(..)),
            (Action::Open, step) => !matches!(step, Step::Sending(..)),
            _ => true,
        }
    }

    /// A dialogue that starts with the menu for these cases.
    pub fn new(subject: ActionSubject) -> Self {
        Self {
            subject,
            step: Step::Menu(0),
        }
    }
}

impl Model {
    /// The cases that an action would apply to; `None` if nothing with cases is selected.
    pub fn action_subject(&self) -> Option<ActionSubject> {
        match self.overlay().map(|overlay| &overlay.kind) {
            Some(OverlayKind::Case(case)) => {
                Some(ActionSubject::from_cases(vec![Arc::clone(case)]))
            }
            Some(OverlayKind::Hub(key)) => Some(self.subject_for_hub(key)),
            Some(
                OverlayKind::Sources
                | OverlayKind::Help
                | OverlayKind::Owed
                | OverlayKind::Rollout
                | OverlayKind::Document(..)
                | OverlayKind::ActionFlow(_)
                | OverlayKind::CopyByHand(_),
            ) => None,
            None if self.focus == Pane::Hubs => {
                let key = self.selected_hub()?.spec.key.clone();
                Some(self.subject_for_hub(&key))
            }
            None => self.subject_from_rows(),
        }
    }

    fn subject_from_rows(&self) -> Option<ActionSubject> {
        let marked = self.marked_cases();
        if !marked.is_empty() {
            return Some(ActionSubject::from_cases(marked));
        }
        let rows = self.visible_rows();
        let row = rows.get(self.selected_index_in(&rows)?)?;
        let cases: Vec<_> = match row {
            RowRef::Case(case) | RowRef::Member { case, .. } => vec![Arc::clone(case)],
            RowRef::Storm { cases, .. } => cases.iter().map(|case| Arc::clone(case)).collect(),
            RowRef::Removed(_) => return None,
        };
        Some(ActionSubject::from_cases(cases))
    }

    // A hub may have several cases. If one of them says that the hub is down, the action applies only to this case.
    fn subject_for_hub(&self, key: &HubKey) -> ActionSubject {
        let all = self.picture.iter().flat_map(|picture| &picture.cases);
        let about = |case: &&Arc<Case>| {
            let mut keys = case.places.iter().filter_map(|place| place.hub_key());
            keys.any(|place| place == *key)
        };
        let mut cases: Vec<_> = all.filter(about).cloned().collect();
        if let Some(down) = cases.iter().position(|case| case.hub_down.is_some()) {
            cases = cases.drain(down..=down).collect();
        }
        ActionSubject {
            hub: cases.is_empty().then(|| key.clone()),
            ..ActionSubject::from_cases(cases)
        }
    }

    /// The marked cases that are still in the picture, in the picture's order.
    pub fn marked_cases(&self) -> Vec<Arc<Case>> {
        let all = self.picture.iter().flat_map(|picture| &picture.cases);
        all.filter(|case| self.is_marked(case)).cloned().collect()
    }

    /// Whether a case is marked, under its present id or an earlier one.
    pub fn is_marked(&self, case: &Case) -> bool {
        let marked = &self.cases.marked;
        marked.contains(&case.id) || case.aliases.iter().any(|id| marked.contains(id))
    }

    /// The context in which operations are planned.
    pub fn operation_context(&self, now: Now) -> OperationContext<'_> {
        OperationContext {
            picture: self.picture.as_deref(),
            policy: &self.policy,
            drafts: &self.drafts,
            now,
        }
    }

    /// The choices for a prompt, narrowed by the typed text.
    pub fn choices(
        &self,
        question: Prompt,
        form: &Form,
        subject: &ActionSubject,
        cursor: &ChoiceCursor,
        now: Now,
    ) -> Vec<Choice> {
        let ctx = self.operation_context(now);
        let mut choices = ctx.choices(question, form, subject);
        let typed = cursor.filter.text().to_lowercase();
        choices.retain(|choice| {
            let words = choice.filter_text();
            typed.split_whitespace().all(|word| words.contains(word))
        });
        choices
    }
}
