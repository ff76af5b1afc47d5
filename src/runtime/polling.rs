//! Polls one source on its schedule and writes its slot. Each source has its own task, so that no source waits for
//! another.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::clock::sleep;
use super::lazy_source::LazySource;
use super::slots::SlotWriter;
use crate::domain::now::{Now, TimeSource};
use crate::sources::poll_report::PollReport;
use crate::sources::schedule::Schedule;
use crate::sources::source::Source;

/// The interval at which refused secrets are compared with their current values.
const SECRETS_INTERVAL: Duration = Duration::from_secs(2);

/// What every polling loop needs.
#[derive(Clone)]
pub struct PollingContext {
    pub time: Arc<dyn TimeSource>,
    /// Changes when all sources must be polled now.
    pub refresh_all: watch::Receiver<u64>,
    /// Changes when this source must be polled now; `None` if nothing can request that.
    pub refresh_one: Option<watch::Receiver<u64>>,
    /// Makes this source's jitter differ from the others'.
    pub seed: u64,
}

/// Polls for ever.
pub async fn keep_polling<S: Source>(
    mut source: LazySource<S>,
    writer: SlotWriter<S::Body>,
    mut context: PollingContext,
) {
    let interval = writer.interval();
    let mut schedule = Schedule::new(interval, context.seed, context.time.now());
    loop {
        wait_until_due(&mut schedule, &mut source, &mut context).await;
        schedule.record_start(context.time.now());
        // The future of a poll has up to 13 KB. In a box, they are given back between two polls.
        let polled = Box::pin(source.poll(&*context.time)).await;
        record_poll(polled, &writer, &mut schedule, &*context.time);
    }
}

async fn wait_until_due<S: Source>(
    schedule: &mut Schedule,
    source: &mut LazySource<S>,
    context: &mut PollingContext,
) {
    loop {
        let mut wait = schedule.wait(context.time.now());
        if wait.is_zero() {
            return;
        }
        if source.is_refused() {
            if source.has_changed_secrets().await {
                return;
            }
            wait = wait.min(SECRETS_INTERVAL);
        }
        tokio::select! {
            biased;
            Ok(()) = context.refresh_all.changed() => schedule.make_due(context.time.now()),
            () = refresh_one_requested(&mut context.refresh_one) => schedule.make_due(context.time.now()),
            () = sleep(wait) => {}
        }
    }
}

async fn refresh_one_requested(requests: &mut Option<watch::Receiver<u64>>) {
    if let Some(requests) = requests
        && requests.changed().await.is_ok()
    {
        return;
    }
    // Nothing can request a refresh any more, so this never completes.
    std::future::pending().await
}

fn record_poll<T>(
    polled: PollReport<T>,
    writer: &SlotWriter<T>,
    schedule: &mut Schedule,
    time: &dyn TimeSource,
) {
    let now = time.now();
    schedule.record_poll(now, &polled);
    store_outcome(polled, writer, now);
}

/// Writes the outcome of a poll into the source's slot.
pub fn store_outcome<T>(polled: PollReport<T>, writer: &SlotWriter<T>, now: Now) {
    writer.change(|slot| {
        slot.rate = polled.rate.or(slot.rate);
        match polled.outcome {
            Ok(answer) => slot.succeed(answer),
            Err(error) => {
                tracing::info!(source = %slot.id, kind = ?error.kind(), text = %error.text, "poll failed");
                slot.fail(error.kind(), error.text, now);
            }
        }
    });
}
