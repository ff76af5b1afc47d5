//! The state directory: what outlives the program, readable by its owner only.

pub mod cache;
pub mod drafts;
pub mod durable;
pub mod journal;
pub mod local_time_boxes;
pub mod state_dir;
pub mod state_file;
