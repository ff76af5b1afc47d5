//! `hubwatch doctor`: how every source answers, and which settings would end a blind spot that is meant so.

use std::process::ExitCode;

use super::poll_once::{passphrase_screen, poll_and_build, text_context};
use super::{CommandContext, config, fail, out, symbols_for};
use crate::cli::{self, EXIT_USAGE};
use crate::report::scope::Scope;
use crate::ui::pages::doctor;

/// Something does not answer, or judgement lacks a part.
const EXIT_NOT_WELL: u8 = 1;

/// Prints the page; the exit code is 0 only where every source answers whole.
pub async fn run(context: &CommandContext, args: cli::Doctor) -> ExitCode {
    let config = match config::load(&context.global) {
        Ok(config) => config,
        Err(error) => return fail(&config::explain(&error, &context.global)),
    };
    let policy = config.policy.clone();
    let screen = passphrase_screen();
    let picture = poll_and_build(context, config, &Scope::default(), args.timeout, screen).await;
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
