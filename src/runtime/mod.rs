//! The event loop, the effects and the clocks. Only this module spawns and sleeps. The module runs what `commands`
//! assembles, and does not depend on `commands`.

pub mod appearance;
pub mod builder;
pub mod clipboard;
pub mod clock;
pub mod dashboard;
pub mod documents;
pub mod drafts;
pub mod editor;
pub mod effects;
pub mod frames;
pub mod history_queries;
pub mod hooks;
pub mod inbox;
pub mod journal;
pub mod lazy_source;
pub mod links;
pub mod local_time_boxes;
pub mod notifier;
pub mod operations;
pub mod past_record;
pub mod pending_results;
pub mod poll_once;
pub mod polling;
pub mod private_dir;
pub mod recent_writes;
pub mod registry;
pub mod screen;
pub mod signals;
pub mod slots;
pub mod start_queries;
pub mod tasks;
pub mod tmux;
pub mod tty_watchdog;
