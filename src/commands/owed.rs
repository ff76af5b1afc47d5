//! `hubwatch owed`: the work that is still to be done after outages.

use std::ops::Range;
use std::process::ExitCode;

use chrono::{DateTime, TimeDelta, Utc};

use super::past_record::{self, own_posts, patient};
use super::{CommandContext, config, fail, out, symbols_for};
use crate::cli::{self, EXIT_USAGE, OwedFormat};
use crate::config::Config;
use crate::domain::calendar::start_of_day;
use crate::domain::case::Place;
use crate::domain::incident::Person;
use crate::domain::post::Post;
use crate::domain::settings::{SourcesConfig, TrackerSettings};
use crate::domain::tracker::TrackerRecord;
use crate::report;
use crate::review::outage::outages;
use crate::review::owed::{OwedInput, OwedReading, TrackerInput, owed};
use crate::review::published::place_names;
use crate::runtime::past_record::{PastRecord, RecordQuery};
use crate::sources::context::SourceContext;
use crate::sources::github;
use crate::sources::pagerduty::Access;
use crate::text::context::TextContext;
use crate::ui::pages;

/// The exit code if PagerDuty or a status page could not be read in full.
const EXIT_INCOMPLETE: u8 = 1;

/// Without `--since`, outages that ended within this time are listed.
const LOOK_BACK: TimeDelta = TimeDelta::days(90);

/// The longest outage. An outage that ends within the span may have begun this long before the span, so earlier
/// incidents are read too.
const LONGEST: TimeDelta = TimeDelta::days(14);

/// Prints the work that is owed. The exit code is 0 only if all data could be read.
pub async fn run(context: &CommandContext, args: cli::Owed) -> ExitCode {
    let config = match config::load(&context.global) {
        Ok(config) => config,
        Err(error) => return fail(&config::explain(&error, &context.global)),
    };
    if config.sources.pagerduty.is_none() {
        return fail(
            &"follow-ups come from PagerDuty's incidents, and [pagerduty] is not configured",
        );
    }
    let (policy, now) = (&config.policy, context.time.now().wall);
    let since = args
        .since
        .map(|day| start_of_day(day, policy.calendar.zone));
    let since = since.unwrap_or(default_since(&config, now));
    if since >= now {
        return fail(&"--since must lie before now");
    }
    let reading = match read(context, &config, since, now).await {
        Ok(reading) => reading,
        Err(why) => {
            out::print_message(&why);
            return ExitCode::from(EXIT_INCOMPLETE);
        }
    };
    let code = if reading.unread.is_empty() {
        0
    } else {
        EXIT_INCOMPLETE
    };
    match print(context, &config, &args, &reading) {
        Ok(text) => out::print_and_exit(&text, code, EXIT_USAGE),
        Err(error) => fail(&error.to_string()),
    }
}

