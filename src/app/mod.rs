//! The application's state: the pure model, the messages that change it, and the function `update`.

pub mod action;
pub mod action_flow;
pub mod document;
pub mod effect;
pub mod events;
pub mod filter;
#[cfg(test)]
pub(crate) mod fixture;
pub mod hints;
pub mod history;
pub mod hub_list;
pub mod jump_target;
pub mod key;
pub mod keymap;
pub mod links;
pub mod model;
pub mod msg;
pub mod owed;
pub mod rows;
pub mod text_line;
pub mod unseen;
pub mod update;
