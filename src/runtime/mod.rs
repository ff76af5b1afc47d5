//! The rim: the loop, the effects, the clocks, and the only place that spawns and sleeps. It runs what
//! the commands put together, and knows none of them.

pub mod appearance;
pub mod builder;
pub mod clipboard;
pub mod clock;
pub mod dashboard;
pub mod drafts;
pub mod editor;
pub mod effects;
pub mod frames;
pub mod history_queries;
pub mod inbox;
pub mod journal;
pub mod lazy_source;
pub mod links;
pub mod local_time_boxes;
pub mod operations;
pub mod pending_results;
pub mod poll_once;
pub mod polling;
pub mod private_dir;
pub mod recent_writes;
pub mod registry;
pub mod screen;
pub mod signals;
pub mod slots;
pub mod tasks;
pub mod tty_watchdog;
