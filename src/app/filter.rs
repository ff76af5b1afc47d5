//! The filter: plain words that must all be found, in any case, somewhere in what a row says.

use super::text_line::TextLine;
use crate::domain::case::Case;
use crate::domain::owner::OwnerKind;
use crate::picture::{ClusterView, HubView, Picture};

/// Which cases and hubs are shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// The line as it is typed.
    pub input: TextLine,
    /// Whether keys go to the line.
    pub editing: bool,
}

impl Filter {
    /// What was typed.
    pub fn text(&self) -> &str {
        self.input.text()
    }

    /// The cursor's place in the text, in columns.
    pub fn cursor_column(&self) -> usize {
        self.input.cursor_column()
    }

    /// Whether anything is asked for: rows may be hidden.
    pub fn is_active(&self) -> bool {
        self.terms().next().is_some()
    }

    fn terms(&self) -> impl Iterator<Item = String> {
        self.text().split_whitespace().map(str::to_lowercase)
    }

    /// Whether a case is shown: by its title, place, owner, priority, provider, id and number.
    pub fn passes_case(&self, case: &Case, picture: &Picture) -> bool {
        !self.is_active() || self.matches_all_terms(&case_search_text(case, picture))
    }

    /// Whether a hub is shown: by its cluster, name, domain, tier, health and provider.
    pub fn passes_hub(&self, hub: &HubView, cluster: &ClusterView) -> bool {
        !self.is_active() || self.matches_all_terms(&hub_search_text(hub, cluster))
    }

    fn matches_all_terms(&self, haystack: &[String]) -> bool {
        let haystack = haystack.join("\n").to_lowercase();
        self.terms().all(|word| haystack.contains(&word))
    }
}

fn case_search_text(case: &Case, picture: &Picture) -> Vec<String> {
    let mut words = vec![case.id.to_string(), case.title.clone()];
    for place in &case.places {
        let cluster = place.cluster.as_ref();
        let hub = place.hub.as_ref().map(ToString::to_string);
        words.push(match (cluster, hub) {
            (Some(cluster), Some(hub)) => format!("{cluster}/{hub}"),
            (Some(cluster), None) => cluster.to_string(),
            (None, hub) => hub.unwrap_or_default(),
        });
        let provider = picture
            .clusters
            .iter()
            .filter(|view| Some(&view.name) == cluster);
        words.extend(provider.filter_map(|view| view.provider.clone()));
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

// By the words that the row shows for them, so that what is read can be typed.
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
    if case.unowned {
        words.push("nobody unowned".to_owned());
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
