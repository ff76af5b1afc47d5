//! Tests of every pane in each of its states, and of the whole screen at the documented sizes. The time is fixed, and
//! texts and styles are compared. Further tests draw arbitrary pictures at every size.

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
