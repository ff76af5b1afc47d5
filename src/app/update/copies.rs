//! Shows the outcome of a copy. If the copy is not certain, the text is shown for copying by hand.

use std::sync::Arc;

use super::action_flow::resume_draft::offer_drop;
use super::notify;
use crate::app::effect::Effect;
use crate::app::model::{CopyByHand, Model, Overlay, OverlayKind};
use crate::app::msg::{CopyOutcome, CopyReason, CopyReport};
use crate::domain::now::Now;
use crate::text::sanitize::clean;

/// Shows the result of a copy.
pub(super) fn copied(model: &mut Model, copy: CopyReport, now: Now) -> Vec<Effect> {
    let reason = match &copy.reason {
        CopyReason::Asked => None,
        CopyReason::NoBrowser => Some("no browser here".to_owned()),
        CopyReason::ClosedDraft(key) => offer_drop(model, key),
    };
    let why = match copy.outcome {
        CopyOutcome::Copied(place) => {
            let place = place.map_or(String::new(), |place| format!(" to {place}"));
            let said = match copy.text.lines().count() {
                0 | 1 => format!("copied{place}: {}", clean(&copy.text)),
                lines => format!("copied{place}: {lines} lines"),
            };
            let said: Vec<String> = reason.into_iter().chain([said]).collect();
            return notify(model, said.join("; "), now);
        }
        CopyOutcome::Unconfirmed => {
            "sent to the terminal, which does not confirm the copy".to_owned()
        }
        CopyOutcome::Failed(why) => format!("not copied: {}", clean(&why)),
    };
    let why: Vec<String> = reason.into_iter().chain([why]).collect();
    match model.overlay().map(|overlay| &overlay.kind) {
        // The page for copying must not cover a text that the user is writing.
        Some(OverlayKind::ActionFlow(_)) => notify(model, why.join("; "), now),
        _ => show(model, why, copy.text),
    }
}

fn show(model: &mut Model, why: Vec<String>, text: String) -> Vec<Effect> {
    let kind = OverlayKind::CopyByHand(Arc::new(CopyByHand { why, text }));
    model.filter.editing = false;
    model
        .overlays
        .retain(|overlay| !matches!(overlay.kind, OverlayKind::CopyByHand(_)));
    model.overlays.push(Overlay::new(kind));
    Vec::new()
}
