//! One folder a source: its wire types (private), what is read, and what is acted.
//!
//! A source turns its upstream's answers into a [`source::PollReport`] of domain types. It keeps no schedule, spawns
//! nothing and sleeps never: the runtime drives it, by [`source::Source`]. Shared by all: [`context`] opens
//! it, [`http`] asks and keeps answers small, [`schedule`] says when, [`secret`] fetches what no
//! configuration may hold.

pub mod alertmanager;
pub mod blank;
pub mod context;
pub mod endpoint;
pub mod error;
pub mod http;
mod lenient;
pub mod pagerduty;
pub mod part_reader;
pub mod probes;
pub mod prometheus;
pub mod scalar;
pub mod schedule;
pub mod secret;
pub mod source;
pub mod status_page;

#[cfg(test)]
mod testing;
