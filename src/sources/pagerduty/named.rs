//! Incidents as they are now, whatever services and teams are watched: one that somebody names by its id or
//! number, and all that are open.

use super::client::Client;
use super::details;
use super::filters::Ids;
use super::listings;
use super::refusal::Refusal;
use crate::domain::ids::IncidentId;
use crate::domain::incident::Incident;

/// Reads it; none where PagerDuty knows none of this name. The labels of its alerts tell where it is: where
/// they cannot be had it is read without.
///
/// # Errors
/// It could not be read.
pub async fn named(client: &Client, name: &IncidentId) -> Result<Option<Incident>, Refusal> {
    client.may_ask()?;
    let found = listings::single(client, &Ids::default(), name).await?;
    let Some(mut incident) = found else {
        return Ok(None);
    };
    if let Ok(alerts) = details::alerts(client, &incident.id).await {
        incident.alerts = alerts;
        incident.alerts_known = true;
    }
    Ok(Some(incident))
}

/// Reads all that are open, without their alerts.
///
/// # Errors
/// They could not be read.
pub async fn all_open(client: &Client) -> Result<Vec<Incident>, Refusal> {
    client.may_ask()?;
    listings::open(client, &Ids::default()).await
}
