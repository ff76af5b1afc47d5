//! Pollers against servers on loopback. Requests to the imitations of PagerDuty and GitHub are checked against the
//! OpenAPI files that PagerDuty and GitHub publish.

pub mod account;
mod details;
mod directory;
mod future_dates;
mod incidents;
mod limits;
mod log;
mod objects;
mod shared_key;
mod status_page;
mod statuspage;
mod tracker;
