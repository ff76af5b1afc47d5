//! `hubwatch trends`: figures about PagerDuty's incidents, by month and by alert.

use std::ops::Range;
use std::process::ExitCode;

use crate::domain::zone::Zone;
use chrono::{DateTime, Datelike, Months, Utc};

use super::past_record::{self, OwnPages, own_pages};
use super::{CommandContext, config, fail, out, symbols_for};
use crate::cli::{self, EXIT_USAGE, TrendsFormat};
use crate::domain::calendar::start_of_day;
use crate::domain::incident::Person;
use crate::domain::policy::Policy;
use crate::domain::post::StatusPage;
use crate::picture::alert_name::alert_name;
use crate::picture::first_post;
use crate::report;
use crate::review::trends::{Trends, TrendsInput, TrendsReading, trends};
use crate::runtime::past_record::{PastRecord, RecordQuery};
use crate::text::context::TextContext;
use crate::ui::pages;

/// The exit code if PagerDuty could not be read in full.
const EXIT_INCOMPLETE: u8 = 1;

/// Prints the figures. The exit code is 0 only if all data could be read.
pub async fn run(context: &CommandContext, args: cli::Trends) -> ExitCode {
    let config = match config::load(&context.global) {
        Ok(config) => config,
        Err(error) => return fail(&config::explain(&error, &context.global)),
    };
    let Some(account) = config.sources.pagerduty.clone() else {
        return fail(&"trends need PagerDuty's incidents, and [pagerduty] is not configured");
    };
    let policy = &config.policy;
    let now = context.time.now().wall;
    let Some(span) = span(args, policy.calendar.zone, now) else {
        return fail(&"--since must lie before --until, and before now");
    };
    let query = RecordQuery {
        account: &account,
        policy,
        span: &span,
        now,
    };
    let read = match past_record::read(context, &query).await {
        Ok(read) => read,
        Err(why) => {
            out::print_message(&why);
            return ExitCode::from(EXIT_INCOMPLETE);
        }
    };
    let OwnPages { pages, unread } = own_pages(context, &config).await;
    let reading = match reading(read, &pages, policy, span, now) {
        Ok(mut reading) => {
            reading.missing.extend(unread);
            reading
        }
        Err(why) => {
            out::print_message(&why);
            return ExitCode::from(EXIT_INCOMPLETE);
        }
    };
    let ctx = TextContext {
        now: context.time.now(),
        zone: policy.calendar.zone,
        symbols: symbols_for(&context.global),
    };
    match print(&reading, args.format, &ctx) {
        Ok(text) => {
            let code = if reading.missing.is_empty() {
                0
            } else {
                EXIT_INCOMPLETE
            };
            out::print_and_exit(&text, code, EXIT_USAGE)
        }
        Err(error) => fail(&error.to_string()),
    }
}

/// The figures of a span, from PagerDuty's record.
///
/// # Errors
/// The account has no priorities.
pub(super) fn reading(
    record: PastRecord,
    pages: &[Option<StatusPage>],
    policy: &Policy,
    span: Range<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<TrendsReading, String> {
    let found = figures(&record, pages, policy, &span, now);
    let found = found.ok_or("PagerDuty gave no priorities, so outages cannot be recognised")?;
    let mut missing = record.missing;
    missing.extend(unread_logs(&found));
    Ok(TrendsReading {
        trends: found,
        span,
        missing,
    })
}

fn print(
    reading: &TrendsReading,
    format: TrendsFormat,
    ctx: &TextContext,
) -> serde_json::Result<String> {
    Ok(match format {
        TrendsFormat::Text => {
            let cells = out::terminal_width();
            pages::trends::page(reading, ctx, cells).into_text(ctx, cells)
        }
        TrendsFormat::Csv => report::trends::csv(&reading.trends),
        TrendsFormat::Json => {
            report::trends::json(&reading.trends, &reading.span, &reading.missing)? + "\n"
        }
    })
}

fn unread_logs(found: &Trends) -> Option<String> {
    let count: usize = found.months.iter().map(|month| month.unread_logs).sum();
    (count > 0).then(|| format!("the log of {count} incidents could not be read"))
}

// `None` if the account has no priorities.
fn figures(
    record: &PastRecord,
    pages: &[Option<StatusPage>],
    policy: &Policy,
    span: &Range<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Option<Trends> {
    let is_human = |who: &Person| record.is_human(who, policy);
    Some(trends(&TrendsInput {
        unread: &record.unread,
        incidents: &record.incidents,
        p1: record.directory.priorities.first()?,
        span: span.clone(),
        zone: policy.calendar.zone,
        now,
        is_human: &is_human,
        zone_of: &|who| record.directory.zone(&who.id),
        time_boxes: &policy.time_boxes,
        first_post: &|one| first_post(pages, &one.incident, &one.places, policy),
        name: &|one| alert_name(&one.incident.title, &one.places, policy),
    }))
}

/// The last twelve months and the current month.
pub(super) fn last_year(zone: Zone, now: DateTime<Utc>) -> Option<Range<DateTime<Utc>>> {
    let usual = cli::Trends {
        since: None,
        until: None,
        format: TrendsFormat::Text,
    };
    span(usual, zone, now)
}

// The last twelve months and the current month, unless the arguments name another span.
fn span(args: cli::Trends, zone: Zone, now: DateTime<Utc>) -> Option<Range<DateTime<Utc>>> {
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
        let utc = span(none, Zone::UTC, now).unwrap();
        assert_eq!(utc, at("2025-11-01T00:00:00Z")..now);
        let berlin = span(none, "Europe/Berlin".parse::<Zone>().unwrap(), now).unwrap();
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
        let found = |since, until| {
            span(
                dates(since, until),
                "Europe/Berlin".parse::<Zone>().unwrap(),
                now,
            )
        };
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
