//! The hub probes as a whole: `/hub/health` of every hub, each on its own turn.

mod book;
mod judge;
