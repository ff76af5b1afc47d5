//! Narrows a query to the series of one alert or one hub. The restriction is part of the query, so that Prometheus does
//! not send other series. A series of an alert may lack some of the alert's labels. So the restriction to each of these
//! labels includes `vector(1)`, which has no labels and keeps the series without that label.

use crate::domain::history::strip_value_prefix;
use crate::domain::ids::HubKey;
use crate::domain::labels::Labels;
use crate::domain::settings::ClusterScope;

/// The query, limited to series that an alert with these labels may come from. The alert may have more labels than its
/// series, from its rule and the external labels. A rule may also put a prefix before a value.
pub(super) fn to_alert(query: &str, labels: &Labels) -> String {
    let own = labels
        .iter()
        .filter(|(name, value)| *name != "alertname" && !value.is_empty() && is_plain(name));
    own.fold(parenthesize(query), |query, (name, value)| {
        let values = [Some(value), strip_value_prefix(value)];
        let candidates = values
            .into_iter()
            .flatten()
            .map(|it| label_vector(name, it));
        let candidates: Vec<String> = ["vector(1)".to_owned()]
            .into_iter()
            .chain(candidates)
            .collect();
        and_on(&query, name, &candidates.join(" or "))
    })
}

/// The query for the series that Prometheus writes for pending and firing alerts, limited to this name and state.
pub fn alert_state_query(name: &str, state: &str) -> String {
    format!(
        "max without (alertstate) (ALERTS{{alertname={}, alertstate={}}})",
        quote(name),
        quote(state)
    )
}

/// The query, limited to the series of a hub.
pub(super) fn to_hub(query: &str, key: &HubKey, scope: &ClusterScope) -> String {
    let hub = label_vector("namespace", key.hub.as_str());
    let query = and_on(&parenthesize(query), "namespace", &hub);
    match scope {
        ClusterScope::One(_) => query,
        ClusterScope::ByLabel(label) => {
            and_on(&query, label, &label_vector(label, key.cluster.as_str()))
        }
    }
}

// The line break ends a comment at the end of the query.
fn parenthesize(query: &str) -> String {
    format!("({query}\n)")
}

fn and_on(query: &str, label: &str, candidates: &str) -> String {
    format!("{query} and on ({label}) ({candidates})")
}

fn label_vector(label: &str, value: &str) -> String {
    // In a replacement, `$` would begin the name of a group.
    let value = quote(&value.replace('$', "$$"));
    format!("label_replace(vector(1), \"{label}\", {value}, \"\", \"\")")
}

fn quote(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", escaped.replace('\n', "\\n"))
}

// Whether the name needs no quotes. Not every upstream accepts quoted names.
fn is_plain(name: &str) -> bool {
    let mut chars = name.chars();
    let first = chars.next();
    first.is_some_and(|char| char.is_ascii_alphabetic() || char == '_')
        && chars.all(|char| char.is_ascii_alphanumeric() || char == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_may_lack_what_its_rule_added() {
        let labels = [("alertname", "x"), ("namespace", "hub=prod"), ("a.b", "c")];
        assert_eq!(
            to_alert("up # all", &labels.into_iter().collect()),
            "(up # all\n) and on (namespace) (vector(1) \
             or label_replace(vector(1), \"namespace\", \"hub=prod\", \"\", \"\") \
             or label_replace(vector(1), \"namespace\", \"prod\", \"\", \"\"))"
        );
    }

    #[test]
    fn nothing_in_a_value_ends_its_string() {
        let labels = [("a", "1$ \"\\\n")].into_iter().collect();
        let query = to_alert("x", &labels);
        assert!(query.contains(r#""1$$ \"\\\n", "", "")"#), "{query}");
    }

    #[test]
    fn a_hub_has_its_cluster_where_one_answers_for_many() {
        let key = HubKey::new("leap", "prod");
        let one = to_hub("x", &key, &ClusterScope::One("leap".into()));
        assert!(!one.contains("cluster") && one.contains("and on (namespace) (label_replace"));
        let many = to_hub("x", &key, &ClusterScope::ByLabel("cluster".into()));
        assert!(many.ends_with(
            "and on (cluster) (label_replace(vector(1), \"cluster\", \"leap\", \"\", \"\"))"
        ));
    }
}
