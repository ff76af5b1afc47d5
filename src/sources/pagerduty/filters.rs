//! The services and teams to which incidents are limited. People configure names; PagerDuty expects ids.

use super::api_request::ApiRequest;
use super::cache::CachedFilters;
use super::client::Client;
use super::filter_ids::FilterIds;
use super::paging::ListingGap;
use super::wire::WireReference;
use crate::domain::settings::PagerDutySettings;
use crate::domain::source::FailureKind;
use crate::sources::error::SourceError;

/// The configured names of services and teams, and their ids once they are known.
#[derive(Clone, Debug)]
pub(super) struct Filters {
    services: Vec<String>,
    teams: Vec<String>,
    ids: Option<FilterIds>,
    /// The ids that an earlier run looked up for the same names.
    last_known_ids: Option<FilterIds>,
}

impl Filters {
    pub fn new(settings: &PagerDutySettings, cached: Option<&CachedFilters>) -> Self {
        let is_same = |known: &&CachedFilters| {
            known.services == settings.services && known.teams == settings.teams
        };
        Self {
            services: settings.services.clone(),
            teams: settings.teams.clone(),
            ids: None,
            last_known_ids: cached.filter(is_same).map(|known| known.ids.clone()),
        }
    }

    /// Returns the ids. Each call requests them until one request has succeeded. While a listing fails, the ids of an
    /// earlier run are used.
    ///
    /// # Errors
    /// A listing failed and no ids are known, or a configured name is not listed. Without this error, a misspelt filter
    /// would look like a quiet night.
    pub async fn look_up_ids(&mut self, client: &Client) -> Result<FilterIds, SourceError> {
        if let Some(ids) = &self.ids {
            return Ok(ids.clone());
        }
        match self.fetch_ids(client).await {
            Ok(ids) => Ok(self.ids.insert(ids).clone()),
            Err(error) if error.kind() == FailureKind::Configuration => Err(error),
            Err(error) => self
                .last_known_ids
                .clone()
                .ok_or_else(|| without_ids(error)),
        }
    }

    /// The ids for the next run. `None` until they are known, and if there are no filters.
    pub fn to_cached(&self) -> Option<CachedFilters> {
        let ids = self
            .ids
            .clone()
            .filter(|ids| *ids != FilterIds::default())?;
        Some(CachedFilters {
            services: self.services.clone(),
            teams: self.teams.clone(),
            ids,
        })
    }

    async fn fetch_ids(&self, client: &Client) -> Result<FilterIds, SourceError> {
        Ok(FilterIds {
            services: look_up_ids(client, "services", &self.services).await?,
            teams: look_up_ids(client, "teams", &self.teams).await?,
        })
    }
}

fn without_ids(mut error: SourceError) -> SourceError {
    let why = &error.text;
    error.text = format!("which incidents count is not known: {why}");
    error
}

async fn look_up_ids(
    client: &Client,
    what: &'static str,
    wanted: &[String],
) -> Result<Vec<String>, SourceError> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let ask = ApiRequest::new(what, format!("/{what}"));
    let known = client
        .get_all_pages::<WireReference>(&ask, what, |_| false)
        .await?;
    let gap = known.gap;
    let known = known.require_readable(what)?;
    let mut ids = Vec::new();
    for name in wanted {
        let found = matching_ids(&known, name);
        if found.is_empty() {
            let all = match gap {
                None => "its",
                Some(ListingGap::Limit) => "the 10,000 that it lists of its",
                Some(ListingGap::HeldBack { .. }) => "those that it lists of its",
            };
            let text = format!("PagerDuty: none of {all} {what} has the id or name '{name}'");
            return Err(SourceError::unsent(FailureKind::Configuration, text));
        }
        ids.extend(found);
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

// The ids of all matches, since names are not unique.
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
