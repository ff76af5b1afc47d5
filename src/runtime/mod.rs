//! The rim: the loop, the effects, the clocks, and the only place that spawns and sleeps. Only it knows
//! everything.

pub mod builder;
pub mod clock;
pub mod commands;
pub mod dashboard;
pub mod deeds;
pub mod drafts;
pub mod editor;
pub mod feeds;
pub mod frames;
pub mod held;
pub mod histories;
pub mod journal;
pub mod kept_probes;
pub mod links;
pub mod logbook;
pub mod look;
pub mod made;
pub mod makers;
pub mod outside;
pub mod own_boxes;
pub mod polling;
pub mod private_dir;
pub mod read_back;
pub mod screen;
pub mod secrets;
pub mod shop;
pub mod signals;
pub mod tasks;
pub mod unread;
pub mod wiring;
