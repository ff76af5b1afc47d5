//! What the person is doing beside the picture: a pure model, its messages and its update.

pub mod acting;
pub mod action;
pub mod effect;
pub mod filter;
#[cfg(test)]
pub(crate) mod fixture;
pub mod hints;
pub mod history;
pub mod hub_list;
pub mod key;
pub mod keymap;
pub mod links;
pub mod model;
pub mod msg;
pub mod news;
pub mod other_side;
pub mod rows;
pub mod typing;
pub mod update;
