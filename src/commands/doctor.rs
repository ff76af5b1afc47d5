//! `hubwatch doctor`: checks every source, and lists the settings that accept a blind spot on purpose.

use std::process::ExitCode;

use super::poll_once::{SecondTry, passphrase_screen, poll_and_build, text_context};
use super::{CommandContext, config, fail, out, owed, symbols_for};
use crate::cli::{self, EXIT_USAGE};
use crate::report::scope::Scope;
use crate::ui::pages::doctor;

/// The exit code if a source or the tracker does not answer in full, no source is configured, or an address in `[team]`
/// belongs to no user.
const EXIT_NOT_WELL: u8 = 1;

/// Prints the page of `hubwatch doctor`. The exit code is 0 if all is well, by [`doctor::is_well`].
pub async fn run(context: &CommandContext, args: cli::Doctor) -> ExitCode {
    let config = match config::load(&context.global) {
        Ok(config) => config,
        Err(error) => return fail(&config::explain(&error, &context.global)),
    };
    let policy = config.policy.clone();
    let since = owed::default_since(&config, context.time.now().wall);
    let repository = config.sources.tracker.as_ref();
    let repository = repository.map(|it| it.repository.to_string());
    let tracker = owed::read_tracker(context, &config, since).await;
    let screen = passphrase_screen();
    let picture = poll_and_build(
        context,
        config,
        &Scope::default(),
        args.timeout,
        SecondTry::NotNeeded,
        screen,
    )
    .await;
    let ctx = text_context(context, &picture, &policy, symbols_for(&context.global));
    let cells = out::terminal_width();
    let mut page = doctor::page(&picture, &policy, &ctx, cells);
    if let Some((repository, record)) = repository.zip(tracker.as_ref()) {
        doctor::add_tracker(&mut page, &repository, record, &ctx);
    }
    let text = page.into_text(&ctx, cells);
    let is_tracker_well = tracker.is_none_or(|record| record.problems.is_empty());
    let code = if doctor::is_well(&picture, &policy) && is_tracker_well {
        0
    } else {
        EXIT_NOT_WELL
    };
    out::print_and_exit(&text, code, EXIT_USAGE)
}
