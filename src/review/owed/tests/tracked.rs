//! What is missing after an outage according to the tracker's issues.

use super::*;
use crate::domain::settings::TrackerSettings;
use crate::domain::tracker::{IssueState, Kept, ReportFile, TrackedIssue, TrackerRecord};
use crate::review::fixture::{issue, tracker_settings};

const WEB: &str = "https://issues.hubs.example/hubs/infra/issues";

// The three issues about incident 1: the tracking issue 7, the report issue 8 and the review issue 9.
fn issues(report: IssueState, review: IssueState) -> Vec<TrackedIssue> {
    let tracking = format!("{WEB}/7");
    vec![
        issue(7, "Ongoing Outage: leap").holds("https://hubs.pagerduty.test/incidents/Q1"),
        issue(8, "Incident report of leap")
            .holds(&tracking)
            .state(report),
        issue(9, "Review the resolution of leap")
            .holds(&tracking)
            .state(review),
    ]
}

fn item(number: u64, state: IssueState) -> TrackedIssue {
    let item = issue(number, "Alert on it").action_item().state(state);
    item.holds(&format!("{WEB}/8"))
}

fn record(issues: Vec<TrackedIssue>) -> TrackerRecord {
    TrackerRecord {
        issues: Kept {
            items: issues,
            read_at: Some(at(30 * DAY)),
            is_current: true,
        },
        ..TrackerRecord::default()
    }
}

fn find(
    incidents: &[PastIncident],
    settings: &TrackerSettings,
    record: &TrackerRecord,
) -> Vec<OwedOutage> {
    let (steps, calendar, p1) = (BTreeSet::new(), Calendar::default(), p1());
    owed(&OwedInput {
        incidents,
        p1: &p1,
        since: at(-10 * DAY),
        now: at(30 * DAY),
        calendar: &calendar,
        steps: &steps,
        time_boxes: &TimeBoxes::default(),
        is_human: &is_human,
        posts: None,
        tracker: Some(TrackerInput {
            settings,
            record,
            names: &|_| vec!["leap".to_owned()],
        }),
    })
}

fn missing(record: &TrackerRecord) -> Vec<Missing> {
    missing_after(&[p1_at(1, 2)], record)
}

fn missing_after(incidents: &[PastIncident], record: &TrackerRecord) -> Vec<Missing> {
    let found = find(incidents, &tracker_settings(), record);
    assert!(found.len() <= 1);
    found.into_iter().flat_map(|one| one.missing).collect()
}

fn open(number: u64, state: IssueState) -> OpenIssue {
    OpenIssue {
        url: format!("{WEB}/{number}"),
        state,
    }
}

#[test]
fn without_any_issue_report_and_review_are_missing() {
    let absent = [Missing::ReportIssue(None), Missing::ReviewIssue(None)];
    assert_eq!(missing(&record(Vec::new())), absent);
    let of_another = issues(IssueState::Done, IssueState::Done);
    assert_eq!(missing_after(&[p1_at(2, 2)], &record(of_another)), absent);
}

#[test]
fn only_an_issue_that_is_closed_as_completed_is_done() {
    use IssueState::{Done, Duplicate, NotPlanned, Open, Reopened, Unknown};
    assert_eq!(missing(&record(issues(Done, Done))), []);
    for state in [Open, Reopened, NotPlanned, Duplicate, Unknown] {
        let report = Missing::ReportIssue(Some(open(8, state)));
        assert_eq!(missing(&record(issues(state, Done))), [report]);
        let review = Missing::ReviewIssue(Some(open(9, state)));
        assert_eq!(missing(&record(issues(Done, state))), [review]);
    }
}

#[test]
fn action_items_are_counted_and_those_not_done_are_named() {
    let mut all = issues(IssueState::Done, IssueState::Done);
    all.push(item(10, IssueState::Done));
    assert_eq!(missing(&record(all.clone())), []);
    all.push(item(11, IssueState::NotPlanned));
    all.push(item(12, IssueState::Reopened));
    let not_done = vec![
        open(11, IssueState::NotPlanned),
        open(12, IssueState::Reopened),
    ];
    let items = Missing::ActionItems {
        open: not_done,
        all: 3,
    };
    assert_eq!(missing(&record(all)), [items]);
}

#[test]
fn a_note_decides_where_there_is_no_issue_and_an_open_issue_still_counts() {
    let note = "[hubwatch] verdict no-follow-up: a one-off";
    let decided = [p1_at(1, 2).note(2 * DAY + 70, note)];
    assert_eq!(missing_after(&decided, &record(Vec::new())), []);
    let mut stale = record(Vec::new());
    stale.issues.is_current = false;
    assert_eq!(missing_after(&decided, &stale), [Missing::TrackerNotKnown]);
    let open_report = record(issues(IssueState::Open, IssueState::Done));
    let report = Missing::ReportIssue(Some(open(8, IssueState::Open)));
    assert_eq!(missing_after(&decided, &open_report), [report]);
    let note = format!("[hubwatch] verdict follow-up {WEB}/30: later");
    let followed = [p1_at(1, 2).note(2 * DAY + 70, &note)];
    let named = issue(30, "Alert on it").action_item();
    let items = Missing::ActionItems {
        open: vec![open(30, IssueState::Open)],
        all: 1,
    };
    let (report, review) = (Missing::ReportIssue(None), Missing::ReviewIssue(None));
    assert_eq!(
        missing_after(&followed, &record(vec![named])),
        [report, review, items],
        "that something follows says nothing of the report"
    );
}

