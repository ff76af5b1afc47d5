//! One folder for each source: its private wire types, its reads and its writes.
//!
//! A source turns its upstream's answers into a [`poll_report::PollReport`] of domain types. A source keeps no schedule,
//! spawns nothing and never sleeps: the runtime drives it through [`source::Source`]. All sources share [`context`],
//! which opens them, [`http`], which sends requests and limits answers, [`schedule`], which says when to poll, and
//! [`secret`], which fetches secrets.

pub mod alertmanager;
pub mod blank;
pub mod context;
pub mod endpoint;
pub mod error;
pub mod github;
pub mod http;
mod lenient;
pub mod pagerduty;
pub mod part_reader;
pub mod poll_report;
pub mod probes;
pub mod prometheus;
pub mod scalar;
pub mod schedule;
pub mod secret;
pub mod source;
pub mod status_page;
pub mod version_history_file;

#[cfg(test)]
mod testing;
