//! Keeps a source polled: asks by its schedule, keeps its slot, and never lets one source wait for
//! another.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::clock::sleep;
use super::feeds::Feed;
use crate::domain::now::{Now, TimeSource};
use crate::domain::source::FailureKind;
use crate::sources::poll::PollReport;
use crate::sources::schedule::{PollFailure, RateUsage, Schedule};

/// A source as the runtime sees it.
pub trait Source: Send + 'static {
    /// What it answers.
    type Body: Send + Sync + 'static;

    /// One poll.
    fn poll(
        &mut self,
        time: &dyn TimeSource,
    ) -> impl Future<Output = PollReport<Self::Body>> + Send;
}

/// What every polling loop is given.
#[derive(Clone)]
pub struct Pace {
    /// The clocks.
    pub time: Arc<dyn TimeSource>,
    /// Counts the times that somebody wanted everything asked now.
    pub hurry: watch::Receiver<u64>,
    /// Counts the times that somebody wanted this source asked now, where somebody can.
    pub nudge: Option<watch::Receiver<u64>>,
    /// Tells this source's jitter from the others'.
    pub seed: u64,
}

/// Polls for ever.
pub async fn keep_polling<S: Source>(mut source: S, feed: Feed<S::Body>, mut pace: Pace) {
    let interval = feed.interval();
    let mut schedule = Schedule::new(interval, pace.seed, pace.time.now());
    loop {
        wait_for_turn(&mut schedule, &mut pace).await;
        schedule.record_start(pace.time.now());
        let polled = source.poll(&*pace.time).await;
        note(polled, &feed, &mut schedule, &*pace.time);
    }
}

async fn wait_for_turn(schedule: &mut Schedule, pace: &mut Pace) {
    loop {
        let wait = schedule.wait(pace.time.now());
        if wait.is_zero() {
            return;
        }
        tokio::select! {
            biased;
            Ok(()) = pace.hurry.changed() => schedule.make_due(pace.time.now()),
            () = nudged(&mut pace.nudge) => schedule.make_due(pace.time.now()),
            () = sleep(wait) => {}
        }
    }
}

async fn nudged(nudge: &mut Option<watch::Receiver<u64>>) {
    if let Some(nudge) = nudge
        && nudge.changed().await.is_ok()
    {
        return;
    }
    // Nobody does, or ever will again.
    std::future::pending().await
}

fn note<T>(polled: PollReport<T>, feed: &Feed<T>, schedule: &mut Schedule, time: &dyn TimeSource) {
    let now = time.now();
    match &polled.outcome {
        Ok(_) => {
            let spending = polled.rate.map(|budget| RateUsage {
                budget,
                requests: polled.requests,
            });
            schedule.record_success(now, spending);
        }
        Err(error) => schedule.record_failure(now, setback(error.kind, polled.retry_after)),
    }
    if let Some(soon) = polled.poll_again_in {
        schedule.make_due_within(now, soon);
    }
    keep(polled, feed, now);
}

/// Keeps what a poll came to in the source's slot.
pub fn keep<T>(polled: PollReport<T>, feed: &Feed<T>, now: Now) {
    feed.change(|slot| {
        slot.rate = polled.rate.or(slot.rate);
        match polled.outcome {
            Ok(answer) => slot.succeed(answer),
            Err(error) => {
                tracing::info!(source = %slot.id, kind = ?error.kind, text = %error.text, "poll failed");
                slot.fail(error.kind, error.text, now);
            }
        }
    });
}

fn setback(kind: FailureKind, retry_after: Option<Duration>) -> PollFailure {
    match kind {
        FailureKind::RateLimited => PollFailure::RateLimited { retry_after },
        kind if kind.is_transient() => PollFailure::Transient,
        _ => PollFailure::Permanent,
    }
}
