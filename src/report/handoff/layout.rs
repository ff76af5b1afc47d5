//! Fits groups of lines into a line limit. Among the entries without a line of their own, those that must not be left
//! out are named together in one line. The others are only counted.

/// One thing to hand over.
pub(super) struct Entry {
    /// The text of the entry's own line, without the dash.
    pub line: String,
    /// A second line. It is cut before `line` is.
    pub detail: Option<String>,
    /// A short text that is used if there is no room for the line.
    pub brief: String,
    /// Whether the entry is named even if there is no room for its line.
    pub is_kept: bool,
    /// How many cases the entry stands for.
    pub count: usize,
}

impl Entry {
    /// An entry for one thing. The entry may be cut.
    pub fn new(line: String) -> Self {
        Self {
            brief: line.clone(),
            line,
            detail: None,
            is_kept: false,
            count: 1,
        }
    }
}

pub(super) struct Group {
    pub heading: String,
    /// The entries, the most urgent one first.
    pub entries: Vec<Entry>,
}

/// The part of a group that is shown.
struct Shown<'a> {
    group: &'a Group,
    /// How many entries are shown with their line.
    lines: usize,
    /// How many of the entries that are shown also have their detail.
    details: usize,
}

/// Renders the groups in at most `limit` lines, or in more if the entries that must be named need more. First, entries
/// that may be cut lose their details, and next their lines. If that is not enough, the entries that must be named also
/// lose their details, and next their lines. Each cut is made in the last possible group.
pub(super) fn fit_groups(groups: &[Group], limit: usize) -> Vec<String> {
    let whole = |group| Shown {
        group,
        lines: group.entries.len(),
        details: group.entries.len(),
    };
    let mut shown: Vec<Shown<'_>> = groups.iter().map(whole).collect();
    while shown
        .iter()
        .map(|group| group.render().len())
        .sum::<usize>()
        > limit
    {
        if !cut_one(&mut shown) {
            break;
        }
    }
    shown.iter().flat_map(Shown::render).collect()
}

fn cut_one(shown: &mut [Shown<'_>]) -> bool {
    let steps: [fn(&mut Shown<'_>) -> bool; 4] = [
        |group| group.cut_detail(false),
        |group| group.cut_line(false),
        |group| group.cut_detail(true),
        |group| group.cut_line(true),
    ];
    steps
        .iter()
        .any(|cut| shown.iter_mut().rev().any(|group| cut(group)))
}

impl Shown<'_> {
    fn cut_detail(&mut self, of_kept: bool) -> bool {
        let last = |at: usize| self.group.entries.get(at.checked_sub(1)?);
        match last(self.details) {
            Some(entry) if of_kept || !entry.is_kept => {
                self.details -= 1;
                true
            }
            _ => false,
        }
    }

    fn cut_line(&mut self, of_kept: bool) -> bool {
        let last = |at: usize| self.group.entries.get(at.checked_sub(1)?);
        match last(self.lines) {
            Some(entry) if of_kept || !entry.is_kept => {
                self.lines -= 1;
                self.details = self.details.min(self.lines);
                true
            }
            _ => false,
        }
    }

    fn render(&self) -> Vec<String> {
        let mut lines = vec![String::new(), format!("## {}", self.group.heading)];
        let (shown, cut) = self.group.entries.split_at(self.lines);
        for (at, entry) in shown.iter().enumerate() {
            lines.push(format!("- {}", entry.line));
            let detail = entry.detail.as_ref().filter(|_| at < self.details);
            lines.extend(detail.map(|detail| format!("  - {detail}")));
        }
        let named = cut.iter().filter(|entry| entry.is_kept);
        let named: Vec<&str> = named.map(|entry| entry.brief.as_str()).collect();
        if !named.is_empty() {
            lines.push(format!("- and {}", named.join("; ")));
        }
        let more = cut.iter().filter(|entry| !entry.is_kept);
        match more.map(|entry| entry.count).sum::<usize>() {
            0 => {}
            more => lines.push(format!("- and {more} more")),
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, is_kept: bool) -> Entry {
        Entry {
            line: format!("{name} in full"),
            detail: Some(format!("detail of {name}")),
            brief: name.to_owned(),
            is_kept,
            count: 2,
        }
    }

    fn groups() -> Vec<Group> {
        vec![
            Group {
                heading: "first".to_owned(),
                entries: vec![entry("a", true), entry("b", false), entry("c", false)],
            },
            Group {
                heading: "second".to_owned(),
                entries: vec![entry("d", true), entry("e", false)],
            },
        ]
    }

    #[test]
    fn with_room_everything_stands() {
        let lines = fit_groups(&groups(), 14);
        assert_eq!(lines.len(), 14);
        assert!(!lines.iter().any(|line| line.contains("more")));
    }

    #[test]
    fn details_go_first_and_then_the_last_groups_lines() {
        assert_eq!(
            fit_groups(&groups(), 11),
            [
                "",
                "## first",
                "- a in full",
                "  - detail of a",
                "- b in full",
                "- c in full",
                "",
                "## second",
                "- d in full",
                "  - detail of d",
                "- e in full",
            ]
        );
        assert_eq!(
            fit_groups(&groups(), 10).get(4..).unwrap().join("\n"),
            "- and 4 more\n\n## second\n- d in full\n  - detail of d\n- and 2 more"
        );
    }

    #[test]
    fn what_must_not_be_cut_is_named_in_the_smallest_room() {
        let lines = fit_groups(&groups(), 1);
        assert_eq!(
            lines,
            [
                "",
                "## first",
                "- and a",
                "- and 4 more",
                "",
                "## second",
                "- and d",
                "- and 2 more"
            ]
        );
    }
}
