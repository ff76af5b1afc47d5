//! The meaning of a piece of text. A theme gives each meaning its style; no pane picks a colour itself.

use serde::{Deserialize, Serialize};

use crate::domain::case::Rank;
use crate::domain::hub::Health;
use crate::domain::source::SourceState;
use crate::domain::verdict::VerdictLevel;

/// What a part of a line means. Theme files use the variants' names in snake case.
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
    Deserialize,
    strum::Display,
    strum::EnumIter,
    strum::EnumString,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Meaning {
    /// Plain text.
    Plain,
    /// Somebody must act now; a hub is down.
    Critical,
    /// The state is not known.
    Unknown,
    /// Something is wrong that can wait.
    Warning,
    /// All is well.
    Ok,
    /// The word of a critical verdict on the first line.
    BadgeCritical,
    /// The word of an unknown verdict on the first line.
    BadgeUnknown,
    /// The word of a warning on the first line.
    BadgeWarning,
    /// The word of an ok verdict on the first line.
    BadgeOk,
    /// The most severe priority of the account.
    Rank1,
    /// The second priority.
    Rank2,
    /// The third priority.
    Rank3,
    /// The fourth priority, and those below it.
    Rank4,
    /// No priority, or an unknown one.
    Unranked,
    /// A person who owns a case.
    Owner,
    /// The user at this screen.
    Me,
    /// No owner, or only a mailbox.
    Nobody,
    /// A clock with time left.
    Clock,
    /// A clock that is close to zero.
    ClockUrgent,
    /// A clock past zero.
    ClockOver,
    /// A contradiction between the sources.
    Mismatch,
    /// Data that may be out of date.
    Stale,
    /// The mark of something that changed since the person last saw it.
    Changed,
    /// A cleared case, which no longer counts.
    Cleared,
    /// Less important text.
    Dim,
    /// The selected row.
    Selected,
    /// The selected symbol of a grid.
    Cursor,
    /// A pane's title.
    Title,
    /// The title of the pane that has the keys.
    TitleFocused,
    /// A pane's border.
    Border,
    /// The border of the pane that has the keys.
    BorderFocused,
    /// A key that can be pressed.
    Key,
    /// The markers of a demo and of a read-only session.
    Marker,
    /// Text that is being typed, or that a filter matched.
    Input,
    /// Something that was copied or done.
    Done,
}

impl Meaning {
    /// The meaning of a verdict.
    pub fn from_level(level: VerdictLevel) -> Self {
        match level {
            VerdictLevel::Critical => Self::Critical,
            VerdictLevel::Unknown => Self::Unknown,
            VerdictLevel::Warning => Self::Warning,
            VerdictLevel::Ok => Self::Ok,
        }
    }

    /// The meaning of a verdict's word on the first line.
    pub fn badge(level: VerdictLevel) -> Self {
        match level {
            VerdictLevel::Critical => Self::BadgeCritical,
            VerdictLevel::Unknown => Self::BadgeUnknown,
            VerdictLevel::Warning => Self::BadgeWarning,
            VerdictLevel::Ok => Self::BadgeOk,
        }
    }

    /// The meaning of a hub's health.
    pub fn from_health(health: Health) -> Self {
        match health {
            Health::Down => Self::Critical,
            Health::Unknown => Self::Unknown,
            Health::Degraded => Self::Warning,
            Health::Up => Self::Ok,
        }
    }

    /// The meaning of a priority, by its place in the account's order.
    pub fn from_rank(rank: Rank) -> Self {
        match rank {
            Rank::Priority(0) => Self::Rank1,
            Rank::Priority(1) => Self::Rank2,
            Rank::Priority(2) => Self::Rank3,
            Rank::Priority(_) => Self::Rank4,
            Rank::Unranked => Self::Unranked,
        }
    }

    /// The meaning of a source's state.
    pub fn from_source_state(state: SourceState) -> Self {
        match state {
            SourceState::Live => Self::Ok,
            SourceState::Late => Self::Stale,
            SourceState::Waiting => Self::Dim,
            SourceState::Stale | SourceState::Down => Self::Unknown,
        }
    }
}