#[test]
fn a_merged_outage_owes_one_report_and_any_members_issue_counts() {
    let all = record(issues(IssueState::Done, IssueState::Done));
    let two = [p1_at(2, 2), p1_at(1, 2)];
    assert_eq!(missing_after(&two, &all), []);
    let merged = incident(1, 2 * DAY, Some(2 * DAY + 5)).merged_into(2);
    assert_eq!(missing_after(&[p1_at(2, 2), merged], &all), []);
}

#[test]
fn what_a_tracker_that_is_not_read_does_not_hold_is_not_known_and_what_it_held_stays() {
    let mut stale = record(issues(IssueState::Open, IssueState::Done));
    stale.issues.is_current = false;
    let report = Missing::ReportIssue(Some(open(8, IssueState::Open)));
    assert_eq!(missing(&stale), [report]);
    let mut empty = record(Vec::new());
    empty.issues.is_current = false;
    assert_eq!(missing(&empty), [Missing::TrackerNotKnown]);
    let mut older = record(issues(IssueState::Done, IssueState::Done));
    older.issues.is_current = false;
    older.issues.read_at = Some(at(DAY));
    assert_eq!(missing(&older), [Missing::TrackerNotKnown]);
}

#[test]
fn without_its_log_an_absent_issue_is_not_known_to_be_owed() {
    let unread = [p1_at(1, 2).log_unknown()];
    assert_eq!(
        missing_after(&unread, &record(Vec::new())),
        [Missing::NotKnown]
    );
}

#[test]
fn a_report_is_published_by_a_file_or_a_closed_review() {
    let with = |names: &[&str], review: IssueState, is_current: bool| {
        let mut record = record(issues(IssueState::Done, review));
        let files = names.iter().map(|name| ReportFile {
            name: (*name).to_owned(),
            date: at(2 * DAY).date_naive().into(),
            url: None,
        });
        record.reports = Some(Kept {
            items: files.collect(),
            read_at: None,
            is_current,
        });
        missing(&record)
    };
    let review = Missing::ReviewIssue(Some(open(9, IssueState::Open)));
    assert_eq!(with(&[], IssueState::Done, true), []);
    assert_eq!(
        with(&["leap.md"], IssueState::Open, true),
        std::slice::from_ref(&review)
    );
    let perhaps = Missing::PerhapsPublished("down.md".to_owned());
    assert_eq!(
        with(&["down.md"], IssueState::Open, true),
        [review.clone(), perhaps]
    );
    assert_eq!(
        with(&[], IssueState::Open, true),
        [review.clone(), Missing::NotPublished]
    );
    assert_eq!(
        with(&[], IssueState::Open, false),
        [review, Missing::TrackerNotKnown]
    );
}

#[test]
fn its_owner_is_whom_the_report_issue_is_assigned_to() {
    let mut all = issues(IssueState::Open, IssueState::Done);
    let acknowledged = p1_at(1, 2).by("Bo", 2 * DAY + 5, LogKind::Acknowledge { timeout: None });
    let owner = |all: &[TrackedIssue]| {
        let found = find(
            std::slice::from_ref(&acknowledged),
            &tracker_settings(),
            &record(all.to_vec()),
        );
        (found[0].owner.clone(), found[0].report.clone())
    };
    let report = Some(format!("{WEB}/8"));
    let known = |name: &str| Some(OutageOwner::Known(name.into()));
    assert_eq!(owner(&all), (known("Bo"), report.clone()));
    all[1].assignees = vec!["ada".to_owned(), "bo".to_owned()];
    assert_eq!(owner(&all), (known("ada, bo"), report));
    let mut stale = record(Vec::new());
    stale.issues.is_current = false;
    let found = find(
        std::slice::from_ref(&acknowledged),
        &tracker_settings(),
        &stale,
    );
    assert_eq!(found[0].owner, Some(OutageOwner::Perhaps("Bo".into())));
}

#[test]
fn a_time_box_that_ran_out_is_owed_until_somebody_decides() {
    let all = record(issues(IssueState::Done, IssueState::Done));
    let late = |one: PastIncident| missing_after(&[one], &all);
    let minute = |minute: i64| 2 * DAY + minute;
    let long = incident(1, minute(0), Some(minute(300)))
        .place("leap/prod")
        .by("Ada", minute(5), LogKind::Acknowledge { timeout: None })
        .change(minute(200), "P2", "P1");
    assert_eq!(late(long.clone()), [Missing::OverrunBoxes(1)]);
    let verdict = "[hubwatch] verdict fixed: resized";
    assert_eq!(late(long.note(2 * DAY + 299, verdict)), []);
}
