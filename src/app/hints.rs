//! The hint bar: a few keys that are useful now. The most important key comes first, and a narrow screen leaves out the
//! last ones.

use super::action::{Action, Context};
use super::action_flow::Step;
use super::key::Key;
use super::model::{Model, Overlay, OverlayKind, Pane};
use super::rows::RowRef;
use crate::domain::clock::ClockKind;

/// A key and what it does in the present context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The key to press.
    pub key: Key,
    /// One or two words.
    pub label: &'static str,
}

impl Model {
    /// The part of the screen that receives keys.
    pub fn context(&self) -> Context {
        if self.filter.editing {
            Context::Filter
        } else {
            self.overlay()
                .map_or(Context::Panes, |overlay| overlay.kind.context())
        }
    }

    /// The hints for the present context.
    pub fn hints(&self) -> Vec<Hint> {
        let context = self.context();
        let actions: &[Action] = match context {
            Context::Filter => &[Action::KeepFilter, Action::ClearFilter],
            Context::Menu | Context::Choice => &[Action::Open, Action::Back],
            Context::Writing | Context::Confirm => &[Action::Open, Action::EditText, Action::Back],
            Context::Overlay => overlay_actions(self.overlay().map(|overlay| &overlay.kind)),
            Context::Panes | Context::Global => &[
                Action::Decide,
                Action::Open,
                Action::Menu,
                Action::FollowUp,
                Action::Back,
                Action::Filter,
                Action::NextPane,
                Action::Sources,
                Action::Owed,
                Action::Refresh,
                Action::Help,
                Action::Quit,
            ],
        };
        let offered = actions.iter().filter(|action| self.is_available(**action));
        offered
            .filter_map(|action| {
                Some(Hint {
                    key: self.keymap.key_for(context, *action)?,
                    label: self.label_for(*action),
                })
            })
            .collect()
    }

    // Whether pressing the action's key would do something now.
    fn is_available(&self, action: Action) -> bool {
        if let Some(OverlayKind::ActionFlow(acting)) = self.overlay().map(|overlay| &overlay.kind) {
            return acting.accepts(action);
        }
        if !self.overlays.is_empty() {
            return match action {
                Action::Open => self.jump_target().is_some(),
                Action::Copy => !self.links().is_empty(),
                Action::CopyAll => self.text_on_top().is_some(),
                Action::FollowUp => self.can_follow_up(),
                Action::Menu => self.can_act(),
                Action::Decide => self.needs_verdict() && !self.uses_local_time_box(),
                _ => true,
            };
        }
        match (action, self.focus) {
            (Action::Back, _) => self.filter.is_active() || !self.cases.marked.is_empty(),
            (Action::Menu, Pane::Cases | Pane::Hubs) => self.can_act(),
            (Action::Menu, _) => false,
            (Action::Decide, _) => self.needs_verdict() && !self.uses_local_time_box(),
            (Action::Open, pane) => self.can_open(pane),
            (Action::FollowUp, _) => self.is_on_owed() && self.can_follow_up(),
            (Action::Owed, _) => self.owed.is_some(),
            _ => true,
        }
    }

    /// Whether the time-box of the selected case has ended. The user must then give a verdict.
    pub fn needs_verdict(&self) -> bool {
        let now = self.picture.as_ref().map(|picture| picture.at.wall);
        let subject = self
            .action_subject()
            .filter(|subject| subject.cases.len() == 1 && !self.session.read_only);
        let (Some(now), Some(subject)) = (now, subject) else {
            return false;
        };
        let mut clocks = subject.cases.iter().flat_map(|case| &case.clocks);
        clocks.any(|clock| clock.kind == ClockKind::TimeBox && clock.has_expired(now))
    }

    /// Whether actions apply to a case with a local time-box.
    pub fn uses_local_time_box(&self) -> bool {
        self.action_subject()
            .is_some_and(|subject| subject.uses_local_time_box())
    }

    fn can_act(&self) -> bool {
        !self.session.read_only && self.action_subject().is_some()
    }

    fn can_follow_up(&self) -> bool {
        let owed = self.owed.as_ref();
        owed.is_some_and(|owed| owed.tracker.is_some() && owed.selected_outage().is_some())
    }

