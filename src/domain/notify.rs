//! The settings of `[notify]`: which events ring, and when.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

/// The kinds of events that can ring, named as in `[notify]`.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    strum::Display,
    strum::EnumIter,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum EventKind {
    /// A production hub or a whole cluster is down.
    HubDown,
    /// An incident is assigned to the user, and is not acknowledged.
    Mine,
    /// A high-urgency incident is unowned.
    Unowned,
    /// The user's time-box has reached zero.
    TimeBox,
    /// Cases may have been missing for three minutes, because a source has no fresh data or something is not watched.
    Blind,
}

/// When events of a kind ring.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RingWhen {
    /// Rings whether or not the user is on call.
    Always,
    /// Rings while the user is on call, or if it is unknown whether the user is on call.
    #[default]
    OnCall,
    Never,
}

/// The rule for the events of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventRule {
    pub when: RingWhen,
    /// A filter, written as on the screen. If the filter is empty, every event of the kind rings.
    pub filter: String,
}

/// The escape sequence that asks a terminal to show a notification.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NotificationStyle {
    /// hubwatch chooses the sequence, by what it knows about the terminal.
    #[default]
    Auto,
    Osc9,
    Osc777,
    Off,
}

/// The program that is started for each event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookSettings {
    /// The program and its arguments; never empty.
    pub command: Vec<String>,
    /// The longest time that the program may run. A program that runs longer is killed.
    pub timeout: Duration,
}

/// The longest time that a hook may run, if the configuration does not set it.
pub const HOOK_TIMEOUT: Duration = Duration::from_secs(10);

/// The settings of `[notify]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotifySettings {
    /// Whether the terminal's bell rings.
    pub bell: bool,
    pub style: NotificationStyle,
    pub hook: Option<HookSettings>,
    /// The configured rules. A kind without a rule has the default.
    pub rules: BTreeMap<EventKind, EventRule>,
}

impl Default for NotifySettings {
    fn default() -> Self {
        Self {
            bell: true,
            style: NotificationStyle::Auto,
            hook: None,
            rules: BTreeMap::new(),
        }
    }
}

impl NotifySettings {
    /// The rule for events of this kind.
    pub fn rule(&self, kind: EventKind) -> EventRule {
        self.rules.get(&kind).cloned().unwrap_or_default()
    }
}
