//! The ids of the services and teams to which incidents are limited.

use serde::{Deserialize, Serialize};

use super::api_request::ApiRequest;

/// The ids that listings are limited to. An empty list means no limit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FilterIds {
    pub services: Vec<String>,
    pub teams: Vec<String>,
}

impl FilterIds {
    /// Limits the request to these ids.
    pub fn add_to_request(&self, ask: ApiRequest) -> ApiRequest {
        ask.list_param("service_ids[]", &self.services)
            .list_param("team_ids[]", &self.teams)
    }

    /// Whether an incident of this service and these teams passes the filter.
    pub fn matches<'a>(
        &self,
        service: Option<&str>,
        mut teams: impl Iterator<Item = &'a str>,
    ) -> bool {
        let has = |ids: &[String], id: &str| ids.iter().any(|known| known == id);
        let service = self.services.is_empty() || service.is_some_and(|id| has(&self.services, id));
        service && (self.teams.is_empty() || teams.any(|id| has(&self.teams, id)))
    }
}
