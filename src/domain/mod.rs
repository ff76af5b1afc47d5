//! The types of the domain. This module is pure: no I/O, no clock, no configuration format.
//!
//! Sources turn answers into these types; `picture` joins and judges them. No type here depends on the field names of
//! an API or on the screen.

pub mod alert;
pub mod answers;
pub mod cache;
pub mod calendar;
pub mod case;
pub mod chance;
pub mod checklist;
pub mod clock;
pub mod directory;
pub mod forecast;
mod go_quote;
pub mod health;
pub mod history;
pub mod hub;
pub mod ids;
pub mod incident;
pub mod labels;
pub mod local_time_box;
pub mod matcher;
pub mod mismatch;
pub mod note;
pub mod notify;
pub mod now;
pub mod operation;
pub mod policy;
pub mod post;
pub mod probe;
pub mod rollout;
pub mod route;
pub mod runbook;
pub mod settings;
pub mod source;
pub mod starts;
pub mod text_limit;
pub mod threshold;
pub mod time_box;
pub mod tracker;
pub mod verdict;
pub mod yaml;
pub mod zone;
