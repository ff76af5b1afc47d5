//! An event that rings: its text, and its JSON for a hook. Text from outside is cleaned and shortened here, once for
//! the terminal, the window's title and the hook.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::domain::case::{Case, Place};
use crate::domain::ids::{ClusterName, HubKey};
use crate::domain::incident::{Incident, IncidentStatus, Urgency};
use crate::domain::notify::EventKind;
use crate::domain::verdict::VerdictLevel;
use crate::picture::Picture;
use crate::text::sanitize::{clean, fit};
use crate::wording::case;

/// The most cells of an event's title. A notification shows about two lines.
const MAX_TITLE_CELLS: usize = 160;

/// The most cells of a case's title inside an event's title. The limit keeps the place after it visible.
const MAX_CASE_TITLE_CELLS: usize = 90;

/// A title names at most this many hubs or sources and counts the others.
const MAX_NAMES: usize = 3;

/// A list for a hook has at most this many hubs, cases, places or sources.
const MAX_LISTED: usize = 50;

/// A URL that is longer than this is left out.
const MAX_URL_BYTES: usize = 2048;

const SCHEMA: u32 = 1;

/// An event that rings, as a hook receives it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Event {
    pub schema: u32,
    pub event: EventKind,
    pub at: DateTime<Utc>,
    /// One line that makes sense without the other fields.
    pub title: String,
    pub verdict: VerdictLevel,
    /// Whether the picture is the demo's.
    pub demo: bool,
    /// Whether the event comes from `notify test`.
    pub test: bool,
    /// The cluster, if enough of its hubs are down that the whole cluster counts as down.
    pub cluster: Option<String>,
    pub hubs: Vec<EventPlace>,
    /// How many hubs are down. `hubs` may list fewer of them.
    pub hub_count: usize,
    pub cases: Vec<EventCase>,
    /// The names of what hubwatch cannot see.
    pub blind: Vec<String>,
}

/// A case, as a hook receives it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EventCase {
    pub id: String,
    pub title: String,
    pub priority: Option<String>,
    #[serde(rename = "where")]
    pub places: Vec<EventPlace>,
    pub incident: Option<EventIncident>,
}

/// A place, as a hook receives it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EventPlace {
    pub cluster: Option<String>,
    pub hub: Option<String>,
}

/// An incident, as a hook receives it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EventIncident {
    pub id: String,
    pub number: u64,
    pub status: IncidentStatus,
    pub urgency: Urgency,
    /// `None` if the URL is not the address of a web page.
    pub url: Option<String>,
}

impl Event {
    fn new(event: EventKind, title: &str, verdict: VerdictLevel, at: DateTime<Utc>) -> Self {
        Self {
            schema: SCHEMA,
            event,
            at,
            title: fit(title, MAX_TITLE_CELLS, "..").into_owned(),
            verdict,
            demo: false,
            test: false,
            cluster: None,
            hubs: Vec::new(),
            hub_count: 0,
            cases: Vec::new(),
            blind: Vec::new(),
        }
    }

    /// The event of `notify test`.
    pub fn test(at: DateTime<Utc>) -> Self {
        let title = "this is a test, and it rings";
        Self {
            test: true,
            ..Self::new(EventKind::HubDown, title, VerdictLevel::Ok, at)
        }
    }

    /// An event about one case.
    pub(super) fn about_case(
        event: EventKind,
        case: &Arc<Case>,
        picture: &Picture,
        at: DateTime<Utc>,
    ) -> Self {
        let (priority, place) = (case::priority(case), case::places_long(case));
        let title = case::title(case);
        let title = fit(&title, MAX_CASE_TITLE_CELLS, "..");
        let place = match place.is_empty() {
            true => String::new(),
            false => format!(", {place}"),
        };
        let what = match event {
            EventKind::Mine => "yours, not acknowledged",
            EventKind::TimeBox => "your time-box is over",
            _ if case.owners_known => "nobody owns it",
            _ => "its owner cannot be read",
        };
        let title = format!("{what}: {priority} {title}{place}");
        Self {
            cases: vec![event_case(case)],
            ..Self::new(event, &title, picture.verdict.level, at)
        }
    }

