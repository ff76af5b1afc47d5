//! Wraps groups of one-cell symbols into lines, as words are wrapped: "cloudbank ●●●●   leap ✖●●". A group that is
//! longer than a line continues below its own first symbol.

use crate::text::Meaning;
use crate::text::sanitize::{clean, width};

use crate::text::Line;

/// A name and its symbols.
#[derive(Clone, Debug)]
pub struct Group {
    /// The text before the symbols.
    pub name: String,
    /// The symbols, one cell each.
    pub symbols: Vec<(&'static str, Meaning)>,
    /// The text after the symbols, such as "+12".
    pub suffix: String,
}

impl Group {
    fn cells(&self) -> usize {
        self.indent() + self.symbols.len() + width(&self.suffix)
    }

    fn indent(&self) -> usize {
        width(&self.name) + 1
    }
}

/// The groups in lines of `room` cells, with `gap` cells between groups. The layout stops once there are more than
/// `max_lines` lines.
pub fn flow(groups: &[Group], room: usize, gap: usize, max_lines: usize) -> Vec<Line> {
    let mut page = FlowBuilder::new(room, gap);
    for group in groups {
        if page.height() > max_lines {
            break;
        }
        page.push_group(group);
    }
    let mut lines = page.finish();
    lines.truncate(max_lines);
    lines
}

/// The number of groups that fit into `max_lines` lines. If groups are left out, a last group that stands for them must
/// fit too. `rest(n)` makes the last group for the case that only the first `n` groups are shown, or `None` if it is
/// not needed.
pub fn count_fitting(
    groups: &[Group],
    room: usize,
    gap: usize,
    max_lines: usize,
    mut rest: impl FnMut(usize) -> Option<Group>,
) -> usize {
    let mut page = FlowBuilder::new(room, gap);
    let mut fitting = 0;
    for count in 0..=groups.len() {
        // More groups never take fewer lines. So once there are too many lines, the search ends.
        if page.height() > max_lines {
            break;
        }
        if page.height_with(rest(count).as_ref()) <= max_lines {
            fitting = count;
        }
        if let Some(group) = groups.get(count) {
            page.push_group(group);
        }
    }
    fitting
}

struct FlowBuilder {
    room: usize,
    gap: usize,
    used: usize,
    line: Line,
    lines: Vec<Line>,
}

impl FlowBuilder {
    fn new(room: usize, gap: usize) -> Self {
        Self {
            room: room.max(1),
            gap,
            used: 0,
            line: Line::new(),
            lines: Vec::new(),
        }
    }

    /// The number of lines so far, including the unfinished one.
    fn height(&self) -> usize {
        self.lines.len() + usize::from(self.used > 0)
    }

    /// The number of lines if `last` followed as the next group. `last` has no symbols.
    fn height_with(&self, last: Option<&Group>) -> usize {
        let begins_line = |last: &Group| self.used == 0 || self.needs_new_line(last);
        self.height() + usize::from(last.is_some_and(begins_line))
    }

    fn needs_new_line(&self, group: &Group) -> bool {
        self.used > 0 && self.used + self.gap + group.cells() > self.room
    }

    fn push_group(&mut self, group: &Group) {
        if self.needs_new_line(group) {
            self.break_line();
        } else if self.used > 0 {
            self.push_text(&" ".repeat(self.gap), Meaning::Plain);
        }
        self.push_text(&format!("{} ", clean(&group.name)), Meaning::Plain);
        self.push_symbols(group);
        self.push_text(&group.suffix, Meaning::Dim);
    }

    // Joins neighbouring symbols with the same meaning into one part.
    fn push_symbols(&mut self, group: &Group) {
        let indent = group.indent().min(self.room.saturating_sub(1));
        for run in group.symbols.chunk_by(|one, other| one.1 == other.1) {
            let mut text = String::new();
            let mut cells = 0;
            for (symbol, meaning) in run {
                if self.used + cells >= self.room {
                    self.push_text(&text, *meaning);
                    text.clear();
                    cells = 0;
                    self.break_line();
                    self.push_text(&" ".repeat(indent), Meaning::Plain);
                }
                text.push_str(symbol);
                cells += 1;
            }
            let meaning = run.first().map_or(Meaning::Plain, |(_, meaning)| *meaning);
            self.push_text(&text, meaning);
        }
    }

    fn push_text(&mut self, text: &str, meaning: Meaning) {
        self.used += width(text);
        self.line = std::mem::take(&mut self.line).with(meaning, text);
    }

    fn break_line(&mut self) {
        self.lines.push(std::mem::take(&mut self.line));
        self.used = 0;
    }

    fn finish(mut self) -> Vec<Line> {
        if !self.line.is_empty() {
            self.break_line();
        }
        self.lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(name: &str, count: usize) -> Group {
        Group {
            name: name.to_owned(),
            symbols: vec![("●", Meaning::Ok); count],
            suffix: String::new(),
        }
    }

    fn lines(groups: &[Group], room: usize) -> Vec<String> {
        let lines = flow(groups, room, 2, usize::MAX);
        lines.iter().map(Line::plain_text).collect()
    }

    #[test]
    fn groups_stand_beside_each_other_and_long_ones_go_on_below_themselves() {
        let groups = [
            group("a", 3),
            group("b", 2),
            group("cloud", 12),
            group("d", 1),
        ];
        assert_eq!(
            lines(&groups, 14),
            ["a ●●●  b ●●", "cloud ●●●●●●●●", "      ●●●●", "d ●"]
        );
    }

    #[test]
    fn every_symbol_is_there_at_any_width() {
        for room in 1..60 {
            let text = lines(&[group("cloudbank", 95), group("leap", 3)], room).concat();
            assert_eq!(text.matches('●').count(), 98, "{room}");
        }
    }

    #[test]
    fn no_more_lines_are_made_than_are_asked_for() {
        let many = vec![group("leap", 5); 200];
        for height in 0..4 {
            let all = flow(&many, 30, 2, usize::MAX);
            assert_eq!(flow(&many, 30, 2, height), all[..height]);
        }
    }

    #[test]
    fn as_many_groups_fit_as_leave_room_for_what_is_said_of_the_others() {
        let groups = ["a", "b", "c", "d", "e"].map(|name| group(name, 3));
        let rest = |count: usize| (count < 5).then(|| group(&format!("+{}", 5 - count), 0));
        for (height, fitting) in [(0, 0), (1, 1), (2, 3), (3, 5), (9, 5)] {
            let count = count_fitting(&groups, 14, 2, height, rest);
            assert_eq!(count, fitting, "{height}");
        }
    }
}
