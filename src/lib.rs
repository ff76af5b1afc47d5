//! hubwatch: the one screen an on-call engineer trusts at 3 a.m.
//!
//! Data flows in one direction. `sources` turn an upstream's data into an `Answer`. `picture::build` joins all answers
//! into a `Picture`. `app::update` keeps the picture and the person's state in a `Model`. `ui::view::draw` draws the
//! model. A key goes the other way: `Action`, `update`, `Effect`, `runtime::effects`.
//!
//! Imports point down only. `domain` imports no other module; `text` imports `domain`; `picture` imports both.
//! `wording` imports these three modules and describes the picture in words. `plan` imports these four modules and
//! decides what a command would send, for the screen and the shell. `app` imports these five modules and `review`. `ui`
//! and `report` read the model and the picture, and change nothing. `sources` and `store` import `domain`. `runtime`
//! imports every module below it, but not `cli`, `report` and `demo`. `commands` is on top. `files` reads the files
//! that a configuration names, for `config` and `sources`. `domain`, `text`, `picture`, `wording`, `plan`, `app` and
//! `report` do no I/O, read no clock and spawn nothing.

pub mod app;
pub mod cli;
pub mod commands;
pub mod config;
pub mod demo;
pub mod domain;
pub mod files;
pub mod picture;
pub mod plan;
pub mod regression;
pub mod report;
pub mod review;
pub mod runtime;
pub mod sources;
pub mod store;
pub mod terminal;
pub mod text;
pub mod ui;
pub mod wording;
