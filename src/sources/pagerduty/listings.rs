//! The listings that begin every poll of the incidents: open incidents, recently resolved incidents, and the account's
//! log since the last poll.

use chrono::{DateTime, TimeDelta, Utc};

use super::api_request::{ApiRequest, path_segment};
use super::client::Client;
use super::filter_ids::FilterIds;
use super::paging::{Listing, ListingGap, PAGE_SIZE, describe_unreadable};
use super::wire::incident::WireIncident;
use super::wire::log::WireLogEntry;
use crate::domain::ids::IncidentId;
use crate::domain::incident::{Incident, LogEntry};
use crate::domain::source::{ItemKind, UnreadableItems};
use crate::sources::error::SourceError;
use crate::sources::lenient::Page;

/// The most pages of the account's log in one poll. Older entries are read incident by incident.
const MAX_LOG_PAGES: usize = 20;

/// Incidents, and the items of their listing that cannot be read.
pub(super) struct IncidentListing {
    pub listing: Listing<Incident>,
    /// Incidents that cannot be read, and incidents with an unreadable field that matters.
    pub unreadable: UnreadableItems,
}

/// Lists the open incidents. Without `date_range=all`, incidents older than a month would be missing. The most urgent
/// and newest incidents come first, so that they are there even if PagerDuty lists only a part.
pub(super) async fn fetch_open(
    client: &Client,
    ids: &FilterIds,
) -> Result<IncidentListing, SourceError> {
    let ask = ApiRequest::new("incidents", "/incidents")
        .list_param("statuses[]", ["triggered", "acknowledged"])
        .param("date_range", "all")
        .param("sort_by", "urgency:desc,created_at:desc");
    let wire = client
        .get_shifting_list(
            &ids.add_to_request(ask),
            "incidents",
            WireIncident::listing_key,
        )
        .await?;
    into_incidents(wire)
}

/// Incidents that were resolved since `cutoff`, whenever they were created. The parameter `since` does not help, since
/// it filters by creation. The last resolved incident comes first. Reading ends at the first incident that was resolved
/// before `cutoff`.
pub(super) async fn fetch_resolved(
    client: &Client,
    ids: &FilterIds,
    cutoff: DateTime<Utc>,
) -> Result<IncidentListing, SourceError> {
    let ask = ApiRequest::new("resolved incidents", "/incidents")
        .list_param("statuses[]", ["resolved"])
        .param("date_range", "all")
        .param("sort_by", "resolved_at:desc");
    let before = |page: &[WireIncident]| {
        page.iter()
            .all(|wire| wire.resolved_at().is_some_and(|at| at < cutoff))
    };
    let wire = client
        .get_all_pages(&ids.add_to_request(ask), "incidents", before)
        .await?;
    let mut listing = into_incidents(wire)?;
    let incidents = &mut listing.listing.items;
    incidents.retain(|incident| incident.resolved_at.is_none_or(|at| at >= cutoff));
    Ok(listing)
}

/// Reads one incident; `None` if it does not exist.
pub(super) async fn fetch_one(
    client: &Client,
    id: &IncidentId,
) -> Result<Option<Incident>, SourceError> {
    let wire = fetch_wire(client, id).await?;
    wire.map(into_incident).transpose()
}

/// Reads one incident; `None` if it does not exist or the filters exclude it.
pub(super) async fn fetch_counted(
    client: &Client,
    ids: &FilterIds,
    id: &IncidentId,
) -> Result<Option<Incident>, SourceError> {
    let wire = fetch_wire(client, id).await?;
    let counted = wire.filter(|wire| wire.matches(ids));
    counted.map(into_incident).transpose()
}

async fn fetch_wire(client: &Client, id: &IncidentId) -> Result<Option<WireIncident>, SourceError> {
    let path = format!("/incidents/{}", path_segment(id.as_str()));
    let ask = ApiRequest::new("incident", path);
    match client.get_object(&ask, "incident").await {
        Err(error) if error.is_not_found() => Ok(None),
        wire => wire.map(Some),
    }
}

fn into_incident(wire: WireIncident) -> Result<Incident, SourceError> {
    wire.into_incident()
        .map_err(|why| SourceError::garbled_about("incident", why))
}

/// Incidents with this key, whenever they were created.
pub(super) async fn fetch_by_key(client: &Client, key: &str) -> Result<Vec<Incident>, SourceError> {
    let ask = ApiRequest::new("incidents", "/incidents")
        .param("incident_key", key)
        .param("date_range", "all");
    let all = client.get_all_pages::<WireIncident>(&ask, "incidents", |_| false);
    let wire = all.await?.require_whole(ask.resource)?;
    let all: Result<Vec<_>, String> = wire.into_iter().map(WireIncident::into_incident).collect();
    let mut all = all.map_err(|why| SourceError::garbled_about(ask.resource, why))?;
    // The parameter `incident_key` also matches the keys of the incidents' alerts.
    all.retain(|incident| incident.incident_key.as_deref() == Some(key));
    Ok(all)
}

