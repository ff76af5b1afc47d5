//! An Alertmanager: which alerts it keeps from paging, and why; and its routes.

mod read;
mod wire;