    fn can_open(&self, pane: Pane) -> bool {
        match pane {
            Pane::Cases => self.selected_index().is_some(),
            Pane::Hubs => self.selected_hub().is_some(),
            Pane::Owed => true,
            Pane::Owners | Pane::Status => false,
        }
    }

    fn label_for(&self, action: Action) -> &'static str {
        let over_panes = !self.overlays.is_empty();
        let context = self.context();
        match action {
            Action::Open if !over_panes && self.focus == Pane::Cases => self.open_label(),
            Action::Open if self.must_scroll_first() => "read on",
            Action::Open if context == Context::Confirm => match self.overlay() {
                Some(Overlay {
                    kind: OverlayKind::ActionFlow(acting),
                    ..
                }) if matches!(acting.step, Step::Finished(..)) => "go on",
                _ => action.help_in(context).short,
            },
            Action::Open if context == Context::Overlay => {
                match self.overlay().map(|overlay| &overlay.kind) {
                    Some(OverlayKind::Case(_)) => "its hub",
                    _ => "its case",
                }
            }
            Action::Back if !over_panes && self.filter.is_active() => "show all",
            Action::Back if !over_panes => "unmark",
            other => other.help_in(self.context()).short,
        }
    }

    // Whether the user must scroll through the confirmation before confirming. If a dialogue has not been drawn yet,
    // the answer is no, since the dialogue may fit without scrolling.
    fn must_scroll_first(&self) -> bool {
        let overlay = self.overlay().map(|overlay| &overlay.kind);
        let asks = matches!(overlay, Some(OverlayKind::ActionFlow(acting)) if matches!(acting.step, Step::Confirm(_)));
        asks && self.viewport.max_overlay_scroll.is_some() && !self.is_scrolled_to_end()
    }

    fn open_label(&self) -> &'static str {
        let rows = self.visible_rows();
        let index = self.selected_index_in(&rows);
        let selected = index.and_then(|index| rows.get(index));
        match selected {
            Some(RowRef::Storm { open: true, .. }) => "fold",
            Some(RowRef::Storm { open: false, .. }) => "unfold",
            _ => Action::Open.help().short,
        }
    }
}

fn overlay_actions(kind: Option<&OverlayKind>) -> &'static [Action] {
    match kind {
        Some(OverlayKind::Case(_) | OverlayKind::Hub(_)) => &[
            Action::Back,
            Action::Decide,
            Action::Menu,
            Action::Open,
            Action::Right,
            Action::Copy,
            Action::Refresh,
            Action::Help,
        ],
        Some(OverlayKind::Owed) => &[
            Action::Back,
            Action::FollowUp,
            Action::Down,
            Action::Refresh,
        ],
        Some(OverlayKind::Document(..)) => {
            &[Action::Back, Action::CopyAll, Action::Down, Action::Refresh]
        }
        _ => &[Action::Back, Action::Down, Action::Refresh],
    }
}

#[cfg(test)]
mod tests {
    use crate::app::fixture::{case, model, model_showing, press, with_cases, with_storm};
    use crate::app::model::Model;

    fn hint_line(model: &Model) -> String {
        let hints = model.hints();
        let said: Vec<String> = hints
            .iter()
            .map(|hint| format!("{} {}", hint.key, hint.label))
            .collect();
        said.join(", ")
    }

    fn storm() -> Model {
        model_showing(with_storm(
            with_cases([case("Q1", "a", "leap", "prod")]),
            "storm",
            0,
        ))
    }

    #[test]
    fn only_what_does_something_here_is_hinted() {
        assert_eq!(
            hint_line(&model()),
            "/ filter, tab pane, s sources, r refresh, ? help, q quit"
        );
        let mut model = storm();
        assert!(hint_line(&model).starts_with("enter unfold, space act, / filter"));
        press(&mut model, "enter");
        assert!(hint_line(&model).starts_with("enter fold, "));
        press(&mut model, "j enter");
        assert_eq!(
            hint_line(&model),
            "esc back, space act, right next, r refresh, ? help"
        );
    }

    #[test]
    fn a_filter_says_how_to_leave_it() {
        let mut model = storm();
        press(&mut model, "/ x");
        assert_eq!(hint_line(&model), "enter keep, esc clear");
        press(&mut model, "enter");
        assert!(hint_line(&model).starts_with("esc show all, / filter"));
    }
}