/// # Errors
/// The listing has incidents, and none of them can be read.
fn into_incidents(wire: Listing<WireIncident>) -> Result<IncidentListing, SourceError> {
    let mut unreadable = UnreadableItems::default();
    unreadable.push_shapeless(ItemKind::Incident, wire.unreadable);
    let mut incidents = Vec::with_capacity(wire.items.len());
    for wire in wire.items {
        let name = wire.name();
        match wire.into_incident() {
            Ok(incident) => {
                for field in &incident.unread_fields {
                    let problem = format!("its {field} cannot be read");
                    unreadable.push(ItemKind::IncidentField, name.as_deref(), problem);
                }
                incidents.push(incident);
            }
            Err(problem) => unreadable.push(ItemKind::Incident, name.as_deref(), problem),
        }
    }
    if let (Some(first), true) = (unreadable.iter().next(), incidents.is_empty()) {
        let why = format!("none can be read: {}", first.problem);
        return Err(SourceError::garbled_about("incidents", why));
    }
    Ok(IncidentListing {
        listing: Listing {
            items: incidents,
            unreadable: unreadable.iter().map(|item| item.count).sum(),
            gap: wire.gap,
        },
        unreadable,
    })
}

/// A piece of the account's log. There is no gap within the piece.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LogSlice {
    pub entries: Vec<LogEntry>,
    pub from: DateTime<Utc>,
    pub until: DateTime<Utc>,
    /// The incidents of the unreadable entries; `None` for an entry whose incident is unreadable too.
    pub unreadable: Vec<Option<IncidentId>>,
    /// The reason why entries older than `from` are missing; `None` if none are missing.
    pub gap: Option<ListingGap>,
}

impl LogSlice {
    /// Whether the piece may lack an entry of this incident.
    pub fn may_lack_entry_of(&self, id: &IncidentId) -> bool {
        let mut of = self.unreadable.iter();
        of.any(|of| of.as_ref().is_none_or(|of| of == id))
    }

    /// The missing part in words; `None` if nothing is missing.
    pub fn missing(&self) -> Option<String> {
        const RESOURCE: &str = "log entries";
        match self.unreadable.len() {
            0 => self.gap.map(|gap| gap.describe(RESOURCE)),
            count => Some(describe_unreadable(count, RESOURCE)),
        }
    }

    fn add_page(&mut self, page: Page<WireLogEntry>) {
        let shapeless = std::iter::repeat_n(None, page.unreadable);
        self.unreadable.extend(shapeless);
        for wire in page.items {
            let (of, is_needed) = (wire.incident_id(), !wire.decides_nothing());
            match wire.into_log_entry(None) {
                Some(entry) => self.entries.push(entry),
                None if !is_needed => {}
                None => self.unreadable.push(of),
            }
        }
    }
}

/// The account's log since `since`, the oldest entry first, as far back as one poll reads. `now` replaces PagerDuty's
/// clock if its answers have no date. `may_read_on` decides before each further page whether it is read.
pub(super) async fn fetch_account_log(
    client: &Client,
    ids: &FilterIds,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
    may_read_on: impl Fn() -> bool,
) -> Result<LogSlice, SourceError> {
    let ask = ApiRequest::new("the log", "/log_entries")
        .time_param("since", since)
        .param("is_overview", "false")
        .list_param("team_ids[]", &ids.teams);
    let mut piece = LogSlice {
        entries: Vec::new(),
        from: since,
        until: now,
        unreadable: Vec::new(),
        gap: None,
    };
    for number in 0..MAX_LOG_PAGES {
        let page = client
            .get_page::<WireLogEntry>(&ask, "log_entries", number * PAGE_SIZE)
            .await?;
        if number == 0 {
            piece.until = client.server_clock().unwrap_or(now);
        }
        if page.holds_back() {
            let listed = piece.entries.len() + piece.unreadable.len();
            piece.gap = Some(ListingGap::HeldBack { listed });
            break;
        }
        let more = page.has_next(PAGE_SIZE);
        piece.add_page(page);
        if !more {
            piece.entries.reverse();
            return Ok(piece);
        }
        if !may_read_on() {
            break;
        }
    }
    piece.entries.reverse();
    // Entries that are older than the oldest entry in `piece` were not read. Other entries of the oldest entry's second
    // may also be missing.
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

/// The log of one incident, the oldest entry first. If `since` is given, only the entries since then.
pub(super) async fn fetch_incident_log(
    client: &Client,
    id: &IncidentId,
    since: Option<DateTime<Utc>>,
) -> Result<Vec<LogEntry>, SourceError> {
    let ask =
        ApiRequest::detail("an incident's log", id, "log_entries").param("is_overview", "false");
    let ask = match since {
        None => ask,
        Some(since) => ask.time_param("since", since),
    };
    let wire = client
        .get_all_pages::<WireLogEntry>(&ask, "log_entries", |_| false)
        .await?;
    let entries = wire.convert_items(|wire| {
        let is_needed = !wire.decides_nothing();
        match wire.into_log_entry(Some(id)) {
            None if is_needed => None,
            read => Some(read),
        }
    });
    let entries = entries.require_whole("an incident's log")?;
    let mut entries: Vec<LogEntry> = entries.into_iter().flatten().collect();
    // PagerDuty lists the newest entry first, also within one second.
    entries.reverse();
    Ok(entries)
}
