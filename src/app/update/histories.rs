//! Requests histories when a case or hub is opened, and cancels them when it is closed.

use std::sync::Arc;

use crate::app::effect::Effect;
use crate::app::model::Model;
use crate::domain::history::{History, HistoryRequest};
use crate::domain::now::Now;

/// Requests the histories of a new topmost overlay, and cancels those that no overlay shows any longer.
pub(super) fn sync_fetches(before: &Model, model: &mut Model, now: Now) -> Vec<Effect> {
    if model
        .overlay()
        .is_some_and(|it| it.history_fetches.is_none())
    {
        model.fetch_top_histories(now);
    }
    let (then, now) = (before.pending_histories(), model.pending_histories());
    let let_go = then.iter().filter(|question| !now.contains(question));
    let asked = now.iter().filter(|question| !then.contains(question));
    let let_go = let_go.map(|question| Effect::CancelHistory((*question).clone()));
    let asked = asked.map(|question| Effect::FetchHistory((*question).clone()));
    let_go.chain(asked).collect()
}

/// Stores the answer to a query. An answer for which no overlay waits is dropped.
pub(super) fn set_result(
    model: &mut Model,
    question: &HistoryRequest,
    result: &Result<Arc<History>, String>,
    now: Now,
) {
    let overlays = model.overlays.iter_mut();
    let inquiries = overlays.flat_map(|overlay| overlay.history_fetches.iter_mut().flatten());
    inquiries
        .filter(|inquiry| inquiry.pending && inquiry.query == *question)
        .for_each(|inquiry| inquiry.set_result(result, now));
}

#[cfg(test)]
mod tests;
