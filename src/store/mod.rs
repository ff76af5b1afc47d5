//! The state directory: what outlives the program, readable by its owner only.

pub mod drafts;
pub mod durable;
pub mod failing_probes;
pub mod file;
pub mod incident_cache;
pub mod journal;
pub mod local_time_boxes;
