//! The dialogue of an operation on cases: its subject, the prompts, the confirmation, and the outcome. Its cases stay
//! as they were shown, however the list changes.

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

/// The longest text that is typed, in characters.
pub const MAX_TEXT_CHARS: usize = 5_000;

/// Where the person is in a list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChoiceCursor {
    /// The cursor, among what passes the filter.
    pub index: usize,
    /// The text that narrows a long list; in a short list each choice has a key.
    pub filter: TextLine,
}

/// The dialogue of an operation on cases.
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
    /// The menu of possible operations; the cursor's place among them.
    Menu(usize),
    /// One of several is to be picked.
    Choose(Form, Prompt, ChoiceCursor),
    /// A text is to be typed.
    Write(Form, Purpose, TextLine),
    /// The plan is complete and waits for enter.
    Confirm(Plan),
    /// It was sent, under this number.
    Sending(Plan, u64),
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

impl Model {
    /// The cases that an operation's key is for; `None` if the selection has none.
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

    // The Cases pane lists each of a hub's cases; here it is the one that the hub itself made.
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

    /// The cases that are marked and still there, in the order of the cases.
    pub fn marked_cases(&self) -> Vec<Arc<Case>> {
        let all = self.picture.iter().flat_map(|picture| &picture.cases);
        all.filter(|case| self.is_marked(case)).cloned().collect()
    }

    /// Whether a case is marked, under any name that it has or had.
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
