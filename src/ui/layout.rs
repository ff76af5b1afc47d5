//! The layout for the screen's size. There are five tiers; a screen that is smaller than all of them shows only the
//! verdict's word.
//!
//! ```text
//!  full, standard     compact            small            tiny      word
//!  header             header             header           verdict   CRIT
//!  cases  | owners    cases              focused pane     cases
//!  hubs   | status    hubs | owners      hints            sources
//!  hints                   | status
//!                     hints
//! ```
//!
//! On a full screen, the pane of owed work is below the status pages.

use ratatui::layout::{Constraint, Layout, Rect};

use crate::app::model::Pane;

/// How much room a screen has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// There is no room for a sentence, so only the verdict's word is shown.
    Word,
    /// A few lines: the verdict and the first cases.
    Tiny,
    /// One pane at a time, without boxes.
    Small,
    /// All panes, with the cases over the full width.
    Compact,
    /// All panes, in two columns.
    Standard,
    /// Like `Standard`, with wider columns.
    Full,
}

/// The areas into which a screen is divided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScreenLayout {
    pub tier: Tier,
    /// Two lines: the verdict, and the counts.
    pub header: Rect,
    /// The panes that are shown, each with its area.
    pub panes: Vec<(Pane, Rect)>,
    /// One line: the hint bar.
    pub hints: Rect,
}

impl Tier {
    /// The tier of a screen.
    pub fn from_area(area: Rect) -> Self {
        match (area.width, area.height) {
            (160.., 40..) => Self::Full,
            (100.., 24..) => Self::Standard,
            (72.., 18..) => Self::Compact,
            (40.., 8..) => Self::Small,
            (16.., 2..) => Self::Tiny,
            _ => Self::Word,
        }
    }

    /// Whether panes have boxes.
    pub fn is_boxed(self) -> bool {
        self >= Self::Compact
    }
}

/// The layout of a screen. The pane `focus` receives the keys. `has_owed` means that the pane of owed work has
/// something to show.
pub fn layout(area: Rect, focus: Pane, has_owed: bool) -> ScreenLayout {
    let tier = Tier::from_area(area);
    let [header, body, hints] = Layout::vertical([
        Constraint::Length(2),
        Constraint::Min(0),
        Constraint::Length(1),
    ])
    .areas(area);
    let panes = match tier {
        Tier::Full if has_owed => with_owed(two_columns(body, 56)),
        Tier::Full => two_columns(body, 56),
        Tier::Standard => two_columns(body, 33),
        Tier::Compact => stacked(body),
        Tier::Small => vec![(focus, body)],
        Tier::Tiny | Tier::Word => Vec::new(),
    };
    ScreenLayout {
        tier,
        header,
        panes,
        hints,
    }
}

fn two_columns(body: Rect, right: u16) -> Vec<(Pane, Rect)> {
    let [left, right] =
        Layout::horizontal([Constraint::Min(0), Constraint::Length(right)]).areas(body);
    let halves = || Layout::vertical([Constraint::Percentage(46), Constraint::Min(0)]);
    let [cases, hubs] = halves().areas(left);
    let [owners, status] = halves().areas(right);
    vec![
        (Pane::Cases, cases),
        (Pane::Owners, owners),
        (Pane::Hubs, hubs),
        (Pane::Status, status),
    ]
}

// Splits the area of the status pages. Their pane keeps more than half of its lines, and the pane of owed work gets the
// rest below it.
fn with_owed(mut panes: Vec<(Pane, Rect)>) -> Vec<(Pane, Rect)> {
    if let Some((_, status)) = panes.last_mut() {
        let parts = Layout::vertical([Constraint::Min(0), Constraint::Percentage(42)]);
        let [above, owed] = parts.areas(*status);
        *status = above;
        panes.push((Pane::Owed, owed));
    }
    panes
}

fn stacked(body: Rect) -> Vec<(Pane, Rect)> {
    let [cases, rest] =
        Layout::vertical([Constraint::Percentage(42), Constraint::Min(0)]).areas(body);
    let [hubs, right] =
        Layout::horizontal([Constraint::Min(0), Constraint::Length(32)]).areas(rest);
    let [owners, status] =
        Layout::vertical([Constraint::Fill(1), Constraint::Fill(1)]).areas(right);
    vec![
        (Pane::Cases, cases),
        (Pane::Hubs, hubs),
        (Pane::Owners, owners),
        (Pane::Status, status),
    ]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_documented_size_has_its_tier() {
        let tier = |width, height| Tier::from_area(Rect::new(0, 0, width, height));
        assert_eq!(tier(200, 50), Tier::Full);
        assert_eq!(tier(120, 30), Tier::Standard);
        assert_eq!(tier(80, 24), Tier::Compact);
        assert_eq!(tier(60, 12), Tier::Small);
        assert_eq!(tier(30, 4), Tier::Tiny);
        assert_eq!(tier(9, 1), Tier::Word);
    }

    proptest! {
        #[test]
        fn panes_lie_within_the_screen_and_beside_each_other(width in 1_u16..300, height in 1_u16..100) {
            let area = Rect::new(0, 0, width, height);
            let layout = layout(area, Pane::Hubs, width % 2 == 0);
            for (index, (_, pane)) in layout.panes.iter().enumerate() {
                prop_assert_eq!(area.intersection(*pane), *pane);
                prop_assert!(!pane.is_empty());
                for (_, other) in layout.panes.iter().skip(index + 1) {
                    prop_assert!(pane.intersection(*other).is_empty());
                }
            }
        }
    }
}
