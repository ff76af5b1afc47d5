//! A query whose result has only series with certain labels. Dashboards write such a query in PromQL:
//! `(QUERY) and on (LABEL) (vector(1) or label_replace(vector(1), "LABEL", "VALUE", "", ""))`.

const JOINT: &str = ") and on (";

/// The query between the outer brackets, and the labels that its series must have.
pub(super) struct RestrictedQuery<'a> {
    pub(super) query: &'a str,
    restrictions: Vec<LabelValues>,
}

/// A label and its allowed values. If an empty value is allowed, the label may be missing.
struct LabelValues {
    label: String,
    values: Vec<String>,
}

impl<'a> RestrictedQuery<'a> {
    pub(super) fn parse(query: &'a str) -> Self {
        let whole = Self {
            query,
            restrictions: Vec::new(),
        };
        let Some(inner) = query.trim().strip_prefix('(') else {
            return whole;
        };
        // The inner query may contain `) and on (` too. The inner query ends at the last `) and on (` that begins a
        // line.
        let Some((inner, conditions)) = inner.rsplit_once("\n) and on (") else {
            return whole;
        };
        Self {
            query: inner,
            restrictions: conditions
                .split(JOINT)
                .filter_map(parse_condition)
                .collect(),
        }
    }

    /// Whether the query keeps a series. `value` returns the value of a label, which is empty for a missing label.
    pub(super) fn matches(&self, value: impl Fn(&str) -> String) -> bool {
        self.restrictions.iter().all(|kept| {
            let value = value(&kept.label);
            kept.values.contains(&value)
        })
    }
}

fn parse_condition(condition: &str) -> Option<LabelValues> {
    let (label, candidates) = condition.split_once(')')?;
    let mut parts = candidates.split("label_replace(vector(1),");
    let may_be_missing = parts.next()?.contains("vector(1)");
    let values = parts.filter_map(|part| {
        let (_, value) = part.split_once("\", \"")?;
        let (value, _) = value.split_once("\", \"\"")?;
        Some(value.replace("$$", "$"))
    });
    let missing = may_be_missing.then(String::new);
    Some(LabelValues {
        label: label.trim().to_owned(),
        values: values.chain(missing).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&'static str, &'static str)]) -> impl Fn(&str) -> String {
        let pairs = pairs.to_vec();
        move |name| {
            let found = pairs.iter().find(|(label, _)| *label == name);
            found.map_or_else(String::new, |(_, value)| (*value).to_owned())
        }
    }

    #[test]
    fn a_label_has_one_of_its_values_or_is_missing() {
        let narrowed = RestrictedQuery::parse(
            "(max(a) and on (b) c\n) and on (namespace) (vector(1) or label_replace(vector(1), \"namespace\", \"hub=prod\", \"\", \"\") or label_replace(vector(1), \"namespace\", \"prod\", \"\", \"\")) and on (cluster) (label_replace(vector(1), \"cluster\", \"leap\", \"\", \"\"))",
        );
        assert_eq!(narrowed.query, "max(a) and on (b) c");
        assert!(narrowed.matches(labels(&[("cluster", "leap"), ("namespace", "prod")])));
        assert!(narrowed.matches(labels(&[("cluster", "leap")])));
        assert!(!narrowed.matches(labels(&[("namespace", "prod")])));
        assert!(!narrowed.matches(labels(&[("cluster", "leap"), ("namespace", "staging")])));
    }

    #[test]
    fn any_other_query_is_whole() {
        for query in ["up", "(up)", "(a) and on (b) (c)"] {
            assert_eq!(RestrictedQuery::parse(query).query, query);
            assert!(RestrictedQuery::parse(query).matches(labels(&[])));
        }
    }
}
