//! The rim: the loop, the effects, the clocks, and the only place that spawns and sleeps. Only it knows
//! everything.

pub mod clock;
pub mod feeds;
pub mod polling;
pub mod tasks;
