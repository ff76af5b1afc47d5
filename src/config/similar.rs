//! Finds the name that the user probably meant.

/// The candidate most similar to `name`. `None` if no candidate is similar enough for a typing error.
pub(super) fn closest_match<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let name = name.to_lowercase();
    let max_distance = (name.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| {
            (
                strsim::levenshtein(&name, &candidate.to_lowercase()),
                candidate,
            )
        })
        .filter(|(distance, _)| *distance <= max_distance)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_name_and_another_word_none() {
        let names = ["prometheus", "pagerduty", "probe"];
        assert_eq!(closest_match("promtheus", names), Some("prometheus"));
        assert_eq!(closest_match("PagerDuty", names), Some("pagerduty"));
        assert_eq!(closest_match("grafana", names), None);
    }
}
