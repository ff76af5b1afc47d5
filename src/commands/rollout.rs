//! `hubwatch rollout`: shows which versions run where, and which batch has worse figures.

use std::process::ExitCode;

use super::poll_once::{PolledSources, SecondTry, passphrase_screen, poll_sources, text_context};
use super::version_reader::VersionReader;
use super::{CommandContext, config, fail, out, symbols_for};
use crate::cli::{self, EXIT_USAGE, RolloutFormat};
use crate::picture::rollout::rollout;
use crate::report;
use crate::report::scope::Scope;
use crate::ui::pages;

/// The exit code if a source did not answer in full.
const EXIT_INCOMPLETE: u8 = 1;

/// Prints the rollout. The exit code is 0 only if every source of the figures answered in full.
pub async fn run(context: &CommandContext, args: &cli::Rollout) -> ExitCode {
    let config = match config::load(&context.global) {
        Ok(config) => config,
        Err(error) => return fail(&config::explain(&error, &context.global)),
    };
    if config.sources.prometheus.is_empty() && config.sources.probes.is_none() {
        return fail(
            &"versions come from probes and Prometheus, and neither hubs nor [[prometheus]] are configured",
        );
    }
    let (policy, settings) = (config.policy.clone(), config.sources.clone());
    let PolledSources {
        picture,
        context: sources,
        ..
    } = poll_sources(
        context,
        config,
        &Scope::default(),
        args.timeout,
        SecondTry::Needed,
        passphrase_screen(),
    )
    .await;
    let reader = VersionReader::default();
    let reading = reader.read(&sources, &settings, &policy).await;
    let rollout = rollout(&picture, Some(&reading), &policy.rollout);
    let ctx = text_context(context, &picture, &policy, symbols_for(&context.global));
    let text = match args.format {
        RolloutFormat::Table => {
            let cells = out::terminal_width();
            Ok(pages::rollout::page(&rollout, &ctx, cells).into_text(&ctx, cells))
        }
        RolloutFormat::Json => {
            let text = report::rollout::json(&rollout, ctx.now.wall);
            text.map(|text| text + "\n")
        }
    };
    let code = if rollout.is_complete() {
        0
    } else {
        EXIT_INCOMPLETE
    };
    match text {
        Ok(text) => out::print_and_exit(&text, code, EXIT_USAGE),
        Err(error) => fail(&error.to_string()),
    }
}
