//! The loop of a wait: observes the picture every few seconds, records counts of server starts as they arrive, and
//! prints progress for the person who waits.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use tokio::sync::mpsc;

use super::super::poll_once::text_context;
use super::super::{CommandContext, out, symbols_for};
use super::Plan;
use crate::domain::now::{Now, duration_since};
use crate::domain::source::{BUDGET_INTERVALS, SourceId};
use crate::picture::{BuildOptions, Picture, PlaceFilter, build};
use crate::regression::{
    Baseline, Change, HubState, Outcome, RegressionWatch, SourceObservation, WaitEnd,
};
use crate::report::wait::{WaitContext, observe, progress};
use crate::runtime::clock::sleep;
use crate::runtime::signals::TerminationSignals;
use crate::runtime::slots::Slots;
use crate::runtime::start_queries::{StartAnswer, StartQueries};
use crate::sources::context::SourceContext;
use crate::text::context::TextContext;
use crate::text::durations::format_duration;
use crate::wording::verdict::names;

/// The time between two observations. If the wait or its grace is short, the time is a tenth of the shorter of the two.
const LOOK_EVERY: Duration = Duration::from_secs(5);
const LOOKS: u32 = 10;
const MIN_LOOK_EVERY: Duration = Duration::from_millis(200);

/// How often the state is printed if nothing changes.
const STANDING_EVERY: Duration = Duration::from_secs(5 * 60);
const STANDINGS: u32 = 10;

/// The time limit of the first and the last query for server starts.
const COUNTS_WITHIN: Duration = Duration::from_secs(10);

/// How far back Prometheus looks for the latest sample of a query.
const MAX_SAMPLE_AGE: Duration = Duration::from_secs(5 * 60);

/// The state of a running wait.
pub(super) struct Watching<'a> {
    context: &'a CommandContext,
    plan: &'a Plan,
    slots: Slots,
    queries: StartQueries,
    answers: mpsc::Receiver<StartAnswer>,
    watch: RegressionWatch,
    started: Now,
    /// The start of the wait, by the servers' clocks.
    started_at: DateTime<Utc>,
    baseline_at: DateTime<Utc>,
    /// The latest picture.
    picture: Picture,
    last_standing: Duration,
    /// How many queries for server starts failed in a row, by source. Before a source's first answer, one failure is
    /// enough to count its starts as lost.
    count_failures: BTreeMap<SourceId, u32>,
}

impl<'a> Watching<'a> {
    /// Begins the wait at `started`, with the answers that have arrived by then.
    pub(super) async fn begin(
        context: &'a CommandContext,
        plan: &'a Plan,
        slots: Slots,
        sources: Arc<SourceContext>,
        started: Now,
    ) -> Self {
        let picture = look(plan, &slots, started, None);
        let first = observe(
            &picture,
            started,
            &wait_text_context(context, plan, &picture),
        );
        let at = picture.at.wall;
        let prometheuses = &plan.config.sources.prometheus;
        let ages = newest_samples(&picture);
        let queries = StartQueries::new(sources, prometheuses, &ages, started);
        let baseline = match plan.baseline.clone() {
            Some(baseline) => baseline,
            None => {
                let mut baseline = Baseline::from_observation(&first, at);
                baseline.add_starts(&queries.starts_of_last_hour(COUNTS_WITHIN).await);
                baseline
            }
        };
        say_start(plan, &baseline, picture.hubs().count());
        let mut watching = Self {
            answers: queries.keep_asking(&context.tasks),
            queries,
            context,
            plan,
            slots,
            baseline_at: baseline.at,
            watch: RegressionWatch::new(baseline, plan.options, started),
            started,
            started_at: at,
            picture,
            last_standing: Duration::ZERO,
            count_failures: BTreeMap::new(),
        };
        let changes = watching.watch.record(first);
        watching.print_changes(&changes);
        watching
    }

    /// Observes the picture again and again until the time is over or a signal comes.
    pub(super) async fn run(&mut self, ends: &mut TerminationSignals) -> WaitEnd {
        let share = self.plan.duration.min(self.plan.options.grace) / LOOKS;
        let look_every = share.clamp(MIN_LOOK_EVERY, LOOK_EVERY);
        let mut next_look = look_every;
        loop {
            let elapsed = self.elapsed();
            if elapsed >= self.plan.duration {
                return WaitEnd::Complete;
            }
            if elapsed >= next_look {
                self.look();
                next_look = self.elapsed() + look_every;
                self.say_standing();
                continue;
            }
            let until_look = next_look.min(self.plan.duration).saturating_sub(elapsed);
            tokio::select! {
                biased;
                () = ends.next() => return WaitEnd::Interrupted,
                Some(answer) = self.answers.recv() => self.take_counts(answer),
                () = sleep(until_look) => {}
            }
        }
    }

    /// Observes and judges the picture one more time, and returns the outcome.
    pub(super) async fn finish(mut self, end: WaitEnd) -> (Outcome, WaitContext) {
        self.look();
        // An interrupted wait does not wait for the last answers.
        if end == WaitEnd::Complete {
            for answer in self.queries.ask_all(COUNTS_WITHIN).await {
                self.take_counts(answer);
            }
        }
        let waited = WaitContext {
            started: self.started_at,
            ended: self.picture.at.wall,
            duration: self.plan.duration,
            grace: self.plan.options.grace,
            baseline_at: self.baseline_at,
            restricted_to: self.plan.scope.names(),
        };
        (self.watch.outcome(end), waited)
    }

