//! `hubwatch trends`: figures of PagerDuty's incidents, by month and by alert.

use std::collections::BTreeSet;
use std::io::IsTerminal as _;
use std::ops::Range;
use std::process::ExitCode;
use std::sync::Arc;

use chrono::{DateTime, Datelike, Months, Utc};
use chrono_tz::Tz;

use super::poll_once::passphrase_screen;
use super::{CommandContext, config, fail, out, symbols_for};
use crate::cli::{self, EXIT_USAGE, TrendsFormat};
use crate::domain::calendar::start_of_day;
use crate::domain::directory::Directory;
use crate::domain::ids::PriorityName;
use crate::domain::incident::Person;
use crate::domain::policy::Policy;
use crate::domain::settings::{PagerDutySettings, SourcesConfig};
use crate::domain::source::{Failure, Part, PartName, PartProblem};
use crate::picture::alert_name::alert_name;
use crate::picture::places::places_in_title;
use crate::report;
use crate::review::past_incident::PastIncident;
use crate::review::trends::{Trends, TrendsInput, trends};
use crate::runtime::clock;
use crate::sources::pagerduty::{
    Access, Client, DirectoryPoller, IncidentRecord, Reading, fetch_past_incidents,
};
use crate::sources::secret::FetchOptions;
use crate::store::cache::CacheDir;
use crate::text::context::TextContext;
use crate::ui::pages;

/// Mailboxes and bots are known by their users' addresses.
const USERS_MISSING: &str =
    "not all users can be read: an acknowledgement by a mailbox or a bot may count as a human's";

/// PagerDuty could not be read, or not all of it.
const EXIT_INCOMPLETE: u8 = 1;

/// Prints the figures; the exit code is 0 only where all of it could be read.
pub async fn run(context: &CommandContext, args: cli::Trends) -> ExitCode {
    let config = match config::load(&context.global) {
        Ok(config) => config,
        Err(error) => return fail(&config::explain(&error, &context.global)),
    };
    let Some(account) = config.sources.pagerduty.clone() else {
        return fail(
            &"trends are made of PagerDuty's incidents, and [pagerduty] is not configured",
        );
    };
    let policy = &config.policy;
    let now = context.time.now().wall;
    let Some(span) = span(args, policy.calendar.zone, now) else {
        return fail(&"--since must lie before --until, and before now");
    };
    let read = match read(context, &account, &span, now).await {
        Ok(read) => read,
        Err(why) => {
            out::print_message(&why);
            return ExitCode::from(EXIT_INCOMPLETE);
        }
    };
    let mut missing = read.missing;
    missing.extend(unlisted_priorities(&read.records, &read.directory));
    let found = figures(
        read.records,
        &read.unread,
        &read.directory,
        policy,
        &span,
        now,
    );
    let Some(found) = found else {
        out::print_message(
            "PagerDuty's account has no priorities: nothing tells what is an outage",
        );
        return ExitCode::from(EXIT_INCOMPLETE);
    };
    let ctx = TextContext {
        now: context.time.now(),
        zone: policy.calendar.zone,
        symbols: symbols_for(&context.global),
    };
    missing.extend(unread_logs(&found));
    match print(&found, args.format, &span, &missing, &ctx) {
        Ok(text) => {
            let code = if missing.is_empty() {
                0
            } else {
                EXIT_INCOMPLETE
            };
            out::print_and_exit(&text, code, EXIT_USAGE)
        }
        Err(error) => fail(&error.to_string()),
    }
}

fn print(
    found: &Trends,
    format: TrendsFormat,
    span: &Range<DateTime<Utc>>,
    missing: &[String],
    ctx: &TextContext,
) -> serde_json::Result<String> {
    Ok(match format {
        TrendsFormat::Text => {
            let cells = out::terminal_width();
            pages::trends::page(found, span, missing, ctx, cells).into_text(ctx, cells)
        }
        TrendsFormat::Csv => report::trends::csv(found),
        TrendsFormat::Json => report::trends::json(found, span, missing)? + "\n",
    })
}

/// PagerDuty's answers.
struct Read {
    records: Vec<IncidentRecord>,
    unread: Vec<Range<DateTime<Utc>>>,
    directory: Directory,
    missing: Vec<String>,
}

