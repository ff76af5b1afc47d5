//! The filter: a row is shown if its text contains all words of the filter. Upper and lower case are the same.

use rustc_hash::FxHashMap;

use super::text_line::TextLine;
use crate::domain::case::{Case, OwnerKind};
use crate::domain::ids::ClusterName;
use crate::picture::{ClusterView, HubView, Picture};
use crate::wording::case::NOT_KNOWN;

/// Which cases and hubs are shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// The line as it was typed.
    pub input: TextLine,
    /// Whether the filter line has the focus.
    pub editing: bool,
}

impl Filter {
    /// A filter with these words.
    pub fn from_text(text: &str) -> Self {
        Self {
            input: TextLine::from_text(text),
            editing: false,
        }
    }

    /// The typed text.
    pub fn text(&self) -> &str {
        self.input.text()
    }

    /// The cursor's place in the text, in columns.
    pub fn cursor_column(&self) -> usize {
        self.input.cursor_column()
    }

    /// Whether the filter has at least one word.
    pub fn is_active(&self) -> bool {
        self.terms().next().is_some()
    }

    fn terms(&self) -> impl Iterator<Item = String> {
        self.text().split_whitespace().map(str::to_lowercase)
    }

    /// Matches cases by their title, place, owner, priority, provider, id and number.
    pub fn case_matcher<'a>(&self, picture: &'a Picture) -> CaseMatcher<'a> {
        let terms: Vec<String> = self.terms().collect();
        let clusters = picture.clusters.iter().filter(|_| !terms.is_empty());
        CaseMatcher {
            providers: clusters
                .filter_map(|cluster| Some((&cluster.name, cluster.provider.as_deref()?)))
                .collect(),
            terms,
        }
    }

    /// Whether these texts contain all words of the filter.
    pub fn passes_words(&self, texts: &[String]) -> bool {
        contains_all(texts, &self.terms().collect::<Vec<_>>())
    }

    /// Whether a hub is shown. Its cluster, name, domain, tier, health and provider are searched.
    pub fn passes_hub(&self, hub: &HubView, cluster: &ClusterView) -> bool {
        let terms: Vec<String> = self.terms().collect();
        terms.is_empty() || contains_all(&hub_search_text(hub, cluster), &terms)
    }
}

fn contains_all(haystack: &[String], terms: &[String]) -> bool {
    let haystack = haystack.join("\n").to_lowercase();
    terms.iter().all(|word| haystack.contains(word))
}

/// The filter, prepared once for thousands of cases.
#[derive(Debug)]
pub struct CaseMatcher<'a> {
    terms: Vec<String>,
    providers: FxHashMap<&'a ClusterName, &'a str>,
}

impl CaseMatcher<'_> {
    /// Whether the case is shown.
    pub fn passes(&self, case: &Case) -> bool {
        self.terms.is_empty() || contains_all(&case_search_text(case, &self.providers), &self.terms)
    }
}

fn case_search_text(case: &Case, providers: &FxHashMap<&ClusterName, &str>) -> Vec<String> {
    let mut words = vec![case.id.to_string(), case.title.clone()];
    for place in &case.places {
        let cluster = place.cluster.as_ref();
        let hub = place.hub.as_ref().map(ToString::to_string);
        words.push(match (cluster, hub) {
            (Some(cluster), Some(hub)) => format!("{cluster}/{hub}"),
            (Some(cluster), None) => cluster.to_string(),
            (None, hub) => hub.unwrap_or_default(),
        });
        let provider = cluster.and_then(|cluster| providers.get(cluster));
        words.extend(provider.map(ToString::to_string));
    }
    words.extend(case.priority.iter().map(ToString::to_string));
    words.extend(
        case.incident
            .iter()
            .map(|incident| format!("#{}", incident.number)),
    );
    words.extend(owner_search_text(case));
    words
}

// The words that the row shows for the owners, since users search for words that they see.
fn owner_search_text(case: &Case) -> Vec<String> {
    let mut words: Vec<String> = case
        .owners
        .iter()
        .flat_map(|owner| {
            let placeholder = owner.kind == OwnerKind::Placeholder;
            [
                Some(owner.who.name.to_string()),
                owner.is_me.then(|| "you".to_owned()),
                placeholder.then(|| "nobody awake".to_owned()),
            ]
        })
        .flatten()
        .collect();
    match (case.owners_known, case.unowned) {
        (false, _) => words.push(NOT_KNOWN.to_owned()),
        (true, true) => words.push("nobody unowned".to_owned()),
        (true, false) => {}
    }
    words
}

fn hub_search_text(hub: &HubView, cluster: &ClusterView) -> Vec<String> {
    let mut words = vec![
        hub.spec.key.to_string(),
        hub.spec.tier.to_string(),
        hub.health.to_string(),
    ];
    words.extend(hub.spec.domain.clone());
    words.extend(cluster.provider.clone());
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::fixture::case;

    #[test]
    fn an_owner_who_is_not_known_is_found_by_what_the_row_says() {
        let mut shown = case("Q1", "disk", "leap", "prod");
        assert_eq!(owner_search_text(&shown), ["nobody unowned"]);
        shown.owners_known = false;
        assert_eq!(owner_search_text(&shown), [NOT_KNOWN]);
    }
}
