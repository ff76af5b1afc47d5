//! The name that was probably meant.

/// The candidate that differs least from `name`, if it differs little enough to be a slip.
pub(super) fn closest_match<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let name = name.to_lowercase();
    let max_distance = (name.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (distance(&name, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= max_distance)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance: how many letters must be added, dropped or replaced. One row of the table
/// is kept at a time.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, letter) in from.chars().enumerate() {
        let mut left = i + 1;
        let mut next = vec![left];
        for (pair, wanted) in row.windows(2).zip(&to) {
            let &[above_left, above] = pair else { continue };
            let replaced = above_left + usize::from(letter != *wanted);
            left = replaced.min(above + 1).min(left + 1);
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_levenshteins() {
        for (from, to, expected) in [
            ("", "abc", 3),
            ("abc", "", 3),
            ("kitten", "sitting", 3),
            ("a", "a", 0),
        ] {
            assert_eq!(distance(from, to), expected, "{from} {to}");
        }
    }

    #[test]
    fn a_slip_finds_its_name_and_another_word_none() {
        let names = ["prometheus", "pagerduty", "probe"];
        assert_eq!(closest_match("promtheus", names), Some("prometheus"));
        assert_eq!(closest_match("PagerDuty", names), Some("pagerduty"));
        assert_eq!(closest_match("grafana", names), None);
    }
}
