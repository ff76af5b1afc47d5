//! Puts the world behind sockets on loopback: one for PagerDuty and the status page, one for all hubs,
//! one for each Prometheus. Nothing here spawns: the caller drives what is returned.

mod basic_auth;
mod listeners;
mod params;
pub mod shared;
#[cfg(test)]
pub mod testing;

pub use listeners::{Endpoints, Served, serve};
