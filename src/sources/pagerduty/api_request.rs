//! A request to PagerDuty as data: the resource's name for errors, the path and the parameters.

use chrono::{DateTime, SecondsFormat, Utc};

use crate::domain::ids::IncidentId;

/// A `GET` request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiRequest {
    /// The resource's name in errors: `"the log"`.
    pub resource: &'static str,
    /// The path, which begins with a slash.
    pub path: String,
    /// The parameters in order, not yet escaped. The name of a list is repeated for each value.
    pub query: Vec<(&'static str, String)>,
    /// Whether the request reads a detail of one incident. The detail budget limits such requests.
    pub is_detail: bool,
}

impl ApiRequest {
    /// A request without parameters.
    pub fn new(resource: &'static str, path: impl Into<String>) -> Self {
        Self {
            resource,
            path: path.into(),
            query: Vec::new(),
            is_detail: false,
        }
    }

    /// A request for a detail of one incident. `part` names the detail in words; `path` is below the incident's path.
    pub fn detail(part: &'static str, id: &IncidentId, path: &str) -> Self {
        Self {
            is_detail: true,
            ..Self::new(
                part,
                format!("/incidents/{}/{path}", path_segment(id.as_str())),
            )
        }
    }

    /// Adds a parameter.
    pub fn param(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    /// Adds a time, in UTC.
    pub fn time_param(self, name: &'static str, moment: DateTime<Utc>) -> Self {
        self.param(name, moment.to_rfc3339_opts(SecondsFormat::Secs, true))
    }

    /// Adds a list of values. The list's name ends in `[]` and is repeated for each value.
    pub fn list_param(
        self,
        name: &'static str,
        values: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        values
            .into_iter()
            .fold(self, |ask, value| ask.param(name, value))
    }
}

/// `id` as one segment of a path. Only letters, digits, `-` and `_` are kept, since other characters could lead to
/// another path.
pub fn path_segment(id: &str) -> String {
    id.chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_repeats_its_name() {
        let ask = ApiRequest::new("incidents", "/incidents")
            .list_param("statuses[]", ["triggered", "acknowledged"]);
        assert_eq!(ask.query.len(), 2);
        assert!(ask.query.iter().all(|(name, _)| *name == "statuses[]"));
    }

    #[test]
    fn an_id_cannot_leave_its_segment() {
        assert_eq!(path_segment("../users/Q1?x"), "usersQ1x");
        assert_eq!(path_segment("Q1_a-b"), "Q1_a-b");
    }
}
