//! Pollers against servers on loopback. Whatever they ask of PagerDuty and GitHub is held against their own OpenAPI
//! files.

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
