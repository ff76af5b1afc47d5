//! The state directory, which keeps data from one run to the next. Only its owner can read it.

pub mod cache;
pub mod drafts;
pub mod durable;
pub mod journal;
pub mod local_time_boxes;
pub mod state_dir;
pub mod state_file;
