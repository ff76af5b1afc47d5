//! Every pane in each of its states, and the whole screen at the documented sizes, at one moment, as text and as
//! styles. And every size can draw any picture.

mod afterwards;
mod assigned;
mod dump;
mod fixture;
mod folded;
mod news;
mod panes;
mod reading;
mod sentences;
mod silenced;
mod sizes;
mod whole;
