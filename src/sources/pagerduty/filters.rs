//! Which services and teams count, by the ids that PagerDuty wants in place of the names that people
//! write.

use super::api_error::ApiError;
use super::api_request::ApiRequest;
use super::client::Client;
use super::filter_ids::FilterIds;
use super::wire::WireReference;
use crate::domain::settings::PagerDutySettings;
use crate::domain::source::FailureKind;
use crate::sources::http::Sent;
use crate::sources::poll::PollError;

/// What the configuration names, and the ids once they are known.
#[derive(Clone, Debug)]
pub(super) struct Filters {
    services: Vec<String>,
    teams: Vec<String>,
    ids: Option<FilterIds>,
}

impl Filters {
    pub fn new(settings: &PagerDutySettings) -> Self {
        Self {
            services: settings.services.clone(),
            teams: settings.teams.clone(),
            ids: None,
        }
    }

    /// The ids; asked for once.
    ///
    /// # Errors
    /// A listing failed, or holds nothing of a name: a misspelt filter must not look like a quiet night.
    pub async fn look_up_ids(&mut self, client: &Client) -> Result<FilterIds, ApiError> {
        if let Some(ids) = &self.ids {
            return Ok(ids.clone());
        }
        let ids = FilterIds {
            services: look_up_ids(client, "services", &self.services).await?,
            teams: look_up_ids(client, "teams", &self.teams).await?,
        };
        Ok(self.ids.insert(ids).clone())
    }
}

async fn look_up_ids(
    client: &Client,
    what: &'static str,
    wanted: &[String],
) -> Result<Vec<String>, ApiError> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let ask = ApiRequest::new(what, format!("/{what}"));
    let known = client
        .get_all_pages::<WireReference>(&ask, what, |_| false)
        .await?
        .require_readable(what)?;
    let mut ids = Vec::new();
    for name in wanted {
        let found = matching_ids(&known, name);
        if found.is_empty() {
            let text = format!("PagerDuty: none of its {what} has the id or the name '{name}'");
            return Err(ApiError::without_status(
                Sent::No,
                PollError::new(FailureKind::Configuration, text),
            ));
        }
        ids.extend(found);
    }
    ids.sort();
    ids.dedup();
    Ok(ids)
}

// Names are not unique: all that bear one count.
fn matching_ids(known: &[WireReference], wanted: &str) -> Vec<String> {
    let matches = |thing: &&WireReference| {
        let name = thing.label().unwrap_or_default();
        thing.id() == Some(wanted) || name.to_lowercase() == wanted.to_lowercase()
    };
    known
        .iter()
        .filter(matches)
        .filter_map(|thing| Some(thing.id()?.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests;
