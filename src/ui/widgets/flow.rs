//! Groups of one-cell symbols that flow over lines like words: "cloudbank ●●●●   leap ✖●●". A group
//! that is longer than a line goes on below its own first symbol.

use crate::text::Meaning;
use crate::text::sanitize::{clean, width};

use crate::text::Line;

/// A name and its symbols.
#[derive(Clone, Debug)]
pub struct Group {
    /// What stands before the symbols.
    pub name: String,
    /// One cell each.
    pub symbols: Vec<(&'static str, Meaning)>,
    /// What stands after them, such as "+12".
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

/// The groups in lines of `room` cells, `gap` cells apart.
pub fn flow(groups: &[Group], room: usize, gap: usize) -> Vec<Line> {
    let mut page = FlowBuilder::new(room.max(1));
    for group in groups {
        page.push_group(group, gap);
    }
    page.finish()
}

struct FlowBuilder {
    room: usize,
    used: usize,
    line: Line,
    lines: Vec<Line>,
}

impl FlowBuilder {
    fn new(room: usize) -> Self {
        Self {
            room,
            used: 0,
            line: Line::new(),
            lines: Vec::new(),
        }
    }

    fn push_group(&mut self, group: &Group, gap: usize) {
        let start = if self.used == 0 { 0 } else { self.used + gap };
        if start > 0 && start + group.cells() > self.room {
            self.break_line();
        } else if start > 0 {
            self.push_text(&" ".repeat(gap), Meaning::Plain);
        }
        self.push_text(&format!("{} ", clean(&group.name)), Meaning::Plain);
        self.push_symbols(group);
        self.push_text(&group.suffix, Meaning::Dim);
    }

    // Symbols of one meaning that follow each other are one part.
    fn push_symbols(&mut self, group: &Group) {
        let indent = group.indent().min(self.room.saturating_sub(1));
        for run in group.symbols.chunk_by(|one, other| one.1 == other.1) {
            let mut text = String::new();
            for (symbol, meaning) in run {
                if self.used + text.chars().count() >= self.room {
                    self.push_text(&text, *meaning);
                    text.clear();
                    self.break_line();
                    self.push_text(&" ".repeat(indent), Meaning::Plain);
                }
                text.push_str(symbol);
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
        flow(groups, room, 2).iter().map(Line::plain_text).collect()
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
}
