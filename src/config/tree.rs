//! The parsed text as a tree whose values know their positions. Finds the path to a position, and removes values.

use std::fmt;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// One step of a path: from a table or a list to one of its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PathStep {
    Key(String),
    Index(usize),
}

/// The path from the top of the file to a value. Messages show the path as a dotted key: `prometheus[1].url`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct KeyPath(Vec<PathStep>);

impl KeyPath {
    /// Whether the path contains a key with this name.
    pub(super) fn has_key(&self, name: &str) -> bool {
        let is_it = |step: &PathStep| matches!(step, PathStep::Key(key) if key == name);
        self.0.iter().any(is_it)
    }

    /// The path without its last step.
    pub(super) fn parent(mut self) -> Self {
        self.0.pop();
        self
    }
}

impl fmt::Display for KeyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.0.iter().enumerate() {
            match step {
                PathStep::Index(index) => write!(f, "[{index}]")?,
                PathStep::Key(key) if at == 0 => f.write_str(&quoted(key))?,
                PathStep::Key(key) => write!(f, ".{}", quoted(key))?,
            }
        }
        Ok(())
    }
}

fn quoted(key: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !key.is_empty() && key.chars().all(is_bare) {
        key.to_owned()
    } else {
        format!("{key:?}")
    }
}

/// The path to the innermost key or value at a position. A table's own span covers only its header, so its children are
/// searched first.
pub(super) fn path_at(table: &DeTable<'_>, place: &Range<usize>) -> KeyPath {
    let mut steps = steps_in_table(table, place).unwrap_or_default();
    steps.reverse();
    KeyPath(steps)
}

fn steps_in_table(table: &DeTable<'_>, place: &Range<usize>) -> Option<Vec<PathStep>> {
    table.iter().find_map(|(key, value)| {
        let mut steps = steps_in_value(value, place)
            .or_else(|| contains_range(&key.span(), place).then(Vec::new))
            .or_else(|| contains_range(&value.span(), place).then(Vec::new))?;
        steps.push(PathStep::Key(key.get_ref().to_string()));
        Some(steps)
    })
}

fn steps_in_value(value: &Spanned<DeValue<'_>>, place: &Range<usize>) -> Option<Vec<PathStep>> {
    match value.get_ref() {
        DeValue::Table(table) => steps_in_table(table, place),
        DeValue::Array(array) => array.iter().enumerate().find_map(|(index, element)| {
            let mut steps = steps_in_value(element, place)
                .or_else(|| contains_range(&element.span(), place).then(Vec::new))?;
            steps.push(PathStep::Index(index));
            Some(steps)
        }),
        _ => None,
    }
}

fn contains_range(span: &Range<usize>, place: &Range<usize>) -> bool {
    span.contains(&place.start) && place.end <= span.end
}

/// The value at the end of a path.
pub(super) fn value_at<'t, 'i>(table: &'t DeTable<'i>, path: &KeyPath) -> Option<&'t DeValue<'i>> {
    let (PathStep::Key(first), rest) = path.0.split_first()? else {
        return None;
    };
    let mut value = table.get(first.as_str())?.get_ref();
    for step in rest {
        value = match (step, value) {
            (PathStep::Key(key), DeValue::Table(table)) => table.get(key.as_str())?.get_ref(),
            (PathStep::Index(index), DeValue::Array(array)) => array.get(*index)?.get_ref(),
            _ => return None,
        };
    }
    Some(value)
}

/// Removes the value at the end of a path. Returns whether there was one.
pub(super) fn remove(table: &mut DeTable<'_>, path: &KeyPath) -> bool {
    remove_from(table, &path.0)
}

fn remove_from(table: &mut DeTable<'_>, steps: &[PathStep]) -> bool {
    match steps {
        [PathStep::Key(key)] => table.remove(key.as_str()).is_some(),
        [PathStep::Key(key), rest @ ..] => table
            .get_mut(key.as_str())
            .is_some_and(|value| remove_below(value.get_mut(), rest)),
        _ => false,
    }
}

fn remove_below(value: &mut DeValue<'_>, steps: &[PathStep]) -> bool {
    match (value, steps) {
        (DeValue::Table(table), steps) => remove_from(table, steps),
        (DeValue::Array(array), [PathStep::Index(index), rest @ ..]) => match rest {
            [] if *index < array.len() => {
                let kept = array.iter().enumerate().filter(|(at, _)| at != index);
                *array = kept.map(|(_, element)| element.clone()).collect();
                true
            }
            _ => array
                .get_mut(*index)
                .is_some_and(|element| remove_below(element.get_mut(), rest)),
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "[[a]]\nb = 1\n[[a]]\nb = { \"c d\" = [1, 22] }\n";

    fn at(needle: &str) -> Range<usize> {
        let start = TEXT.rfind(needle).unwrap();
        start..start + needle.len()
    }

    #[test]
    fn the_key_at_a_place_is_the_innermost() {
        let table = DeTable::parse(TEXT).unwrap();
        let path = |needle| path_at(table.get_ref(), &at(needle)).to_string();
        assert_eq!(path("22"), "a[1].b.\"c d\"[1]");
        assert_eq!(path("\"c d\""), "a[1].b.\"c d\"");
        assert_eq!(path("b"), "a[1].b");
    }

    #[test]
    fn what_is_removed_is_gone_and_nothing_else() {
        let mut table = DeTable::parse(TEXT).unwrap();
        let path = path_at(table.get_ref(), &at("22"));
        assert!(remove(table.get_mut(), &path));
        assert!(!remove(table.get_mut(), &path));
        assert!(value_at(table.get_ref(), &path_at(table.get_ref(), &at("1"))).is_some());
    }
}
