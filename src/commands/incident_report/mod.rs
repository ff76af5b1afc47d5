//! `hubwatch report`: the draft of an incident's report, from the data that PagerDuty, the status pages and Prometheus
//! still have.

mod alerts;
mod course;
mod fetch;
mod file;
mod public;

use std::process::ExitCode;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

pub(super) use self::fetch::{Asked, RelatedRecords, fetch_asked};
use self::fetch::{Found, fetch_rest};
use self::file::destination;
use super::past_record::{self, patient};
use super::{CommandContext, config, fail, out, owed, symbols_for};
use crate::cli::{self, EXIT_USAGE};
use crate::config::Config;
use crate::domain::directory::PersonKind;
use crate::domain::incident::{LogEntry, LogKind, Person};
use crate::domain::mismatch::MismatchKind;
use crate::domain::policy::Policy;
use crate::report::people::Roles;
use crate::report::postmortem::{DraftContext, Template, markdown};
use crate::review::postmortem::{IssueInput, ReviewInput, review};
use crate::runtime::past_record::{PastRecord, RecordQuery};
use crate::sources::context::SourceContext;
use crate::sources::pagerduty::Access;
use crate::text::TextContext;
use crate::wording::case::place;

/// The exit code if the incident, or a part of it, could not be read.
const EXIT_INCOMPLETE: u8 = 1;

/// Prints the draft, or writes it to a new file. The exit code is 0 only if all data could be read.
pub async fn run(context: &CommandContext, args: cli::Report) -> ExitCode {
    let config = match config::load(&context.global) {
        Ok(config) => config,
        Err(error) => return fail(&config::explain(&error, &context.global)),
    };
    if config.sources.pagerduty.is_none() {
        return fail(&"a report needs a PagerDuty incident, and [pagerduty] is not configured");
    }
    let template = match file::template(config.report_template.as_deref()) {
        Ok(template) => template,
        Err(why) => return fail(&why),
    };
    let state_dir = context.state_dir().await;
    let cache = context.cache(state_dir.as_deref());
    let sources = Arc::new(context.source_context(&config.sources, cache, Access::ReadOnly));
    sources.secrets.fetch_all(&patient()).await;
    let asked = match fetch_asked(&sources, &config, &args.incident).await {
        Ok(asked) => asked,
        Err(why) => {
            out::print_message(&why);
            return ExitCode::from(EXIT_INCOMPLETE);
        }
    };
    let now = context.time.now().wall;
    let related = RelatedRecords {
        record: read_record(context, &config, &asked, now).await,
        tracker: owed::read_issues(&config, &sources, issues_since(&config, &asked, now)).await,
    };
    let found = fetch_rest(asked, &sources, &config, related).await;
    let ctx = TextContext {
        now: context.time.now(),
        zone: config.policy.calendar.zone,
        symbols: symbols_for(&context.global),
    };
    let text = draft(&found, &config, args.names, &template, &ctx);
    for missing in &found.missing {
        out::print_message(missing);
    }
    let code = if found.missing.is_empty() {
        0
    } else {
        EXIT_INCOMPLETE
    };
    match destination(args.output, args.edit, found.one.incident.number) {
        None => out::print_and_exit(&text, code, EXIT_USAGE),
        Some(path) => match file::write(&path, &text, args.edit).await {
            Ok(()) => ExitCode::from(code),
            Err(why) => fail(&why),
        },
    }
}

/// Returns the draft with roles in place of people's names, and texts about the data that could not be read. The caller
/// must have fetched the secrets of `sources`.
///
/// # Errors
/// The team's template cannot be read or is not valid.
pub(super) async fn draft_in_roles(
    sources: &Arc<SourceContext>,
    config: &Config,
    asked: Asked,
    related: RelatedRecords,
    ctx: &TextContext,
) -> Result<(String, Vec<String>), String> {
    let template = file::template(config.report_template.as_deref())?;
    let found = fetch_rest(asked, sources, config, related).await;
    let text = draft(&found, config, false, &template, ctx);
    Ok((text, found.missing))
}

/// The time from which the issues of outages are read: the time from which `hubwatch owed` reads them by default, or
/// the creation of the incident if that is earlier.
pub(super) fn issues_since(config: &Config, asked: &Asked, now: DateTime<Utc>) -> DateTime<Utc> {
    owed::default_since(config, now).min(asked.one.incident.created_at)
}

async fn read_record(
    context: &CommandContext,
    config: &Config,
    asked: &Asked,
    now: DateTime<Utc>,
) -> Result<PastRecord, String> {
    let account = config.sources.pagerduty.as_ref();
    let query = RecordQuery {
        account: account.ok_or("PagerDuty is not configured")?,
        policy: &config.policy,
        span: &asked.outage_span(now),
        now,
    };
    past_record::read(context, &query).await
}

fn draft(
    found: &Found,
    config: &Config,
    with_names: bool,
    template: &Template,
    ctx: &TextContext,
) -> String {
    let policy = &config.policy;
    let others = found.others.as_deref().unwrap_or_default();
    let tracker = config.sources.tracker.as_ref().zip(found.tracker.as_ref());
    let kind = |who: &Person| found.directory.person_kind(who, policy);
    let is_human = |who: &Person| kind(who) == PersonKind::Human;
    let known = review(&ReviewInput {
        one: &found.one,
        others,
        issues: tracker.map(|(settings, record)| IssueInput { settings, record }),
        p1: found.directory.priorities.first(),
        is_human: &is_human,
        alerts: &found.alerts,
        alerts_known: found.alerts_known,
        probes: &found.probes,
        probe_interval: TimeDelta::from_std(found.probe_interval).unwrap_or_default(),
        public: &found.public,
        time_boxes: &policy.time_boxes,
        now: found.now,
    });
    let members = std::iter::once(&found.one).chain(others);
    let mut entries: Vec<&LogEntry> = members.flat_map(|one| &one.log).collect();
    entries.sort_by_key(|entry| entry.at);
    let people: Vec<&Person> = entries
        .into_iter()
        .flat_map(|it| people(&it.kind, it.agent.as_ref()))
        .collect();
    let roles = Roles::new(people.into_iter(), &kind, with_names);
    let places: Vec<String> = found.one.places.iter().map(place).collect();
    markdown(
        &known,
        &DraftContext {
            incident: &found.one.incident,
            roles: &roles,
            text: ctx,
            course: found.course.as_ref().map_err(Clone::clone),
            others_unknown: found.others.as_ref().err().cloned(),
            places: places.join(", "),
            page_grace: grace(policy, MismatchKind::PageMissing),
            public_grace: grace(policy, MismatchKind::PublicNotTold),
        },
        template,
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

// The people that a log entry names: first the person who acted, then the people affected.
fn people<'a>(kind: &'a LogKind, agent: Option<&'a Person>) -> impl Iterator<Item = &'a Person> {
    let to = match kind {
        LogKind::Assign { to } | LogKind::Delegate { to } | LogKind::Escalate { to } => {
            to.as_slice()
        }
        _ => &[],
    };
    agent.into_iter().chain(to)
}
