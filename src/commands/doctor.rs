//! `hubwatch doctor`: how every source answers, and which settings accept a blind spot that is intended.

use std::process::ExitCode;

use super::poll_once::{SecondTry, passphrase_screen, poll_and_build, text_context};
use super::{CommandContext, config, fail, out, symbols_for};
use crate::cli::{self, EXIT_USAGE};
use crate::report::scope::Scope;
use crate::ui::pages::doctor;

/// A source does not answer in full, none is configured, or an address in `[team]` belongs to no user.
const EXIT_NOT_WELL: u8 = 1;

/// Prints the page. The exit code is 0 if all is well, by [`doctor::is_well`].
pub async fn run(context: &CommandContext, args: cli::Doctor) -> ExitCode {
    let config = match config::load(&context.global) {
        Ok(config) => config,
        Err(error) => return fail(&config::explain(&error, &context.global)),
    };
    let policy = config.policy.clone();
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
    let text = doctor::page(&picture, &policy, &ctx, cells).into_text(&ctx, cells);
    let code = if doctor::is_well(&picture, &policy) {
        0
    } else {
        EXIT_NOT_WELL
    };
    out::print_and_exit(&text, code, EXIT_USAGE)
}
