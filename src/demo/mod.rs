//! The embedded world: a scripted shift that speaks the real protocols on loopback.
//!
//! `world` is a pure state machine that a `script` drives; `account` is its PagerDuty. `listeners` puts both behind
//! real sockets. Wire formats are written here a second time, never taken from `sources`, so that a field misspelt on
//! one side shows.

pub mod account;
mod clockwork;
pub mod config;
pub mod hubs;
mod listeners;
pub mod options;
pub mod pagerduty;
pub mod prometheus;
mod rng;
pub mod script;
pub mod serve;
pub mod statuspage;
pub mod tracker;
pub mod world;

pub use config::{SecretFiles, config_toml};
pub use listeners::{Endpoints, Served, serve};
pub use options::{Scenario, WorldOptions};
pub use script::ScriptError;
pub use world::World;
