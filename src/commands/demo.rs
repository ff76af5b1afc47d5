//! `hubwatch demo`: the dashboard on the embedded world. The world is served by HTTP on loopback, and polled like real
//! sources.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use strum::IntoEnumIterator as _;

use super::dashboard::{DashboardMode, show};
use super::{CommandContext, dashboard_exit_code, fail, out};
use crate::cli::{self, EXIT_USAGE};
use crate::config;
use crate::demo::{Scenario, SecretFiles, World, WorldOptions, config_toml, serve};
use crate::runtime::private_dir::PrivateDir;
use crate::runtime::signals::Signals;
use crate::store::durable;

/// `hubwatch demo`
pub async fn run(context: &CommandContext, demo: &cli::Demo) -> ExitCode {
    let options = match world_options(demo) {
        Ok(options) => options,
        Err(code) => return code,
    };
    // Signals are caught before the directory is made, so that the program removes the directory even after a signal.
    let signals = match Signals::listen() {
        Ok(signals) => signals,
        Err(error) => return fail(&error),
    };
    let dir = match PrivateDir::create_temporary("hubwatch-demo") {
        Ok(dir) => dir,
        Err(error) => return fail(&error),
    };
    let text = match start_world(context, options, dir.path()).await {
        Ok(text) => text,
        Err(error) => return fail(&format!("the demo's world cannot start: {error}")),
    };
    let file = dir.path().join("config.toml");
    let mut config = match config::parse(&text, &config::parse_context(&file)) {
        Ok(config) => config,
        Err(error) => return fail(&error),
    };
    config.read_only |= context.global.read_only;
    dashboard_exit_code(show(context, config, DashboardMode::Demo, || Ok(signals)).await)
}

/// The options of the demo's world, from the arguments. `--scenario help` prints the list of scenarios instead.
///
/// # Errors
/// The exit code if no world can be started: the list was printed, or the scenario does not exist.
pub fn world_options(demo: &cli::Demo) -> Result<WorldOptions, ExitCode> {
    let named = demo.scenario.as_deref();
    let known = Scenario::iter()
        .map(|it| it.to_string())
        .collect::<Vec<_>>();
    if named == Some("help") {
        return Err(out::print_and_exit(&scenario_list(), 0, EXIT_USAGE));
    }
    let scenario = match named.map(str::parse) {
        None => Scenario::default(),
        Some(Ok(scenario)) => scenario,
        Some(Err(_)) => {
            let text = format!(
                "there is no such scenario; choose one of {}",
                known.join(", ")
            );
            return Err(fail(&text));
        }
    };
    let usual = WorldOptions::default();
    let number = |given: Option<u32>, usual: usize| {
        given.and_then(|n| usize::try_from(n).ok()).unwrap_or(usual)
    };
    let clusters = number(demo.clusters, usual.clusters);
    Ok(WorldOptions {
        clusters,
        hubs: number(demo.hubs, usual.hubs).max(clusters),
        alerts: number(demo.alerts, usual.alerts),
        seed: demo.seed.unwrap_or(usual.seed),
        speed: demo.speed,
        scenario,
        single_prometheus: demo.single_prometheus,
    })
}

fn scenario_list() -> String {
    let usual = Scenario::default();
    let lines = Scenario::iter().map(|it| {
        let mark = if it == usual { " (the default)" } else { "" };
        format!("{:<8}{}{mark}\n", it.to_string(), it.about())
    });
    lines.collect()
}

/// Builds the world, serves it, and writes the configuration that polls it. The secrets are written to `dir`.
///
/// # Errors
/// The script is wrong, a port is refused, or a file cannot be written.
pub async fn start_world(
    context: &CommandContext,
    options: WorldOptions,
    dir: &Path,
) -> std::io::Result<String> {
    let world = World::new(options, context.time.now().wall).map_err(io::Error::other)?;
    let world = Arc::new(Mutex::new(world));
    let served = serve(Arc::clone(&world), Arc::clone(&context.time)).await?;
    for future in served.futures {
        context.tasks.spawn(future);
    }
    let token = write_secret(dir, "pagerduty-token", crate::demo::pagerduty::USER_TOKEN)?;
    let password = write_secret(
        dir,
        "prometheus-password",
        crate::demo::prometheus::PASSWORD,
    )?;
    let tracker = write_secret(dir, "tracker-token", crate::demo::tracker::TOKEN)?;
    let files = SecretFiles {
        pagerduty_token: &token,
        prometheus_password: &password,
        tracker_token: &tracker,
    };
    let world = world
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    Ok(config_toml(&served.endpoints, &world, files))
}

fn write_secret(dir: &Path, name: &str, text: &str) -> io::Result<PathBuf> {
    let file = dir.join(name);
    durable::replace(&file, text.as_bytes())?;
    Ok(file)
}
