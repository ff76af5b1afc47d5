//! The real binary from end to end: what `hubwatch check` says of real Prometheuses, a real Alertmanager
//! and the demo's world, and what it asks of them.

mod account;
mod acted;
mod boxed;
mod chain;
mod contract;
mod declared;
mod documented;
mod endpoints;
mod exit_codes;
mod fleet;
mod garbled;
mod home;
mod joins;
mod keys;
mod many_clusters;
mod one_down;
mod page_server;
mod paged;
mod places;
mod printed;
mod probed;
mod recorder;
mod remembered;
mod scraped;
mod screen;
mod secrets;
mod served;
mod silenced;
mod trends;
mod trouble;
mod typed;
mod victoria_metrics;
mod wire;
mod words;
mod writes;
