//! Texts about the domain and the picture: cases, clocks, evidence, verdicts, sources, operations. These functions are
//! pure. Text that changes with time is an `ExpiringText`, so the screen can sleep until the first text expires.

pub mod case;
pub mod change;
pub mod chart;
pub mod checklist;
pub mod clock;
pub mod evidence;
mod group_texts;
pub mod history;
pub mod hub;
pub mod operation;
pub mod outage;
pub mod part;
pub mod public_not_told;
pub mod reason;
mod reason_case;
mod reason_groups;
pub mod rollout;
pub mod source;
pub mod storm;
pub mod title;
pub mod verdict;
pub mod verdict_lines;
pub mod window_title;

#[cfg(test)]
mod tests;
