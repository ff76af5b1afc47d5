//! Which events ring, and when: the settings of `[notify]`.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

/// The kinds of events that ring, as `[notify]` spells them.
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
    /// A production hub is down, or a whole cluster is.
    HubDown,
    /// An incident was assigned to the user, and is not acknowledged.
    Mine,
    /// A high-urgency incident is unowned.
    Unowned,
    /// The user's time-box is at zero.
    TimeBox,
    /// hubwatch has been blind to something for three minutes.
    Blind,
}

/// When events of a kind ring.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RingWhen {
    /// Whether or not the user is on call.
    Always,
    /// While the user is on call, or if that is not known.
    #[default]
    OnCall,
    Never,
}

/// The rule for the events of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventRule {
    pub when: RingWhen,
    /// A filter, written as on the screen; if empty, every event of the kind rings.
    pub filter: String,
}

/// The escape sequence that asks a terminal for a notification.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NotificationStyle {
    /// Chosen by what is known about the terminal.
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
    /// The program is killed if it runs for longer.
    pub timeout: Duration,
}

/// How long a hook may run unless configured.
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
