//! Renders the verdict for programs and as a line of text. The functions are pure: a picture in, text out.

pub mod check;
pub mod handoff;
pub mod json;
mod json_case;
pub mod json_text;
pub mod line;
pub mod operations;
pub mod owed;
pub mod people;
pub mod postmortem;
pub mod rollout;
pub mod scope;
pub mod trends;
pub mod wait;
