//! Pollers against servers on loopback. Whatever they ask of PagerDuty is held against its own OpenAPI
//! file at the end of each test.

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
