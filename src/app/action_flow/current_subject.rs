//! Which cases a key is pressed on, and what can be done to them.

use std::sync::Arc;

use super::ChoiceCursor;
use crate::app::model::{Model, OverlayKind, Pane};
use crate::app::rows::RowRef;
use crate::domain::case::Case;
use crate::domain::ids::HubKey;
use crate::domain::now::Now;
use crate::domain::operation::{Choice, Prompt};
use crate::plan::{ActionSubject, Form, OperationContext};

impl Model {
    /// What a key that acts is pressed on; none where there is nothing.
    pub fn action_subject(&self) -> Option<ActionSubject> {
        match self.overlay().map(|overlay| &overlay.kind) {
            Some(OverlayKind::Case(case)) => {
                Some(ActionSubject::from_cases(vec![Arc::clone(case)]))
            }
            Some(OverlayKind::Hub(key)) => Some(self.subject_for_hub(key)),
            Some(OverlayKind::Sources | OverlayKind::Help | OverlayKind::ActionFlow(_)) => None,
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
        let row = rows.get(self.selected_index()?)?;
        let cases: Vec<_> = match row {
            RowRef::Case(case) | RowRef::Member { case, .. } => vec![Arc::clone(case)],
            RowRef::Fold { cases, .. } => cases.iter().map(|case| Arc::clone(case)).collect(),
            RowRef::Removed(_) => return None,
        };
        Some(ActionSubject::from_cases(cases))
    }

    // A hub's cases are told apart in the Cases pane; here it is the one that the hub itself made.
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

    /// What a command is planned with.
    pub fn operation_context(&self, now: Now) -> OperationContext<'_> {
        OperationContext {
            picture: self.picture.as_deref(),
            policy: &self.policy,
            drafts: &self.drafts,
            now,
        }
    }

    /// What can be picked for a question, after what was typed to narrow it.
    pub fn choices(
        &self,
        question: Prompt,
        (form, subject): (&Form, &ActionSubject),
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
