//! The embedded world: a scripted shift that is served on loopback with the real protocols.
//!
//! `world` is a pure state machine that a `script` drives. `account` is its PagerDuty account. `listeners` puts both
//! behind real sockets. The wire formats are written here a second time, and nothing is shared with `sources`. So a
//! test notices if one side misspells a field.

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
