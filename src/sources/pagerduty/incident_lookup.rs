//! Reads incidents as they are now, regardless of the configured services and teams: one by its id or number, and all
//! open ones.

use super::client::Client;
use super::details;
use super::filter_ids::FilterIds;
use super::listings;
use crate::domain::ids::IncidentId;
use crate::domain::incident::{Incident, LogEntry};
use crate::sources::error::SourceError;

/// Reads an incident; `None` if PagerDuty has none of this name. Its alerts' labels give its place; if they cannot be
/// read, the incident is returned without them.
///
/// # Errors
/// It could not be read.
pub async fn fetch_incident(
    client: &Client,
    name: &IncidentId,
) -> Result<Option<Incident>, SourceError> {
    client.ensure_not_paused()?;
    let found = listings::fetch_one(client, name).await?;
    let Some(mut incident) = found else {
        return Ok(None);
    };
    if let Ok(alerts) = details::fetch_alerts(client, &incident.id).await {
        incident.alerts = alerts;
        incident.alerts_known = true;
    }
    Ok(Some(incident))
}

/// Reads the log of one.
///
/// # Errors
/// It could not be read.
pub async fn fetch_log(client: &Client, id: &IncidentId) -> Result<Vec<LogEntry>, SourceError> {
    client.ensure_not_paused()?;
    listings::fetch_incident_log(client, id, None).await
}

/// Reads all that are open, without their alerts.
///
/// # Errors
/// They could not be read.
pub async fn fetch_open_incidents(client: &Client) -> Result<Vec<Incident>, SourceError> {
    client.ensure_not_paused()?;
    let open = listings::fetch_open(client, &FilterIds::default()).await?;
    match open.unreadable.iter().next() {
        None => Ok(open.listing.items),
        Some(first) => Err(SourceError::garbled_about("incidents", &first.problem)),
    }
}
