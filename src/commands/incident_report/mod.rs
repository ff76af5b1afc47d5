//! `hubwatch report`: the draft of an incident's report, from what PagerDuty, the status pages and Prometheus still know.

mod fetch;

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use chrono::TimeDelta;

use self::fetch::{Found, fetch};
use super::{CommandContext, config, fail, out};
use crate::cli::{self, EXIT_USAGE};
use crate::domain::incident::{LogKind, Person};
use crate::domain::mismatch::MismatchKind;
use crate::domain::policy::Policy;
use crate::report::people::{PersonKind, Roles, person_kind};
use crate::report::postmortem::{DraftContext, markdown};
use crate::review::postmortem::{ReviewInput, review};
use crate::wording::case::place;

/// The incident could not be read, or not all of it.
const EXIT_INCOMPLETE: u8 = 1;

/// Prints the draft, or writes it to a new file; the exit code is 0 only where all that was asked for could be read.
pub async fn run(context: &CommandContext, args: cli::Report) -> ExitCode {
    let config = match config::load(&context.global) {
        Ok(config) => config,
        Err(error) => return fail(&config::explain(&error, &context.global)),
    };
    if config.sources.pagerduty.is_none() {
        return fail(
            &"a report is made of a PagerDuty incident, and [pagerduty] is not configured",
        );
    }
    let found = match fetch(context, &config, &args.incident).await {
        Ok(found) => found,
        Err(why) => {
            out::print_message(&why);
            return ExitCode::from(EXIT_INCOMPLETE);
        }
    };
    let text = draft(&found, &config.policy, args.names);
    for missing in &found.missing {
        out::print_message(missing);
    }
    let code = if found.missing.is_empty() {
        0
    } else {
        EXIT_INCOMPLETE
    };
    match &args.output {
        None => out::print_and_exit(&text, code, EXIT_USAGE),
        Some(path) => match write_new(path, &text) {
            Ok(()) => {
                out::print_message(&format!("written to {}", path.display()));
                ExitCode::from(code)
            }
            Err(error) => fail(&format!("{} is not written: {error}", path.display())),
        },
    }
}

fn draft(found: &Found, policy: &Policy, with_names: bool) -> String {
    let kind = |who: &Person| person_kind(who, &found.directory, policy);
    let is_human = |who: &Person| kind(who) == PersonKind::Human;
    let known = review(&ReviewInput {
        one: &found.one,
        p1: found.directory.priorities.first(),
        is_human: &is_human,
        alerts: &found.alerts,
        public: &found.public,
        now: found.now,
    });
    let people: Vec<&Person> = found
        .one
        .log
        .iter()
        .flat_map(|it| people(&it.kind, it.agent.as_ref()))
        .collect();
    let roles = Roles::new(people.into_iter(), &kind, with_names);
    let places: Vec<String> = found.one.places.iter().map(place).collect();
    markdown(
        &known,
        &DraftContext {
            incident: &found.one.incident,
            roles: &roles,
            zone: policy.calendar.zone,
            places: places.join(", "),
            page_grace: grace(policy, MismatchKind::PageMissing),
            public_grace: grace(policy, MismatchKind::PublicNotTold),
        },
    )
}

fn grace(policy: &Policy, kind: MismatchKind) -> TimeDelta {
    let grace = policy
        .mismatch
        .graces
        .get(&kind)
        .copied()
        .unwrap_or_default();
    TimeDelta::from_std(grace).unwrap_or(TimeDelta::MAX)
}

// In the order in which the log names them: first who did it, then to whom.
fn people<'a>(kind: &'a LogKind, agent: Option<&'a Person>) -> impl Iterator<Item = &'a Person> {
    let to = match kind {
        LogKind::Assign { to } | LogKind::Delegate { to } | LogKind::Escalate { to } => {
            to.as_slice()
        }
        _ => &[],
    };
    agent.into_iter().chain(to)
}

// Somebody may have worked on an earlier draft.
fn write_new(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