async fn read(
    context: &CommandContext,
    account: &PagerDutySettings,
    span: &Range<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<Read, String> {
    let client = client(context, account).await?;
    let mut directory = DirectoryPoller::new(Arc::clone(&client), account);
    let polled = directory.poll(None).await.outcome;
    let polled = polled.map_err(|error| error.text)?;
    if let Some(why) = unread_priorities(&polled.parts) {
        return Err(why);
    }
    let mut parts = polled.parts.iter();
    let lacks_users = parts.any(|part| part.name == PartName::Users && part.problem.is_some());
    let is_watched = std::io::stderr().is_terminal();
    let on_progress = |requests: usize| {
        if is_watched {
            out::prompt(&format!("\rreading PagerDuty's record: {requests} pages "));
        }
    };
    let reading = Reading {
        on_progress: &on_progress,
        wait: &|time| Box::pin(clock::sleep(time)),
    };
    let past = fetch_past_incidents(&client, account, span, now, reading).await;
    if is_watched {
        out::prompt("\r\x1b[K");
    }
    let past = past.map_err(|error| error.text)?;
    let unread_users = lacks_users.then(|| USERS_MISSING.to_owned());
    Ok(Read {
        records: past.records,
        unread: past.unread,
        missing: past.missing.into_iter().chain(unread_users).collect(),
        directory: polled.body,
    })
}

// The most severe priority is not known unless all priorities are read in their order.
fn unread_priorities(parts: &[Part]) -> Option<String> {
    let part = parts.iter().find(|it| it.name == PartName::Priorities)?;
    match part.problem.as_ref()? {
        PartProblem::NotOffered(_) => None,
        PartProblem::Failed(Failure { text, .. }) | PartProblem::Partial(text) => {
            Some(text.clone())
        }
        PartProblem::NotReadYet(_) => Some("the priorities are not read".to_owned()),
    }
}

async fn client(
    context: &CommandContext,
    account: &PagerDutySettings,
) -> Result<Arc<Client>, String> {
    let sources = SourcesConfig {
        pagerduty: Some(account.clone()),
        ..SourcesConfig::default()
    };
    let cache = CacheDir::disabled();
    let sources = context.source_context(&sources, cache, Access::ReadOnly);
    let manner = FetchOptions {
        screen: passphrase_screen(),
        deadline: None,
        on_slow: &|name| out::print_message(&format!("waiting for the command of {name}")),
        on_warning: &|warning| out::print_message(warning),
    };
    sources.secrets.fetch_all(&manner).await;
    sources
        .pagerduty_client(&account.url, &account.token, &account.http)
        .map_err(|error| error.text)
}

// `check` counts such an incident as one of the most severe; whether it was an outage is not known.
fn unlisted_priorities(records: &[IncidentRecord], directory: &Directory) -> Option<String> {
    let names = records
        .iter()
        .filter_map(|it| it.incident.priority.as_ref());
    let unlisted: BTreeSet<&PriorityName> = names
        .filter(|name| !directory.priorities.contains(name))
        .collect();
    let names: Vec<String> = unlisted.iter().map(ToString::to_string).collect();
    (!names.is_empty()).then(|| {
        let names = names.join(", ");
        format!("PagerDuty does not list these priorities: {names}; whether such incidents were outages is not known")
    })
}

fn unread_logs(found: &Trends) -> Option<String> {
    let count: usize = found.months.iter().map(|month| month.unread_logs).sum();
    (count > 0).then(|| format!("the log of {count} incidents could not be read"))
}

// None if the account has no priorities.
fn figures(
    records: Vec<IncidentRecord>,
    unread: &[Range<DateTime<Utc>>],
    directory: &Directory,
    policy: &Policy,
    span: &Range<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Option<Trends> {
    let incidents: Vec<PastIncident> = records
        .into_iter()
        .map(|record| PastIncident {
            places: places_in_title(&record.incident.title, policy),
            incident: record.incident,
            log: record.log,
            merged_into: record.merged_into,
        })
        .collect();
    let is_among = |who: &Person, listed| directory.is_among(who, listed);
    let is_human =
        |who: &Person| !is_among(who, &policy.placeholders) && !is_among(who, &policy.bots);
    Some(trends(&TrendsInput {
        unread,
        incidents: &incidents,
        p1: directory.priorities.first()?,
        span: span.clone(),
        zone: policy.calendar.zone,
        now,
        is_human: &is_human,
        name: &|one| alert_name(&one.incident.title, &one.places, policy),
    }))
}

// The months of the last year and this one, unless the arguments say otherwise.
fn span(args: cli::Trends, zone: Tz, now: DateTime<Utc>) -> Option<Range<DateTime<Utc>>> {
    let today = now.with_timezone(&zone).date_naive();
    let year_ago = today.with_day(1)?.checked_sub_months(Months::new(12))?;
    let since = start_of_day(args.since.unwrap_or(year_ago), zone);
    let until = args
        .until
        .map_or(now, |until| start_of_day(until, zone))
        .min(now);
    (since < until).then_some(since..until)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn without_dates_it_is_the_last_year_and_the_present_month_in_the_teams_zone() {
        let none = cli::Trends {
            since: None,
            until: None,
            format: TrendsFormat::Text,
        };
        let now = at("2026-11-30T23:30:00Z");
        let utc = span(none, Tz::UTC, now).unwrap();
        assert_eq!(utc, at("2025-11-01T00:00:00Z")..now);
        let berlin = span(none, Tz::Europe__Berlin, now).unwrap();
        assert_eq!(berlin, at("2025-11-30T23:00:00Z")..now);
    }

    #[test]
    fn dates_are_days_of_the_teams_zone_and_the_future_is_not_asked_for() {
        let day = |text: &str| text.parse().ok();
        let dates = |since, until| cli::Trends {
            since: day(since),
            until: day(until),
            format: TrendsFormat::Text,
        };
        let now = at("2026-11-10T12:00:00Z");
        let found = |since, until| span(dates(since, until), Tz::Europe__Berlin, now);
        assert_eq!(
            found("2026-01-01", "2026-07-01"),
            Some(at("2025-12-31T23:00:00Z")..at("2026-06-30T22:00:00Z"))
        );
        assert_eq!(
            found("2026-11-01", "2027-01-01").map(|span| span.end),
            Some(now)
        );
        assert_eq!(found("2026-11-01", "2026-11-01"), None);
        assert_eq!(found("2026-12-01", ""), None);
    }
}
