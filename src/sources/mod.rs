//! One folder a source: its wire types (private), what is read, and what is acted.
//!
//! A source turns what it heard into a [`poll::Polled`] of domain types. It keeps no schedule, spawns
//! nothing and sleeps never: the runtime drives it.

pub mod poll;