    // Time since the start. The monotonic clock is used, so that a change of the wall clock does not change the length
    // of the wait.
    fn elapsed(&self) -> Duration {
        let now = self.context.time.now();
        now.mono.saturating_sub(self.started.mono)
    }

    fn look(&mut self) {
        let now = self.context.time.now();
        self.picture = look(self.plan, &self.slots, now, Some(&self.picture));
        let text = wait_text_context(self.context, self.plan, &self.picture);
        let changes = self.watch.record(observe(&self.picture, now, &text));
        self.print_changes(&changes);
    }

    fn take_counts(&mut self, answer: StartAnswer) {
        let mut changes: Vec<Change> = Vec::new();
        if let Some(seen) = self.counts_source(&answer) {
            changes.extend(self.watch.record_source(seen));
        }
        if let Ok(readings) = answer.result {
            changes.extend(self.watch.record_counts(readings.hubs));
        }
        self.print_changes(&changes);
    }

    // The observation of one Prometheus's counts of server starts. The counts are treated as a source of their own. The
    // counts are lost if the first query fails, or if three later queries fail in a row. `None` if the Prometheus
    // itself is lost too, since that loss is already reported.
    fn counts_source(&mut self, answer: &StartAnswer) -> Option<SourceObservation> {
        let problem = match &answer.result {
            Ok(readings) => {
                let mut broken = readings.broken.iter();
                broken
                    .next()
                    .map(|(figure, text)| format!("{figure}: {text}"))
            }
            Err(error) => Some(error.clone()),
        };
        let failures = self.count_failures.entry(answer.source.clone());
        let failures = failures.or_insert(BUDGET_INTERVALS - 1);
        *failures = match problem {
            None => 0,
            Some(_) => failures.saturating_add(1),
        };
        let is_fresh = *failures < BUDGET_INTERVALS;
        let mut sources = self.picture.sources.iter();
        let is_lost = sources.any(|source| source.id == answer.source && !source.state.is_fresh());
        (is_fresh || !is_lost).then(|| SourceObservation {
            name: format!("starts of {}", answer.source),
            is_fresh,
            looked_at: None,
            silent_for: problem.is_some().then_some(Duration::ZERO),
            problem,
        })
    }

    fn print_changes(&self, changes: &[Change]) {
        let prefix = progress::prefix(self.elapsed(), self.plan.duration);
        for line in progress::lines(changes) {
            out::print_message(&format!("{prefix}{line}"));
        }
    }

    fn say_standing(&mut self) {
        let every = (self.plan.duration / STANDINGS).clamp(LOOK_EVERY, STANDING_EVERY);
        let elapsed = self.elapsed();
        if elapsed < self.last_standing + every {
            return;
        }
        self.last_standing = elapsed;
        let separator = symbols_for(&self.context.global).separator;
        let standing = progress::standing(&self.watch.outcome(WaitEnd::Complete), separator);
        let prefix = progress::prefix(elapsed, self.plan.duration);
        out::print_message(&format!("{prefix}{standing}"));
    }
}

// The largest age of any hub's latest sample, for each Prometheus. Hubs with stale signals do not count.
fn newest_samples(picture: &Picture) -> BTreeMap<SourceId, Duration> {
    let mut ages = BTreeMap::new();
    for cluster in &picture.clusters {
        let Some((source, _)) = &cluster.prometheus else {
            continue;
        };
        let hubs = cluster.hubs.iter().filter(|hub| !hub.signals_stale);
        let sampled = hubs.filter_map(|hub| hub.signals.sampled_at);
        let ages_here = sampled.map(|at| duration_since(picture.at.wall, at));
        if let Some(age) = ages_here.max() {
            let known: &mut Duration = ages.entry(source.clone()).or_default();
            *known = age.min(MAX_SAMPLE_AGE).max(*known);
        }
    }
    ages
}

fn look(plan: &Plan, slots: &Slots, now: Now, previous: Option<&Picture>) -> Picture {
    let in_scope: PlaceFilter<'_> = &|place| plan.scope.has_place(place);
    let options = BuildOptions {
        keep: (!plan.scope.is_all()).then_some(in_scope),
        previous,
    };
    build(&slots.answers(), &plan.config.policy, now, options)
}

fn wait_text_context(context: &CommandContext, plan: &Plan, picture: &Picture) -> TextContext {
    let symbols = symbols_for(&context.global);
    text_context(context, picture, &plan.config.policy, symbols)
}

fn say_start(plan: &Plan, baseline: &Baseline, hubs: usize) {
    let at = baseline.at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let which = match plan.baseline {
        Some(_) => format!("the report of {at}"),
        None => "the first poll".to_owned(),
    };
    let (wait, grace) = (
        format_duration(plan.duration),
        format_duration(plan.options.grace),
    );
    let s = if hubs == 1 { "" } else { "s" };
    out::print_message(&format!(
        "watching {hubs} hub{s} for {wait}, compared with {which}; grace {grace}"
    ));
    if plan.duration <= plan.options.grace {
        out::print_message(
            "the wait is no longer than the grace: if a hub fails at the end, the result is UNKNOWN",
        );
    }
    let failing = baseline.hubs.iter();
    let failing = failing.filter(|(_, hub)| matches!(hub.state, HubState::Failing { .. }));
    let failing: Vec<String> = failing.map(|(key, _)| key.to_string()).collect();
    if let Some(failing) = names(&failing) {
        out::print_message(&format!("already failing, not counted as worse: {failing}"));
    }
}