    /// The event for hubs of one cluster that are down. `cluster` is set if the cluster itself counts as down.
    pub(super) fn hubs_down(
        hubs: &[&HubKey],
        cluster: Option<&ClusterName>,
        cases: &[&Arc<Case>],
        picture: &Picture,
        at: DateTime<Utc>,
    ) -> Self {
        let title = match (cluster, hubs) {
            (None, [only]) => format!("{only} is down"),
            // The cluster's event rings when its first hubs are down. More hubs may follow.
            (Some(cluster), hubs) => format!("{cluster}: {} hubs are down so far", hubs.len()),
            (None, hubs) => {
                let names = named(hubs.iter().map(ToString::to_string));
                format!("{} hubs are down: {names}", hubs.len())
            }
        };
        let listed = hubs.iter().take(MAX_LISTED);
        Self {
            cluster: cluster.map(|cluster| clean(cluster.as_str()).into_owned()),
            hubs: listed.map(|hub| hub_place(hub)).collect(),
            hub_count: hubs.len(),
            cases: cases
                .iter()
                .take(MAX_LISTED)
                .map(|case| event_case(case))
                .collect(),
            ..Self::new(
                EventKind::HubDown,
                &clean(&title),
                picture.verdict.level,
                at,
            )
        }
    }

    /// The event for things that could not be seen for three minutes. `names` are their names.
    pub(super) fn blind(names: Vec<String>, picture: &Picture, at: DateTime<Utc>) -> Self {
        let names: Vec<String> = names.iter().map(|name| clean(name).into_owned()).collect();
        let title = format!(
            "no current data for over 3 minutes: {}",
            named(names.iter().cloned())
        );
        let title = Self::new(EventKind::Blind, &title, picture.verdict.level, at);
        Self {
            blind: names.into_iter().take(MAX_LISTED).collect(),
            ..title
        }
    }
}

fn named(names: impl ExactSizeIterator<Item = String>) -> String {
    let more = names.len().saturating_sub(MAX_NAMES);
    let shown: Vec<String> = names.take(MAX_NAMES).collect();
    match more {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

fn event_case(case: &Arc<Case>) -> EventCase {
    let priority = case.priority.as_ref();
    EventCase {
        id: clean(&case.id.to_string()).into_owned(),
        title: case::title(case),
        priority: priority.map(|name| clean(name.as_str()).into_owned()),
        places: case.places.iter().take(MAX_LISTED).map(place).collect(),
        incident: case.incident.as_deref().map(event_incident),
    }
}

fn event_incident(incident: &Incident) -> EventIncident {
    EventIncident {
        id: clean(incident.id.as_str()).into_owned(),
        number: incident.number,
        status: incident.status,
        urgency: incident.urgency,
        url: incident.url.as_deref().and_then(web_url),
    }
}

// Only the plain address of a web page is safe, since a hook may pass it to a browser.
fn web_url(url: &str) -> Option<String> {
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    let is_plain = url.bytes().all(|byte| byte.is_ascii_graphic());
    (is_web && is_plain && url.len() <= MAX_URL_BYTES).then(|| url.to_owned())
}

fn hub_place(hub: &HubKey) -> EventPlace {
    EventPlace {
        cluster: Some(clean(hub.cluster.as_str()).into_owned()),
        hub: Some(clean(hub.hub.as_str()).into_owned()),
    }
}

fn place(place: &Place) -> EventPlace {
    EventPlace {
        cluster: place
            .cluster
            .as_ref()
            .map(|name| clean(name.as_str()).into_owned()),
        hub: place
            .hub
            .as_ref()
            .map(|name| clean(name.as_str()).into_owned()),
    }
}
