//! `hubwatch check --wait`: polls as the dashboard does, and prints changes to standard error. At the end it reports
//! which hubs and cases got worse since the baseline.

mod first_look;
mod watching;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::sync::watch;

use self::watching::Watching;
use super::check::{self, ENDED_BY_SIGNAL, FAILED_ITSELF, NoPicture};
use super::{CommandContext, config, out, symbols_for};
use crate::cli::{self, CheckFormat, EXIT_CHECK_USAGE, OneLineCommand};
use crate::config::Config;
use crate::domain::settings::SourcesConfig;
use crate::files;
use crate::regression::{Baseline, Outcome, WaitOptions};
use crate::report::json_text;
use crate::report::scope::Scope;
use crate::report::wait::{WaitContext, baseline_file, json, junit, text};
use crate::runtime::registry::register_sources;
use crate::runtime::signals::TerminationSignals;
use crate::runtime::slots::Slots;
use crate::sources::context::SourceContext;
use crate::sources::pagerduty::{Access, DetailLimits};

/// The size limit of a baseline. The report of ten thousand hubs in a storm is smaller.
const MAX_BASELINE_BYTES: u64 = 64 << 20;

/// `hubwatch check --wait DURATION`
pub async fn run(context: &CommandContext, check: &cli::Check, duration: Duration) -> ExitCode {
    let waited = std::panic::AssertUnwindSafe(wait(context, check, duration)).catch_unwind();
    let waited = waited.await;
    match waited.unwrap_or_else(|_| Err(FAILED_ITSELF.to_owned().into())) {
        Ok((text, code)) => out::print_and_exit(&text, code, EXIT_CHECK_USAGE),
        Err(why) => {
            why.print_unless_said();
            let command = OneLineCommand::Check(check.format);
            let now = context.time.now().wall;
            check::print_unknown(&context.global, command, &why.brief, now)
        }
    }
}

/// The checked arguments of a wait.
struct Plan {
    config: Config,
    scope: Scope,
    baseline: Option<Baseline>,
    options: WaitOptions,
    duration: Duration,
    /// The longest wait for the first answers of all sources.
    timeout: Duration,
}

// Returns the report and its exit code. Errors in the arguments are found before the wait begins.
async fn wait(
    context: &CommandContext,
    check: &cli::Check,
    duration: Duration,
) -> Result<(String, u8), NoPicture> {
    let mut ends = TerminationSignals::listen().map_err(|error| error.to_string())?;
    let plan = plan(context, check, duration)?;
    let (slots, sources) = start_polling(context, &plan).await;
    let look = first_look::first_look(context, &plan, &slots, &sources);
    let started = tokio::select! {
        biased;
        () = ends.next() => Err(ENDED_BY_SIGNAL.to_owned()),
        started = look => Ok(started),
    };
    let mut watching = Watching::begin(context, &plan, slots, sources, started?).await;
    let end = watching.run(&mut ends).await;
    let (outcome, waited) = watching.finish(end).await;
    Ok(report(context, check.format, &outcome, &waited))
}

fn plan(
    context: &CommandContext,
    check: &cli::Check,
    duration: Duration,
) -> Result<Plan, NoPicture> {
    let mut config =
        config::load(&context.global).map_err(|error| config::explain(&error, &context.global))?;
    let scope = check::scope(check, &config.policy)?;
    config.sources.retain_places(
        |cluster| scope.has_cluster(cluster),
        |hub| scope.has_hub(hub),
    );
    if !config.policy.hubs().any(|hub| scope.has_hub(&hub.key)) {
        return Err("there is no hub to watch".to_owned().into());
    }
    let baseline = baseline(context, check, &scope, &config)?;
    let limits = &config.policy.limits;
    Ok(Plan {
        options: WaitOptions {
            grace: check.grace,
            require_starts: check.require_starts,
            failed_starts: limits.failed_starts,
            probe_slow: limits.probe_slow,
        },
        config,
        scope,
        baseline,
        duration,
        timeout: check.timeout,
    })
}

fn baseline(
    context: &CommandContext,
    check: &cli::Check,
    scope: &Scope,
    config: &Config,
) -> Result<Option<Baseline>, String> {
    let Some(path) = &check.baseline else {
        return Ok(None);
    };
    let refused = |why: &dyn std::fmt::Display| {
        format!("the baseline {} cannot be used: {why}", path.display())
    };
    let json = files::read_text(path, MAX_BASELINE_BYTES).map_err(|error| refused(&error))?;
    let now = context.time.now().wall;
    let parsed = baseline_file::parse(&json, scope, &config.policy, now);
    parsed.map(Some).map_err(|error| refused(&error))
}

async fn start_polling(context: &CommandContext, plan: &Plan) -> (Slots, Arc<SourceContext>) {
    let state_dir = context.state_dir().await;
    let cache = context.cache(state_dir.as_deref());
    let settings: &SourcesConfig = &plan.config.sources;
    let sources = Arc::new(context.source_context_within(
        settings,
        cache,
        Access::ReadOnly,
        DetailLimits::CONTINUOUS,
    ));
    let registry = register_sources(settings.clone(), Vec::new(), &sources);
    let slots = registry.slots();
    // Polls start only by their intervals: a wait has no command for a refresh.
    let (_, refresh_all) = watch::channel(0);
    registry.start_polling(&context.tasks, &refresh_all);
    (slots, sources)
}

fn report(
    context: &CommandContext,
    format: CheckFormat,
    outcome: &Outcome,
    waited: &WaitContext,
) -> (String, u8) {
    let symbols = symbols_for(&context.global);
    for line in text::details(outcome, symbols) {
        out::print_message(&line);
    }
    let code = outcome.verdict().exit_code();
    match format {
        CheckFormat::Text => (text::line(outcome, waited, symbols), code),
        CheckFormat::Junit => (junit::report(outcome, waited), code),
        CheckFormat::Json => match json_text::to_text(&json::report(outcome, waited)) {
            Ok(json) => (json + "\n", code),
            Err(error) => {
                out::print_message(&error.to_string());
                (String::new(), EXIT_CHECK_USAGE)
            }
        },
    }
}
