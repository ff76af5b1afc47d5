//! The actions that a key can start. The key map, the help, the hint bar and the docs all use this table.

use strum::IntoEnumIterator as _;

use crate::domain::operation::IncidentAction;

/// The parts of the screen that can receive keys.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    strum::Display,
    strum::EnumIter,
    strum::EnumString,
)]
#[strum(serialize_all = "snake_case")]
pub enum Context {
    /// The whole screen. Applies to keys that the current context does not bind.
    Global,
    Panes,
    /// An overlay over the panes.
    Overlay,
    /// The menu of actions for the selected cases.
    Menu,
    /// A list of choices. A letter picks a choice or narrows the list.
    Choice,
    /// A text field. It gets the keys that type a character before the key map does.
    Writing,
    /// The confirmation of an operation, and its outcomes.
    Confirm,
    /// The filter line. It gets the keys that type a character before the key map does.
    Filter,
}

/// An action of the key map. The names are those of `assets/keymap.toml`.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    strum::Display,
    strum::EnumIter,
    strum::EnumString,
)]
#[strum(serialize_all = "snake_case")]
pub enum Action {
    /// Opens the selected row.
    Open,
    /// Closes the topmost overlay. On the panes, clears the filter; if there is no filter, clears the marks.
    Back,
    /// Moves up.
    Up,
    /// Moves down.
    Down,
    /// Moves left.
    Left,
    /// Moves right.
    Right,
    /// Moves to the top.
    First,
    /// Moves to the end.
    Last,
    /// Moves up by a page.
    PageUp,
    /// Moves down by a page.
    PageDown,
    /// Moves the focus to the next pane.
    NextPane,
    /// Moves the focus to the previous pane.
    PreviousPane,
    /// Begins to type a filter.
    Filter,
    /// Leaves the filter line and keeps the filter.
    KeepFilter,
    /// Leaves the filter line and clears the filter.
    ClearFilter,
    /// Copies a link. The key is the link's number.
    Copy,
    /// Copies the whole text of a page.
    CopyAll,
    /// Lists the actions for the selected row.
    Menu,
    /// Acknowledges the incident.
    Acknowledge,
    /// Assigns the incident to the user and acknowledges it.
    Take,
    /// Asks for the verdict on a time-box that has ended.
    Decide,
    /// Writes a note.
    Note,
    /// Starts or extends the time-box.
    TimeBox,
    /// Sets the priority.
    Priority,
    /// Reassigns an incident to a person or a policy.
    Reassign,
    /// Escalates to a level.
    Escalate,
    /// Snoozes the incident.
    Snooze,
    /// Marks a step of the outage checklist as done.
    OutageStep,
    /// Opens the prefilled follow-up issue.
    FollowUp,
    /// Declares an incident.
    Declare,
    /// Resolves the incident.
    Resolve,
    /// Marks a case, so that one action can apply to several cases.
    Mark,
    /// Continues the latest draft that was not sent.
    Drafts,
    /// Opens the text in the user's editor.
    EditText,
    /// Shows the sources.
    Sources,
    /// Shows the work that is owed after outages.
    Owed,
    /// Shows which versions run where.
    Rollout,
    /// Shows figures of past incidents.
    Trends,
    /// Writes the handoff for the next person on call.
    Handoff,
    /// Drafts the report of the selected case's incident.
    Report,
    /// Shows the help: keys and the meanings of words.
    Help,
    /// Polls every source now.
    Refresh,
    /// Draws the whole screen again.
    Redraw,
    /// Suspends the program and restores the terminal.
    Suspend,
    /// Ends the program. Works only on the panes.
    Quit,
    /// Ends the program from anywhere.
    ForceQuit,
}

/// The help texts of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActionHelp {
    /// One or two words for the hint bar and the menu.
    pub short: &'static str,
    /// A line for the help and the docs.
    pub long: &'static str,
}

impl Action {
    /// The help texts of the action in `context`. In an overlay, some actions do something else than on the panes.
    pub const fn help_in(self, context: Context) -> ActionHelp {
        let (short, long) = match (context, self) {
            (Context::Overlay, Self::Open) => ("its hub", "go from a case to its hub, or back"),
            (Context::Overlay, Self::Back) => ("back", "close this"),
            (Context::Overlay, Self::Up) => ("up", "scroll up"),
            (Context::Overlay, Self::Down) => ("scroll", "scroll down"),
            (Context::Overlay, Self::Left) => ("previous", "show the previous case or hub"),
            (Context::Overlay, Self::Right) => ("next", "show the next case or hub"),
            (Context::Confirm, Self::Up) => ("up", "scroll up"),
            (Context::Confirm, Self::Down) => ("down", "scroll down"),
            (Context::Menu | Context::Choice, Self::Open) => {
                ("choose", "choose the selected entry")
            }
            (Context::Writing, Self::Open) => ("go on", "go on to the confirmation"),
            (Context::Writing, Self::Back) => ("later", "leave; what was typed is kept"),
            (Context::Confirm, Self::Open) => ("do it", "do what is listed here"),
            (Context::Menu | Context::Choice | Context::Confirm, Self::Back) => {
                ("leave", "leave, and do nothing")
            }
            (Context::Filter, Self::Up) => ("up", "move up in the list"),
            (Context::Filter, Self::Down) => ("down", "move down in the list"),
            _ => return self.help(),
        };
        ActionHelp { short, long }
    }

