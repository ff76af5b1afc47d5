//! Sets the time-box of a case without an incident. Nothing is sent to PagerDuty, so no confirmation is needed.

use super::close_flow;
use crate::app::effect::Effect;
use crate::app::model::Model;
use crate::app::update::notify;
use crate::domain::local_time_box::{LocalTimeBox, LocalTimeBoxChange};
use crate::domain::now::Now;
use crate::domain::operation::Choice;
use crate::plan::ActionSubject;
use crate::text::TextContext;
use crate::text::symbols::UNICODE;
use crate::wording::operation;

/// Starts the chosen time-box for the case, or removes the case's time-box.
pub(super) fn set(
    model: &mut Model,
    subject: &ActionSubject,
    choice: &Choice,
    now: Now,
) -> Vec<Effect> {
    close_flow(model);
    let Some(case) = subject.cases.first() else {
        return Vec::new();
    };
    let length = match choice {
        Choice::Duration(length) => Some(*length),
        _ => None,
    };
    let new = length.map(|length| LocalTimeBox {
        case: case.id.clone(),
        started: now.wall,
        length,
    });
    let ctx = TextContext {
        now,
        zone: model.session.zone,
        symbols: &UNICODE,
    };
    notify(model, operation::local_time_box(length, &ctx), now);
    let names = case.aliases.iter().chain([&case.id]).cloned().collect();
    vec![Effect::SetLocalTimeBox(LocalTimeBoxChange {
        case_ids: names,
        replacement: new,
    })]
}
