//! Reads the tracker once: two listings of issues, and the folder of reports.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};

use super::client::TrackerClient;
use super::kept::{KeptTracker, file_name};
use super::listing::{PagedList, both_read_at};
use super::vanished::Comparison;
use super::wire::{WireFile, WireIssue};
use crate::domain::settings::TrackerSettings;
use crate::domain::tracker::{Kept, ReportFile, ReportFolder, TrackedIssue, TrackerRecord};
use crate::sources::context::SourceContext;

/// The most files of a folder that the contents API lists.
const MAX_FILES: usize = 1_000;

/// The most issues that GitHub lists in one page.
const PAGE_SIZE: usize = 100;

/// Reads the issues that changed after `since`, and the reports. A part that cannot be read becomes a problem, and its
/// last known data stays. The secrets of `context` must have been fetched.
pub async fn read_tracker(
    settings: &TrackerSettings,
    context: &SourceContext,
    since: DateTime<Utc>,
) -> TrackerRecord {
    let name = file_name(settings);
    let mut kept = KeptTracker::from_bytes(&context.cache.load(&name).await, settings);
    let mut record = match TrackerClient::open(settings, context, kept.paused_until) {
        Ok(mut client) => {
            let record = read(settings, &mut client, &mut kept, since).await;
            // A refused token may have been replaced, so it is fetched again for the next reading.
            if let Some(token) = settings.token.as_ref().filter(|_| client.was_refused) {
                context.secrets.refetch(token).await;
            }
            record
        }
        Err(error) => known(settings, &kept, &error.text),
    };
    context.cache.save(&name, kept.to_bytes()).await;
    let cut = record.issues.items.iter().filter(|it| it.references_cut);
    record.problems.extend(cut.map(|issue| {
        let number = issue.number;
        format!("issue {number} has more links than are read")
    }));
    record
}

/// The tracker's data from the last reading. Sends no request.
pub async fn kept_tracker(settings: &TrackerSettings, context: &SourceContext) -> TrackerRecord {
    let bytes = context.cache.load(&file_name(settings)).await;
    let kept = KeptTracker::from_bytes(&bytes, settings);
    known(settings, &kept, "it is being read")
}

async fn read(
    settings: &TrackerSettings,
    client: &mut TrackerClient,
    kept: &mut KeptTracker,
    since: DateTime<Utc>,
) -> TrackerRecord {
    let mut record = TrackerRecord::default();
    let labels = [
        &settings.rules.outage_label,
        &settings.rules.action_item_label,
    ];
    let mut lists = Vec::new();
    for label in labels {
        let listing = issues_with(settings, client, label, since);
        let kept = kept.issues.entry(label.clone()).or_default();
        let before = kept.items.clone();
        let (mut found, mut problem) = listing.read(client, kept).await;
        if problem.is_none() {
            let comparison = Comparison {
                repository: &settings.repository,
                label,
                since: first_day(since),
                before: &before,
            };
            problem = comparison.add_vanished(client, &mut found.items).await;
            found.is_current = problem.is_none();
            kept.items.clone_from(&found.items);
        }
        record.problems.extend(problem.map(|why| {
            let what = format!("{}, issues labelled {label}", settings.repository);
            describe(&what, &why, found.read_at)
        }));
        lists.push(found);
    }
    record.issues = lists.into_iter().reduce(join).unwrap_or_default();
    if let Some(reports) = &settings.reports {
        let listing = files_in(reports, client);
        let (mut found, problem) = listing.read(client, &mut kept.reports).await;
        let problem = problem.or_else(|| {
            let text = format!("it has {MAX_FILES} files or more; the rest is not listed");
            (found.items.len() >= MAX_FILES).then_some(text)
        });
        found.is_current = problem.is_none();
        record.problems.extend(problem.map(|why| {
            let what = format!("{}, the folder '{}'", reports.repository, reports.folder);
            describe(&what, &why, found.read_at)
        }));
        record.reports = Some(found);
    }
    kept.paused_until = client.paused_until;
    record
}

// The cached data of a tracker that cannot be reached. `why` is the reason.
fn known(settings: &TrackerSettings, kept: &KeptTracker, why: &str) -> TrackerRecord {
    let lists = kept.issues.values().map(|listing| Kept {
        items: listing.items.clone(),
        read_at: listing.read_at,
        is_current: false,
    });
    let issues = lists.reduce(join).unwrap_or_default();
    let reports = settings.reports.as_ref().map(|_| Kept {
        items: kept.reports.items.clone(),
        read_at: kept.reports.read_at,
        is_current: false,
    });
    TrackerRecord {
        problems: vec![describe(
            &settings.repository.to_string(),
            why,
            issues.read_at,
        )],
        issues,
        reports,
    }
}

fn describe(what: &str, why: &str, read_at: Option<DateTime<Utc>>) -> String {
    match read_at {
        None => format!("the tracker, {what}: {why}"),
        Some(at) => {
            let at = at.format("%Y-%m-%d %H:%M UTC");
            format!("the tracker, {what}: {why}; as of {at}")
        }
    }
}

// Joins two listings. If an issue is in both listings, its newer version counts.
fn join(one: Kept<TrackedIssue>, other: Kept<TrackedIssue>) -> Kept<TrackedIssue> {
    let mut items = one.items;
    for issue in other.items {
        match items.iter_mut().find(|known| known.number == issue.number) {
            Some(known) if known.updated_at < issue.updated_at => *known = issue,
            Some(_) => {}
            None => items.push(issue),
        }
    }
    Kept {
        items,
        read_at: both_read_at(one.read_at, other.read_at),
        is_current: one.is_current && other.is_current,
    }
}

fn first_day(since: DateTime<Utc>) -> DateTime<Utc> {
    since.date_naive().and_time(NaiveTime::MIN).and_utc() - TimeDelta::days(1)
}

// The list of issues with a label. The oldest comes first, so that earlier pages stay unchanged. `since` is cut to a
// whole day, so that the pages' addresses stay the same.
fn issues_with(
    settings: &TrackerSettings,
    client: &TrackerClient,
    label: &str,
    since: DateTime<Utc>,
) -> PagedList<TrackedIssue, WireIssue> {
    let day = first_day(since);
    let since = day.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let page_size = PAGE_SIZE.to_string();
    let query = [
        ("labels", label),
        ("state", "all"),
        ("since", since.as_str()),
        ("sort", "created"),
        ("direction", "asc"),
        ("per_page", page_size.as_str()),
    ];
    PagedList {
        first: client.address(&format!("/repos/{}/issues", settings.repository), &query),
        page_size: Some(PAGE_SIZE),
        parse: WireIssue::into_element,
        key: |issue| issue.number.to_string(),
        must_stay: Box::new(move |issue| issue.updated_at > day),
    }
}

fn files_in(reports: &ReportFolder, client: &TrackerClient) -> PagedList<ReportFile, WireFile> {
    let path = format!("/repos/{}/contents/{}", reports.repository, reports.folder);
    PagedList {
        first: client.address(&path, &[]),
        page_size: None,
        parse: WireFile::into_element,
        key: |file| file.name.clone(),
        must_stay: Box::new(|_| true),
    }
}
