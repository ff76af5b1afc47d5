//! The pages of cases, hubs, sources, help and prompts, as lines. A page depends on a model and a width, not on a
//! terminal. An overlay draws a page, and a shell command prints it.

mod action_flow;
mod case;
mod copy_by_hand;
pub mod doctor;
mod document;
mod freshness;
mod help;
mod history;
mod hub;
pub mod owed;
pub mod owed_view;
pub mod page;
mod probe;
pub mod rollout;
mod sources;
pub mod table;
pub mod trends;

use crate::app::model::{Model, OverlayKind};
use crate::text::TextContext;
use page::{Page, PageSize};

/// Builds the page of an overlay for an area of this size.
pub fn build(kind: &OverlayKind, model: &Model, ctx: &TextContext, room: PageSize) -> Page {
    match kind {
        OverlayKind::Case(case) => case::page(case, model, ctx, room),
        OverlayKind::Hub(key) => hub::page(key, model, ctx, room),
        OverlayKind::Sources => sources::page(model, ctx, room.cells),
        OverlayKind::Help => help::page(model, ctx),
        OverlayKind::ActionFlow(acting) => action_flow::page(acting, model, ctx),
        OverlayKind::Owed => owed_view::page(model, ctx, room.cells),
        OverlayKind::Rollout => rollout::view(model, ctx, room.cells),
        OverlayKind::Document(kind, state) => document::page(kind, state, model, ctx, room.cells),
        OverlayKind::CopyByHand(copy) => copy_by_hand::page(copy),
    }
}
