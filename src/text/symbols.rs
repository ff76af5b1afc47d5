//! The symbols of the screen, in Unicode and in ASCII (for terminals without UTF-8). No symbol needs colour to be
//! understood.

/// A table of symbols. The symbols that `single_cells` lists all differ.
#[derive(Debug, PartialEq, Eq)]
pub struct Symbols {
    /// A hub that is up.
    pub up: &'static str,
    /// A hub that is degraded.
    pub degraded: &'static str,
    /// A hub whose health is unknown, or an unknown verdict.
    pub unknown: &'static str,
    /// A hub that is down; a critical verdict.
    pub down: &'static str,
    pub time_box: &'static str,
    pub escalates: &'static str,
    /// The selected row.
    pub selected: &'static str,
    /// A case that somebody owns.
    pub owned: &'static str,
    /// A case that is assigned to somebody who has not acknowledged it.
    pub assigned: &'static str,
    /// A contradiction; a warning.
    pub mismatch: &'static str,
    /// A storm that is folded: its cases are not shown.
    pub folded: &'static str,
    /// A storm that is unfolded.
    pub unfolded: &'static str,
    /// Marks data that is out of date.
    pub stale: &'static str,
    /// Planned maintenance.
    pub maintenance: &'static str,
    /// A time that is estimated, not from PagerDuty.
    pub estimate: &'static str,
    /// A row that is new since the user last saw the list.
    pub appeared: &'static str,
    /// A row that changed since the user last saw it.
    pub changed: &'static str,
    /// A case that has cleared.
    pub cleared: &'static str,
    /// A checklist step that is not done.
    pub to_do: &'static str,
    pub more_below: &'static str,
    /// The multiplication sign, as in ×17. In ASCII the sign is a letter.
    pub times: &'static str,
    /// "This number or more".
    pub at_least: &'static str,
    /// "This number or less".
    pub at_most: &'static str,
    /// Separates parts of a sentence; includes its spaces.
    pub separator: &'static str,
    /// An arrow between two times or states.
    pub arrow: &'static str,
    /// The dash of a range.
    pub dash: &'static str,
    /// A row that is marked for an action on several cases.
    pub marked: &'static str,
    /// Shows that a text was cut.
    pub ellipsis: &'static str,
    /// Whether the terminal may get only ASCII.
    pub ascii_only: bool,
}

/// For terminals with UTF-8.
pub static UNICODE: Symbols = Symbols {
    up: "●",
    degraded: "◐",
    unknown: "?",
    down: "✖",
    time_box: "◔",
    escalates: "↑",
    selected: "▌",
    owned: "▪",
    assigned: "▫",
    mismatch: "!",
    folded: "▸",
    unfolded: "▾",
    stale: "◷",
    maintenance: "◇",
    estimate: "~",
    appeared: "+",
    changed: "Δ",
    cleared: "✓",
    to_do: "□",
    marked: "◆",
    more_below: "↓",
    times: "×",
    at_least: "≥",
    at_most: "≤",
    separator: " · ",
    arrow: "→",
    dash: "–",
    ellipsis: "…",
    ascii_only: false,
};

/// For `--ascii` and terminals without UTF-8.
pub static ASCII: Symbols = Symbols {
    up: "o",
    degraded: "d",
    unknown: "?",
    down: "X",
    time_box: "T",
    escalates: "^",
    selected: ">",
    owned: "#",
    assigned: "_",
    mismatch: "!",
    folded: "+",
    unfolded: "-",
    stale: "@",
    maintenance: "m",
    estimate: "~",
    appeared: "*",
    changed: "%",
    cleared: "=",
    to_do: "[",
    marked: "&",
    more_below: "v",
    times: "x",
    at_least: ">=",
    at_most: "<=",
    separator: " | ",
    arrow: "->",
    dash: "-",
    ellipsis: "..",
    ascii_only: true,
};

impl Symbols {
    /// The table for a terminal that shows only ASCII (`ascii`), or for any other.
    pub fn for_terminal(ascii: bool) -> &'static Self {
        if ascii { &ASCII } else { &UNICODE }
    }

    /// The symbols that take one cell each.
    pub fn single_cells(&self) -> [&'static str; 20] {
        [
            self.up,
            self.degraded,
            self.unknown,
            self.down,
            self.time_box,
            self.escalates,
            self.selected,
            self.owned,
            self.assigned,
            self.mismatch,
            self.folded,
            self.unfolded,
            self.stale,
            self.maintenance,
            self.estimate,
            self.appeared,
            self.changed,
            self.cleared,
            self.marked,
            self.more_below,
        ]
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use unicode_width::UnicodeWidthStr;

    use super::*;

    #[test]
    fn each_fills_one_cell_and_is_like_no_other() {
        for table in [&UNICODE, &ASCII] {
            let cells = table.single_cells();
            assert!(cells.iter().all(|cell| cell.width() == 1));
            assert_eq!(BTreeSet::from(cells).len(), cells.len());
        }
    }

    #[test]
    fn ascii_is_ascii() {
        let rest = [
            ASCII.times,
            ASCII.at_least,
            ASCII.separator,
            ASCII.arrow,
            ASCII.dash,
            ASCII.ellipsis,
        ];
        assert!(
            ASCII
                .single_cells()
                .iter()
                .chain(&rest)
                .all(|text| text.is_ascii())
        );
    }
}
