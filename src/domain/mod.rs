//! The words of the trade as types. Pure: no I/O, no clock, no configuration format.
//!
//! Sources turn what they heard into these types; `picture` joins and judges them. Nothing here
//! knows how an interface spells a field, nor how a screen shows it.

pub mod alert;
pub mod hub;
pub mod ids;
pub mod incident;
pub mod labels;
pub mod now;
pub mod probe;
pub mod source;
