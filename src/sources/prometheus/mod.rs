//! A Prometheus, or what answers as one: its alerts, its rules' health, and every hub's signals, in
//! two requests a poll.

mod envelope;
mod expressions;
mod plan;
mod rules;
mod signals;
mod wire;

pub use expressions::shipped;

#[cfg(test)]
mod fuzz;
