//! The state directory: what outlives the program, readable by its owner only.

pub mod boxes;
pub mod cache;
pub mod drafts;
pub mod durable;
pub mod failing;
pub mod file;
pub mod journal;
