//! The state directory: what outlives the program, readable by its owner only.

pub mod cache;
pub mod drafts;
pub mod durable;
pub mod file;
pub mod journal;
pub mod local_time_boxes;