    /// The help texts of the action on the panes.
    pub const fn help(self) -> ActionHelp {
        let (short, long) = match self {
            Self::Open => ("open", "open the selected row; a storm opens and closes"),
            Self::Back => ("back", "clear the filter, else the marks"),
            Self::Up => ("up", "move up"),
            Self::Down => ("down", "move down"),
            Self::Left => ("left", "close the storm, or go to the previous hub or case"),
            Self::Right => ("right", "open the storm, or go to the next hub or case"),
            Self::First => ("top", "go to the top"),
            Self::Last => ("end", "go to the end"),
            Self::PageUp => ("page up", "scroll up one page"),
            Self::PageDown => ("page down", "scroll down one page"),
            Self::NextPane => ("pane", "go to the next pane"),
            Self::PreviousPane => ("pane back", "go to the previous pane"),
            Self::Filter => (
                "filter",
                "filter by words: title, place, owner, priority, number, provider",
            ),
            Self::KeepFilter => ("keep", "apply the filter and leave the line"),
            Self::ClearFilter => ("clear", "clear the filter"),
            Self::Copy => ("copy link", "copy the link or command of that number"),
            Self::CopyAll => ("copy", "copy the whole handoff"),
            Self::Menu => ("act", "list all actions for the selected row"),
            Self::Acknowledge => ("acknowledge", "acknowledge the incident"),
            Self::Take => ("take", "assign the incident to me and acknowledge it"),
            Self::Decide => ("decide", "note on the incident how the time-box ended"),
            Self::Note => ("note", "write a note on the incident"),
            Self::TimeBox => ("time-box", "start a time-box, or extend it with a reason"),
            Self::Priority => ("priority", "set the incident's priority"),
            Self::Reassign => ("reassign", "reassign to a person or an escalation policy"),
            Self::Escalate => ("escalate", "escalate to a level of the policy"),
            Self::Snooze => ("snooze", "snooze; afterwards it triggers again"),
            Self::OutageStep => (
                "outage step",
                "note that a step of the outage checklist is done",
            ),
            Self::FollowUp => (
                "follow-up",
                "open a prefilled follow-up issue in the browser",
            ),
            Self::Declare => ("declare", "open an incident where nobody was paged"),
            Self::Resolve => ("resolve", "resolve the incident"),
            Self::Mark => (
                "mark",
                "mark a case, or a whole storm, to act on several at once",
            ),
            Self::Drafts => ("drafts", "continue a text that was not sent"),
            Self::EditText => ("editor", "change the text in $EDITOR"),
            Self::Sources => ("sources", "show the state, age and errors of every source"),
            Self::Owed => ("owed", "show the follow-ups owed after outages"),
            Self::Rollout => (
                "rollout",
                "show which versions run where, and which batch does worse",
            ),
            Self::Trends => ("trends", "show outages and incidents by month and alert"),
            Self::Handoff => ("handoff", "write the handoff for the next person on call"),
            Self::Report => ("report", "draft the report of the incident"),
            Self::Help => ("help", "show the keys, symbols and words"),
            Self::Refresh => ("refresh", "poll every source now"),
            Self::Redraw => ("redraw", "redraw the whole screen"),
            Self::Suspend => ("suspend", "suspend to the shell, `fg` returns"),
            Self::Quit => ("quit", "quit hubwatch"),
            Self::ForceQuit => ("quit", "quit hubwatch from anywhere"),
        };
        ActionHelp { short, long }
    }
}

impl IncidentAction {
    /// The incident action of a key-map action; `None` if the key-map action is not about incidents.
    pub fn from_key_action(action: Action) -> Option<Self> {
        Self::iter().find(|wanted| wanted.key_action() == action)
    }

    /// The key-map action that starts this incident action.
    pub fn key_action(self) -> Action {
        match self {
            Self::Acknowledge => Action::Acknowledge,
            Self::Take => Action::Take,
            Self::Verdict => Action::Decide,
            Self::Note => Action::Note,
            Self::TimeBox => Action::TimeBox,
            Self::Priority => Action::Priority,
            Self::Reassign => Action::Reassign,
            Self::Escalate => Action::Escalate,
            Self::Snooze => Action::Snooze,
            Self::OutageStep => Action::OutageStep,
            Self::FollowUp => Action::FollowUp,
            Self::Declare => Action::Declare,
            Self::Resolve => Action::Resolve,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use strum::IntoEnumIterator;

    use super::*;

    #[test]
    fn every_action_reads_back_its_name_and_has_words() {
        for action in Action::iter() {
            assert_eq!(Action::from_str(&action.to_string()).unwrap(), action);
            let words = action.help();
            assert!(!words.short.is_empty() && words.short.len() < words.long.len());
        }
    }
}
