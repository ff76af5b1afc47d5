//! Histories are asked for when a detail opens, and let go when it closes.

use std::sync::Arc;

use crate::app::effect::Effect;
use crate::app::model::Model;
use crate::domain::history::{History, HistoryRequest};
use crate::domain::now::Now;

/// Whatever lies newly on top asks; what nobody waits for any more is let go.
pub(super) fn follow(before: &Model, model: &mut Model, now: Now) -> Vec<Effect> {
    if model.overlay().is_some_and(|it| it.inquiries.is_none()) {
        model.ask_on_top(now);
    }
    let (then, now) = (before.pending(), model.pending());
    let let_go = then.iter().filter(|question| !now.contains(question));
    let asked = now.iter().filter(|question| !then.contains(question));
    let let_go = let_go.map(|question| Effect::LetGo((*question).clone()));
    let asked = asked.map(|question| Effect::AskHistory((*question).clone()));
    let_go.chain(asked).collect()
}

/// Takes an answer; one that nobody waits for is dropped.
pub(super) fn hear(
    model: &mut Model,
    question: &HistoryRequest,
    result: &Result<Arc<History>, String>,
    now: Now,
) {
    let overlays = model.overlays.iter_mut();
    let inquiries = overlays.flat_map(|overlay| overlay.inquiries.iter_mut().flatten());
    inquiries
        .filter(|inquiry| inquiry.pending && inquiry.question == *question)
        .for_each(|inquiry| inquiry.hear(result, now));
}

#[cfg(test)]
mod tests;
