//! Shortens the names of alerts for a narrow column. Names with the same beginning stay distinct.

use std::collections::BTreeMap;

use crate::text::{Line, Meaning};

/// Cuts each name to at most `cells` cells, after a word. If two cut names are the same, their middles are left out
/// instead. Names that are still the same get numbers.
pub(super) fn distinct(names: &[String], cells: usize) -> Vec<String> {
    let cut: Vec<String> = names.iter().map(|name| begin(name, cells)).collect();
    let cut = replace_duplicates(cut, |position| {
        names.get(position).map(|name| both_ends(name, cells))
    });
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let count_of = count(&cut);
    let numbered = cut.into_iter().map(|name| {
        if count_of.get(&name).is_none_or(|count| *count < 2) {
            return name;
        }
        let number = seen.entry(name.clone()).or_default();
        *number += 1;
        let number = format!(" ({number})");
        begin(&name, cells.saturating_sub(number.len())) + &number
    });
    numbered.collect()
}

fn replace_duplicates(names: Vec<String>, other: impl Fn(usize) -> Option<String>) -> Vec<String> {
    let count_of = count(&names);
    let is_twice = |name: &String| count_of.get(name).is_some_and(|count| *count > 1);
    let names = names.into_iter().enumerate();
    names
        .map(|(position, name)| match is_twice(&name) {
            true => other(position).unwrap_or(name),
            false => name,
        })
        .collect()
}

fn count(names: &[String]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for name in names {
        *counts.entry(name.clone()).or_default() += 1;
    }
    counts
}

fn begin(name: &str, cells: usize) -> String {
    let line = Line::styled(Meaning::Plain, name);
    let first = line.wrap(cells).into_iter().next();
    first.unwrap_or_default().plain_text().trim_end().to_owned()
}

fn width(text: &str) -> usize {
    Line::styled(Meaning::Plain, text).width()
}

// The first and the last words of a name, with dots between them.
fn both_ends(name: &str, cells: usize) -> String {
    const GAP: &str = " .. ";
    if width(name) <= cells {
        return name.to_owned();
    }
    let words: Vec<&str> = name.split_whitespace().collect();
    let mut end = String::new();
    for word in words.iter().rev() {
        let longer = match end.is_empty() {
            true => (*word).to_owned(),
            false => format!("{word} {end}"),
        };
        if width(&longer) > cells / 2 {
            break;
        }
        end = longer;
    }
    if end.is_empty() {
        return begin(name, cells);
    }
    let room = cells.saturating_sub(width(GAP) + width(&end));
    format!("{}{GAP}{end}", begin(name, room))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(names: &[&str]) -> Vec<String> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let cut = distinct(&names, 30);
        assert!(cut.iter().all(|name| width(name) <= 30), "{cut:?}");
        cut
    }

    #[test]
    fn a_name_that_nothing_is_like_is_cut_after_a_word() {
        assert_eq!(
            cut(&["disk full", "At least two servers failed to start"]),
            ["disk full", "At least two servers failed to"]
        );
    }

    #[test]
    fn names_that_begin_alike_show_their_ends() {
        let names = [
            "At least two servers failed to start within 30 minutes",
            "At least two servers failed to start within a day",
        ];
        assert_eq!(
            cut(&names),
            ["At least two .. 30 minutes", "At least two .. within a day"]
        );
    }

    #[test]
    fn names_that_differ_only_in_the_middle_are_numbered() {
        let names = [
            "first words of a very long name, number one of it, last words",
            "first words of a very long name, number two of it, last words",
        ];
        assert_eq!(
            cut(&names),
            ["first words .. it, last (1)", "first words .. it, last (2)"]
        );
    }
}
