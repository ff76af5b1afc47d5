//! What the person is doing beside the picture: a pure model, its messages and its update.

pub mod key;
pub mod filter;
pub mod hub_list;
pub mod model;
pub mod rows;