/// Reads the work that is owed now, from PagerDuty, the status pages and the tracker.
///
/// # Errors
/// PagerDuty could not be read, or the account has no priorities.
pub(super) async fn read(
    context: &CommandContext,
    config: &Config,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<OwedReading, String> {
    let account = config.sources.pagerduty.as_ref();
    let query = RecordQuery {
        account: account.ok_or("[pagerduty] is not configured")?,
        policy: &config.policy,
        span: &span(since, now),
        now,
    };
    let record = past_record::read(context, &query).await?;
    let beside = Beside {
        pages: own_posts(context, config).await,
        // Reads at least the default span. `doubt_empty_list` needs the issues of more than a few days to judge whether
        // the outage label is right.
        tracker: read_tracker(context, config, since.min(default_since(config, now))).await,
    };
    reading(&record, config, beside, since, now)
}

/// The default for `--since`: the span in the tracker's section of the configuration, or else [`LOOK_BACK`].
pub(super) fn default_since(config: &Config, now: DateTime<Utc>) -> DateTime<Utc> {
    let tracker = config.sources.tracker.as_ref();
    let configured = tracker.and_then(|it| TimeDelta::from_std(it.since).ok());
    let since = now.checked_sub_signed(configured.unwrap_or(LOOK_BACK));
    since.unwrap_or(now - LOOK_BACK)
}

/// Data about outages that does not come from PagerDuty's record.
pub(super) struct Beside {
    /// The posts of the team's pages, and a text for each page that could not be read.
    pub pages: (Vec<Post>, Vec<String>),
    /// `None` if no tracker is configured.
    pub tracker: Option<TrackerRecord>,
}

/// The span in which incidents may have been created if their outage ended after `since`.
pub(super) fn span(since: DateTime<Utc>, now: DateTime<Utc>) -> Range<DateTime<Utc>> {
    (since - LONGEST)..now
}

/// The work that is owed, according to PagerDuty's record, the pages and the issues.
///
/// # Errors
/// The account has no priorities.
pub(super) fn reading(
    record: &PastRecord,
    config: &Config,
    beside: Beside,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<OwedReading, String> {
    let (posts, unread_pages) = beside.pages;
    let mut tracker = beside.tracker;
    let settings = config.sources.tracker.as_ref();
    if let Some((settings, tracker)) = settings.zip(tracker.as_mut()) {
        let p1 = record.directory.priorities.first();
        let found = p1.map(|p1| outages(&record.incidents, p1, now));
        let mut outages = found.iter().flat_map(|found| &found.outages);
        if outages.any(|outage| outage.ends.is_some_and(|end| end >= since)) {
            doubt_empty_list(settings, tracker);
        }
    }
    let tracker = tracker.as_ref();
    let unread_issues = tracker.map_or(&[][..], |it| &it.problems);
    let policy = &config.policy;
    let p1 = record.directory.priorities.first();
    let p1 = p1.ok_or("PagerDuty gave no priorities, so outages cannot be recognised")?;
    let is_human = |who: &Person| record.is_human(who, policy);
    let names = |place: &Place| place_names(place, policy);
    let tracker = settings
        .zip(tracker)
        .map(|(settings, record)| TrackerInput {
            settings,
            record,
            names: &names,
        });
    let found = owed(&OwedInput {
        incidents: &record.incidents,
        p1,
        since,
        now,
        calendar: &policy.calendar,
        steps: &policy.outage.checklist,
        is_human: &is_human,
        posts: Some(&posts),
        time_boxes: &policy.time_boxes,
        tracker,
    });
    let unread = record.missing.iter().cloned().chain(unread_pages);
    let unread = unread.chain(unread_issues.iter().cloned());
    Ok(OwedReading {
        owed: found,
        since,
        unread: unread.collect(),
        not_watched: not_watched(config),
    })
}

/// Marks the tracker's list as not current if there was an outage but no issue has the outage label. The team opens
/// issues with this label for every outage, so the configured label or repository must be wrong.
pub(super) fn doubt_empty_list(settings: &TrackerSettings, tracker: &mut TrackerRecord) {
    let label = &settings.rules.outage_label;
    let mut issues = tracker.issues.items.iter();
    let has_issues = issues.any(|issue| issue.labels.contains(label));
    if !has_issues && tracker.issues.is_current {
        tracker.issues.is_current = false;
        let text = format!("the tracker lists no issue labelled {label}: is the label right?");
        tracker.problems.push(text);
    }
}

fn print(
    context: &CommandContext,
    config: &Config,
    args: &cli::Owed,
    reading: &OwedReading,
) -> serde_json::Result<String> {
    let ctx = TextContext {
        now: context.time.now(),
        zone: config.policy.calendar.zone,
        symbols: symbols_for(&context.global),
    };
    Ok(match args.format {
        OwedFormat::Text => {
            let cells = out::terminal_width();
            pages::owed::page(reading, &ctx, cells).into_text(&ctx, cells)
        }
        OwedFormat::Json => report::owed::json(reading)? + "\n",
    })
}

/// Reads the tracker, if one is configured. Its cache file outlives the program, so that earlier data is still shown
/// while the tracker is down.
pub(super) async fn read_tracker(
    context: &CommandContext,
    config: &Config,
    since: DateTime<Utc>,
) -> Option<TrackerRecord> {
    let settings = config.sources.tracker.as_ref()?;
    let sources = SourcesConfig {
        tracker: Some(settings.clone()),
        ..SourcesConfig::default()
    };
    let state = context.state_dir().await;
    let cache = context.cache(state.as_deref());
    let sources = context.source_context(&sources, cache, Access::ReadOnly);
    sources.secrets.fetch_all(&patient()).await;
    read_issues(config, &sources, since).await
}

/// Reads the tracker's issues about outages that ended after `since`; `None` without a tracker. The tracker's secrets
/// must be fetched before.
pub(super) async fn read_issues(
    config: &Config,
    sources: &SourceContext,
    since: DateTime<Utc>,
) -> Option<TrackerRecord> {
    let settings = config.sources.tracker.as_ref()?;
    Some(github::read_tracker(settings, sources, since - LONGEST).await)
}

// Texts about the steps that cannot be checked, because the configuration lacks the source that shows them.
fn not_watched(config: &Config) -> Vec<String> {
    let tracker = config.sources.tracker.as_ref();
    let issues = "no tracker is configured: whether a report is written and action items are done is not known";
    let issues = tracker.is_none().then(|| issues.to_owned());
    let folder = "no folder of reports is configured: whether a report is published is not known";
    let is_unwatched = tracker.is_some_and(|it| it.reports.is_none());
    let folder = is_unwatched.then(|| folder.to_owned());
    let pages = config.sources.status_pages.is_empty();
    let pages = pages.then(|| "no status page is configured: open posts are not known".to_owned());
    [issues, folder, pages].into_iter().flatten().collect()
}
