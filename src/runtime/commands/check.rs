//! One look at every source, then the verdict.

use std::io::IsTerminal as _;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::{join, join_all};

use super::{Surroundings, config, out};
use crate::cli::{self, CheckFormat, EXIT_CHECK_USAGE, LineFormat};
use crate::config::Config;
use crate::domain::policy::Policy;
use crate::picture::{Picture, build_scoped};
use crate::report::line::Format;
use crate::report::scope::Scope;
use crate::report::{check as text, json, line as one_line};
use crate::runtime::secrets::{Manner, Secrets};
use crate::runtime::shop::Shop;
use crate::runtime::wiring::{self, wire};
use crate::say::context::TextContext;
use crate::say::symbols::{Symbols, UNICODE};
use crate::sources::pagerduty::{Access, DetailLimits};
use crate::sources::secret::TerminalState;
use crate::store::file::state_dir;
use crate::terminal::capabilities::{Capabilities, TerminalEnv};

/// A line in a status bar is not waited for longer.
const LINE_TIMEOUT: Duration = Duration::from_secs(10);

/// `hubwatch check`: a panic is a 3 like every other look that came to nothing.
pub async fn run(around: &Surroundings, check: &cli::Check) -> ExitCode {
    let looked = std::panic::AssertUnwindSafe(look(around, check))
        .catch_unwind()
        .await;
    match looked {
        Ok(Ok(code)) => code,
        Ok(Err(why)) => nothing(around, &why),
        Err(_) => nothing(
            around,
            "hubwatch itself failed; what it said is on standard error",
        ),
    }
}

fn nothing(around: &Surroundings, why: &str) -> ExitCode {
    let first = why.lines().next().unwrap_or_default();
    out::print(&text::unknown(first, symbols(around)));
    if why.lines().count() > 1 {
        out::complain(why);
    }
    ExitCode::from(EXIT_CHECK_USAGE)
}

async fn look(around: &Surroundings, check: &cli::Check) -> Result<ExitCode, String> {
    let config =
        config::load(&around.global).map_err(|error| config::explain(&error, &around.global))?;
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
    let picture = picture(around, config, &scope, check.timeout, whose_screen()).await;
    let shown = match check.format {
        CheckFormat::Text => symbols(around),
        CheckFormat::Json => &UNICODE,
    };
    let ctx = ctx(around, &picture, &policy, shown);
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
pub async fn line(around: &Surroundings, line: &cli::Line) -> ExitCode {
    let format = match line.format {
        LineFormat::Plain => Format::Plain,
        LineFormat::Tmux => Format::Tmux,
    };
    let symbols = symbols(around);
    let config = match config::load(&around.global) {
        Ok(config) => config,
        Err(error) => {
            let why = config::explain_shortly(&error);
            out::print(&format!("{}\n", one_line::unknown(&why, format, symbols)));
            return super::failed(&config::explain(&error, &around.global));
        }
    };
    let policy = config.policy.clone();
    let picture = picture(
        around,
        config,
        &Scope::default(),
        LINE_TIMEOUT,
        TerminalState::Taken,
    )
    .await;
    let ctx = ctx(around, &picture, &policy, symbols);
    let said = one_line::line(&picture, format, &ctx);
    out::print(&format!("{said}\n"));
    ExitCode::SUCCESS
}

// As on the screen: by the locale, where nobody asks for ASCII.
fn symbols(around: &Surroundings) -> &'static Symbols {
    let hints = TerminalEnv::from_process(around.global.no_color, around.global.ascii);
    Symbols::for_terminal(Capabilities::detect(&hints).ascii)
}

fn ctx(
    around: &Surroundings,
    picture: &Picture,
    policy: &Policy,
    symbols: &'static Symbols,
) -> TextContext {
    TextContext {
        now: around.time.now().with_wall_offset(picture.skew),
        zone: policy.display_zone,
        symbols,
    }
}

// All of it within `limit`: what has not answered by then is down, and says so.
async fn picture(
    around: &Surroundings,
    mut config: Config,
    scope: &Scope,
    limit: Duration,
    screen: TerminalState,
) -> Picture {
    narrow(&mut config, scope);
    let wanted = wiring::secrets(&config.sources);
    let shop = Arc::new(Shop::new(
        &around.tasks,
        Arc::clone(&around.time),
        Secrets::new(wanted, Arc::clone(&around.time)),
        DetailLimits::SINGLE_POLL,
        state_dir(),
        Access::ReadOnly,
    ));
    let manner = Manner {
        screen,
        deadline: Some(around.time.now().plus(limit)),
        slow: &|_| {},
        warn: &|warning| out::complain(warning),
    };
    let (feeds, looks) = wire(config.sources, &shop).look(limit);
    // A source whose secret is there need not wait for another's.
    let _all = join(shop.secrets.gather(&manner), join_all(looks)).await;
    build_scoped(
        &feeds.answers(),
        &config.policy,
        around.time.now(),
        &|place| scope.has_place(place),
    )
}

// Who looks by hand can be asked for a passphrase.
fn whose_screen() -> TerminalState {
    if std::io::stdin().is_terminal() {
        TerminalState::Free
    } else {
        TerminalState::Taken
    }
}

// With a part of the fleet only its sources are asked, and PagerDuty and the status pages.
fn narrow(config: &mut Config, scope: &Scope) {
    use crate::domain::settings::ClusterScope as Watched;
    config
        .sources
        .prometheus
        .retain(|settings| match &settings.scope {
            Watched::One(cluster) => scope.has_cluster(cluster),
            Watched::ByLabel(_) => true,
        });
    config
        .sources
        .alertmanager
        .retain(|settings| match &settings.scope {
            Some(Watched::One(cluster)) => scope.has_cluster(cluster),
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
