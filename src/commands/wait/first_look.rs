//! The start of a wait: polls until every source has answered.

use std::time::Duration;

use futures_util::future::join;
use tokio::time::timeout;

use super::super::poll_once::passphrase_screen;
use super::super::{CommandContext, out};
use super::Plan;
use crate::domain::now::Now;
use crate::runtime::slots::Slots;
use crate::sources::context::SourceContext;
use crate::sources::secret::FetchOptions;

/// Waits until every source has answered or failed, but at most for the plan's timeout. Returns the time at which it
/// stopped waiting. A source that has not answered by that time counts as lost from the start.
pub(super) async fn first_look(
    context: &CommandContext,
    plan: &Plan,
    slots: &Slots,
    sources: &SourceContext,
) -> Now {
    let limit: Duration = plan.timeout;
    let options = FetchOptions {
        screen: passphrase_screen(),
        deadline: Some(context.time.now().plus(limit)),
        on_slow: &|name| out::print_message(&format!("running the command of {name}…")),
        on_warning: &|warning| out::print_message(warning),
    };
    let secrets = sources.secrets.fetch_all(&options);
    let answered = join(secrets, wait_for_answers(slots));
    let _all_or_what_came_in_time = timeout(limit, answered).await;
    context.time.now()
}

async fn wait_for_answers(slots: &Slots) {
    let is_waiting = || {
        let answers = slots.answers();
        let mut slots = answers.slots().map(|slot| slot.counted());
        slots.any(|slot| slot.answer.is_none() && slot.failure.is_none())
    };
    while is_waiting() {
        slots.changed().await;
    }
}
