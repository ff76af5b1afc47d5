//! Reads incidents in their present state, regardless of the configured services and teams: one incident by its id or
//! number, or all open incidents.

use super::client::Client;
use super::details;
use super::filter_ids::FilterIds;
use super::listings;
use crate::domain::ids::IncidentId;
use crate::domain::incident::{Incident, LogEntry};
use crate::sources::error::SourceError;

/// Reads an incident; `None` if PagerDuty has no incident with this id or number. The labels of its alerts show its
/// place. If the alerts cannot be read, the incident is returned without them.
///
/// # Errors
/// The incident could not be read.
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

/// Reads the log of one incident.
///
/// # Errors
/// The log could not be read.
pub async fn fetch_log(client: &Client, id: &IncidentId) -> Result<Vec<LogEntry>, SourceError> {
    client.ensure_not_paused()?;
    listings::fetch_incident_log(client, id, None).await
}

/// Reads all open incidents, without their alerts.
///
/// # Errors
/// The incidents could not be read.
pub async fn fetch_open_incidents(client: &Client) -> Result<Vec<Incident>, SourceError> {
    client.ensure_not_paused()?;
    let open = listings::fetch_open(client, &FilterIds::default()).await?;
    match open.unreadable.iter().next() {
        None => Ok(open.listing.items),
        Some(first) => Err(SourceError::garbled_about("incidents", &first.problem)),
    }
}
