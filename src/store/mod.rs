//! The state directory: what outlives the program, readable by its owner only.

pub mod cache;
pub mod failing;
pub mod file;
