//! PagerDuty's REST API v2: incidents with their alerts and log, and the directory of people, policies
//! and the rota.

mod accounts;
mod api_error;
mod api_request;
mod cache;
mod client;
mod detail_budget;
mod details;
mod directory;
mod directory_source;
mod filter_ids;
mod filters;
mod future_dates;
mod incident_lookup;
mod incidents;
mod incidents_source;
mod known_incidents;
mod listings;
pub mod operations;
mod paging;
mod past_incidents;
mod rate_limit;
mod wire;
mod writer;

pub use accounts::Accounts;
pub use api_request::{ApiRequest, path_segment};
pub use cache::IncidentCache;
pub use client::{Access, Client};
pub use detail_budget::Pace;
pub use details::DetailLimits;
pub use directory::DirectoryPoller;
pub use directory_source::{DirectorySource, DirectorySourceSettings};
pub use incident_lookup::{fetch_incident, fetch_log, fetch_open_incidents};
pub use incidents::IncidentPoller;
pub use incidents_source::IncidentsSource;
pub use paging::Listing;
pub use past_incidents::{
    IncidentRecord, KeptIncidents, PastIncidents, Progress, Reading, RecordFiles,
    fetch_past_incidents, load_past_incidents, log_begins,
};
pub use writer::{ReadOnlyError, Writer};
