//! PagerDuty's REST API v2: incidents with their alerts and log, and the directory of people, policies
//! and the rota.

pub mod act;
mod ask;
mod cache;
mod client;
mod details;
mod directory;
mod filters;
mod incidents;
mod listings;
mod memory;
mod named;
mod pages;
mod rate;
mod refusal;
mod wire;
mod writer;

pub use ask::{Ask, segment};
pub use cache::IncidentCache;
pub use client::{Access, Client, Heard};
pub use details::Effort;
pub use directory::DirectoryPoll;
pub use incidents::Incidents;
pub use named::{all_open, named};
pub use refusal::Refusal;
pub use writer::{ReadOnly, Writer};
