//! One look at every source, then the verdict.

use std::io::IsTerminal as _;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::{join, join_all};

use super::{CommandContext, config, out};
use crate::cli::{self, CheckFormat, EXIT_CHECK_USAGE, LineFormat};
use crate::config::Config;
use crate::domain::policy::Policy;
use crate::picture::{Picture, build_scoped};
use crate::report::line::Format;
use crate::report::scope::Scope;
use crate::report::{check as text, json, line as one_line};
use crate::runtime::local_time_boxes;
use crate::runtime::registry::{self, register_sources};
use crate::sources::context::SourceContext;
use crate::sources::pagerduty::{Access, DetailLimits};
use crate::sources::secret::TerminalState;
use crate::sources::secret::{FetchOptions, Secrets};
use crate::terminal::capabilities::{Capabilities, TerminalEnv};
use crate::text::context::TextContext;
use crate::text::symbols::{Symbols, UNICODE};

/// A line in a status bar is not waited for longer.
const LINE_TIMEOUT: Duration = Duration::from_secs(10);

/// `hubwatch check`: a panic is a 3 like every other look that came to nothing.
pub async fn run(context: &CommandContext, check: &cli::Check) -> ExitCode {
    let looked = std::panic::AssertUnwindSafe(check_once(context, check))
        .catch_unwind()
        .await;
    match looked {
        Ok(Ok(code)) => code,
        Ok(Err(why)) => print_unknown(context, &why),
        Err(_) => print_unknown(
            context,
            "hubwatch itself failed; what it said is on standard error",
        ),
    }
}

fn print_unknown(context: &CommandContext, why: &str) -> ExitCode {
    let first = why.lines().next().unwrap_or_default();
    out::print(&text::unknown(first, symbols_for(context)));
    if why.lines().count() > 1 {
        out::print_message(why);
    }
    ExitCode::from(EXIT_CHECK_USAGE)
}

async fn check_once(context: &CommandContext, check: &cli::Check) -> Result<ExitCode, String> {
    let config =
        config::load(&context.global).map_err(|error| config::explain(&error, &context.global))?;
    let scope = Scope {
        clusters: check
            .clusters
            .iter()
            .map(|name| name.as_str().into())
            .collect(),
        hubs: check.hubs.iter().cloned().collect(),
    };
    scope
        .validate(&config.policy)
        .map_err(|error| error.to_string())?;
    let policy = config.policy.clone();
    let picture = poll_and_build(context, config, &scope, check.timeout, passphrase_screen()).await;
    let shown = match check.format {
        CheckFormat::Text => symbols_for(context),
        CheckFormat::Json => &UNICODE,
    };
    let ctx = ctx(context, &picture, &policy, shown);
    let report = match check.format {
        CheckFormat::Text => text::text(&picture, &ctx),
        CheckFormat::Json => serde_json::to_string_pretty(&json::report(&picture, &ctx))
            .map_err(|error| error.to_string())?,
    };
    out::print(report.trim_end());
    out::print("\n");
    Ok(ExitCode::from(picture.verdict.level.exit_code()))
}

/// `hubwatch line`
pub async fn run_line(context: &CommandContext, line: &cli::Line) -> ExitCode {
    let format = match line.format {
        LineFormat::Plain => Format::Plain,
        LineFormat::Tmux => Format::Tmux,
    };
    let symbols = symbols_for(context);
    let config = match config::load(&context.global) {
        Ok(config) => config,
        Err(error) => {
            let why = config::explain_briefly(&error);
            out::print(&format!("{}\n", one_line::unknown(&why, format, symbols)));
            return super::fail(&config::explain(&error, &context.global));
        }
    };
    let policy = config.policy.clone();
    let picture = poll_and_build(
        context,
        config,
        &Scope::default(),
        LINE_TIMEOUT,
        TerminalState::Taken,
    )
    .await;
    let ctx = ctx(context, &picture, &policy, symbols);
    let said = one_line::line(&picture, format, &ctx);
    out::print(&format!("{said}\n"));
    ExitCode::SUCCESS
}

// As on the screen: by the locale, where nobody asks for ASCII.
fn symbols_for(context: &CommandContext) -> &'static Symbols {
    let hints = TerminalEnv::from_process(context.global.no_color, context.global.ascii);
    Symbols::for_terminal(Capabilities::detect(&hints).ascii)
}

fn ctx(
    context: &CommandContext,
    picture: &Picture,
    policy: &Policy,
    symbols: &'static Symbols,
) -> TextContext {
    TextContext {
        now: context.time.now().with_wall_offset(picture.skew),
        zone: policy.display_zone,
        symbols,
    }
}

// All of it within `limit`: what has not answered by then is down, and says so.
async fn poll_and_build(
    context: &CommandContext,
    mut config: Config,
    scope: &Scope,
    limit: Duration,
    screen: TerminalState,
) -> Picture {
    keep_scope_only(&mut config, scope);
    let state_dir = context.state_dir();
    let wanted = registry::wanted_secrets(&config.sources);
    let sources = Arc::new(SourceContext::new(
        context.tasks.blocking_runner(),
        Arc::clone(&context.time),
        Secrets::new(wanted, Arc::clone(&context.time)),
        DetailLimits::SINGLE_POLL,
        context.cache(state_dir.as_deref()),
        Access::ReadOnly,
    ));
    let manner = FetchOptions {
        screen,
        deadline: Some(context.time.now().plus(limit)),
        on_slow: &|_| {},
        on_warning: &|warning| out::print_message(warning),
    };
    let time_boxes = local_time_boxes::load(state_dir.as_deref(), out::print_message);
    let registry = register_sources(config.sources, time_boxes, &sources);
    let (slots, polls) = registry.poll_once(limit);
    // A source whose secret is there need not wait for another's.
    let _all = join(sources.secrets.fetch_all(&manner), join_all(polls)).await;
    build_scoped(
        &slots.answers(),
        &config.policy,
        context.time.now(),
        &|place| scope.has_place(place),
    )
}

// Who looks by hand can be asked for a passphrase.
fn passphrase_screen() -> TerminalState {
    if std::io::stdin().is_terminal() {
        TerminalState::Free
    } else {
        TerminalState::Taken
    }
}

// With a part of the fleet only its sources are asked, and PagerDuty and the status pages.
fn keep_scope_only(config: &mut Config, scope: &Scope) {
    use crate::domain::settings::ClusterScope;
    config
        .sources
        .prometheus
        .retain(|settings| match &settings.scope {
            ClusterScope::One(cluster) => scope.has_cluster(cluster),
            ClusterScope::ByLabel(_) => true,
        });
    config
        .sources
        .alertmanager
        .retain(|settings| match &settings.scope {
            Some(ClusterScope::One(cluster)) => scope.has_cluster(cluster),
            _ => true,
        });
    if let Some(probes) = &mut config.sources.probes {
        probes.targets.retain(|target| scope.has_hub(&target.key));
    }
    let nobody = |probes: &crate::domain::settings::ProbeSettings| probes.targets.is_empty();
    if config.sources.probes.as_ref().is_some_and(nobody) {
        config.sources.probes = None;
    }
}
