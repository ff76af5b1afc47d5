//! The listings that every look at the incidents begins with: what is open, what was resolved lately,
//! and the account's log since the last look.

use chrono::{DateTime, TimeDelta, Utc};

use super::ask::{Ask, segment};
use super::client::Client;
use super::filters::Ids;
use super::pages::PAGE;
use super::refusal::Refusal;
use super::wire::incident::WireIncident;
use super::wire::log::WireLogEntry;
use crate::domain::ids::IncidentId;
use crate::domain::incident::{Incident, LogEntry};

/// Pages of the account's log that one look reads; what is older is read by incident.
const LOG_PAGES: usize = 20;

/// All open incidents. `date_range=all`, or those older than a month would vanish. By creation, so that
/// new ones come last and shift nothing.
pub(super) async fn open(client: &Client, ids: &Ids) -> Result<Vec<Incident>, Refusal> {
    let ask = Ask::new("incidents", "/incidents")
        .any("statuses[]", ["triggered", "acknowledged"])
        .with("date_range", "all")
        .with("sort_by", "created_at:asc");
    let wire = client
        .shifting(&ids.narrow(ask), "incidents", WireIncident::key)
        .await?;
    read_all(wire)
}

/// Incidents resolved since `cutoff`, however old: `since` goes by their creation, so it is not of use
/// here. The last resolved come first, and reading ends with those before `cutoff`.
pub(super) async fn resolved(
    client: &Client,
    ids: &Ids,
    cutoff: DateTime<Utc>,
) -> Result<Vec<Incident>, Refusal> {
    let ask = Ask::new("resolved incidents", "/incidents")
        .any("statuses[]", ["resolved"])
        .with("date_range", "all")
        .with("sort_by", "resolved_at:desc");
    let before = |page: &[WireIncident]| {
        page.iter()
            .all(|wire| wire.resolved_at().is_some_and(|at| at < cutoff))
    };
    let wire = client.pages(&ids.narrow(ask), "incidents", before).await?;
    let mut all = read_all(wire)?;
    all.retain(|incident| incident.resolved_at.is_none_or(|at| at >= cutoff));
    Ok(all)
}

/// One incident, where it is among those that count.
pub(super) async fn single(
    client: &Client,
    ids: &Ids,
    id: &IncidentId,
) -> Result<Option<Incident>, Refusal> {
    let ask = Ask::new("incident", format!("/incidents/{}", segment(id.as_str())));
    let wire: WireIncident = match client.one(&ask, "incident").await {
        Err(refusal) if refusal.is_not_found() => return Ok(None),
        wire => wire?,
    };
    if !wire.is_among(ids) {
        return Ok(None);
    }
    wire.read()
        .map(Some)
        .map_err(|why| Refusal::garbled(ask.part, why))
}

/// Incidents with this key, however old.
pub(super) async fn keyed(client: &Client, key: &str) -> Result<Vec<Incident>, Refusal> {
    let ask = Ask::new("incidents", "/incidents")
        .with("incident_key", key)
        .with("date_range", "all");
    let mut all = read_all(client.page(&ask, "incidents", 0).await?.items)?;
    // The parameter goes for the keys of their alerts as well.
    all.retain(|incident| incident.incident_key.as_deref() == Some(key));
    Ok(all)
}

fn read_all(wire: Vec<WireIncident>) -> Result<Vec<Incident>, Refusal> {
    let all: Result<_, String> = wire.into_iter().map(WireIncident::read).collect();
    all.map_err(|why| Refusal::garbled("incidents", why))
}

/// A piece of the account's log without a gap.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LogPiece {
    pub entries: Vec<LogEntry>,
    pub from: DateTime<Utc>,
    pub until: DateTime<Utc>,
}

/// The account's log since `since`, the newest first, as far back as one look reads. `now` stands in for
/// PagerDuty's clock where it does not tell it.
pub(super) async fn log(
    client: &Client,
    ids: &Ids,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<LogPiece, Refusal> {
    let ask = Ask::new("the log", "/log_entries")
        .at("since", since)
        .with("is_overview", "false")
        .any("team_ids[]", &ids.teams);
    let mut piece = LogPiece {
        entries: Vec::new(),
        from: since,
        until: now,
    };
    for number in 0..LOG_PAGES {
        let page = client
            .page::<WireLogEntry>(&ask, "log_entries", number * PAGE)
            .await?;
        if number == 0 {
            piece.until = client.server_clock().unwrap_or(now);
        }
        let more = page.more && !page.items.is_empty();
        piece
            .entries
            .extend(page.items.into_iter().filter_map(|wire| wire.read(None)));
        if !more {
            return Ok(piece);
        }
    }
    // What is older than the oldest entry was not read, and that one's own second perhaps not wholly.
    let oldest = piece
        .entries
        .iter()
        .map(|entry| entry.at)
        .min()
        .unwrap_or(piece.until);
    piece.from = oldest
        .checked_add_signed(TimeDelta::seconds(1))
        .unwrap_or(oldest);
    Ok(piece)
}

/// The whole log of one incident.
pub(super) async fn log_of(client: &Client, id: &IncidentId) -> Result<Vec<LogEntry>, Refusal> {
    log_by(client, id, |ask| ask).await
}

/// The log of one incident since a moment.
pub(super) async fn log_of_since(
    client: &Client,
    id: &IncidentId,
    since: DateTime<Utc>,
) -> Result<Vec<LogEntry>, Refusal> {
    log_by(client, id, |ask| ask.at("since", since)).await
}

async fn log_by(
    client: &Client,
    id: &IncidentId,
    narrow: impl FnOnce(Ask) -> Ask,
) -> Result<Vec<LogEntry>, Refusal> {
    let ask = Ask::new(
        "an incident's log",
        format!("/incidents/{}/log_entries", segment(id.as_str())),
    )
    .with("is_overview", "false");
    let wire = client
        .pages::<WireLogEntry>(&narrow(ask), "log_entries", |_| false)
        .await?;
    Ok(wire
        .into_iter()
        .filter_map(|wire| wire.read(Some(id)))
        .collect())
}
