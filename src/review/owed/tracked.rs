//! What the tracker's issues show about an outage.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::record::Record;
use super::{Missing, OpenIssue, OwedInput, TrackerInput};
use crate::domain::case::Place;
use crate::domain::checklist::ChecklistStep;
use crate::domain::tracker::TrackedIssue;
use crate::review::evidence::{IssueEvidence, OutageIssues};
use crate::review::published::{Published, published};

pub(super) struct Tracked<'a> {
    tracker: TrackerInput<'a>,
    issues: OutageIssues<'a>,
    /// The names of the outage's places.
    names: Vec<String>,
    begins: DateTime<Utc>,
    ended: DateTime<Utc>,
}

impl<'a> Tracked<'a> {
    pub fn new(
        tracker: TrackerInput<'a>,
        evidence: &IssueEvidence<'a>,
        record: &Record<'_>,
        places: &[Place],
        begins: DateTime<Utc>,
        ended: DateTime<Utc>,
    ) -> Self {
        let noted = record.follow_ups();
        let noted: Vec<&str> = noted.iter().map(String::as_str).collect();
        Self {
            issues: evidence.issues_of(&record.incident_names(), &noted),
            names: places.iter().flat_map(tracker.names).collect(),
            tracker,
            begins,
            ended,
        }
    }

    /// The people to whom the report issue is assigned.
    pub fn assignees(&self) -> Option<Arc<str>> {
        let mut assigned = self.issues.reports.iter().map(|it| &it.assignees);
        let people = assigned.find(|people| !people.is_empty())?;
        Some(people.join(", ").into())
    }

    /// The report issue's address. If there are several report issues, one that is done is preferred.
    pub fn report(&self) -> Option<String> {
        let reports = &self.issues.reports;
        let done = reports.iter().find(|it| it.state.is_done());
        done.or(reports.first()).map(|it| it.url.clone())
    }

    /// Adds what is missing in the tracker. An absent issue counts as missing only if all issues were read just now.
    pub fn add_missing(
        &self,
        input: &OwedInput<'_>,
        record: &Record<'_>,
        missing: &mut Vec<Missing>,
    ) {
        let mut found = Vec::new();
        let mut is_unknown = !self.was_read_since_its_end();
        let is_decided = record.needs_no_follow_up();
        let is_report_noted = is_decided || record.has_note_for(ChecklistStep::ReportIssue);
        match first_undone(&self.issues.reports) {
            Undone::Nothing => {}
            Undone::Issue(issue) => found.push(Missing::ReportIssue(Some(issue))),
            Undone::Absent if is_report_noted => is_unknown |= !self.is_whole(),
            Undone::Absent => self.add_absent(
                record,
                Missing::ReportIssue(None),
                &mut found,
                &mut is_unknown,
            ),
        }
        match first_undone(&self.issues.reviews) {
            Undone::Nothing => {}
            Undone::Issue(issue) => found.push(Missing::ReviewIssue(Some(issue))),
            Undone::Absent if is_decided => is_unknown |= !self.is_whole(),
            Undone::Absent => self.add_absent(
                record,
                Missing::ReviewIssue(None),
                &mut found,
                &mut is_unknown,
            ),
        }
        let items = &self.issues.action_items;
        let open = items.iter().filter(|it| !it.state.is_done());
        let open: Vec<OpenIssue> = open.map(|it| OpenIssue::new(it)).collect();
        if !open.is_empty() {
            let all = items.len();
            found.push(Missing::ActionItems { open, all });
        }
        // A report issue makes a report due, even if a note says that no follow-up is needed.
        if !(is_decided && self.issues.reports.is_empty()) {
            self.add_unpublished(input, &mut found, &mut is_unknown);
        }
        if is_unknown {
            found.push(Missing::TrackerNotKnown);
        }
        found.append(missing);
        if found.contains(&Missing::NotKnown) {
            // `NotKnown` is listed once, after everything that is known.
            found.retain(|it| *it != Missing::NotKnown);
            found.push(Missing::NotKnown);
        }
        *missing = found;
    }

    // Reports an issue as missing only if all logs are known. In a log that is not known, a note may say that no issue
    // is needed.
    fn add_absent(
        &self,
        record: &Record<'_>,
        what: Missing,
        found: &mut Vec<Missing>,
        is_unknown: &mut bool,
    ) {
        if !self.tracker.record.issues.is_current {
            *is_unknown = true;
        } else if record.is_log_known() {
            found.push(what);
        } else {
            found.push(Missing::NotKnown);
        }
    }

    // Adds nothing if the review issue is done, since people close it only after its report is published.
    fn add_unpublished(
        &self,
        input: &OwedInput<'_>,
        found: &mut Vec<Missing>,
        is_unknown: &mut bool,
    ) {
        let Some(reports) = &self.tracker.record.reports else {
            return;
        };
        if self.issues.reviews.iter().any(|it| it.state.is_done()) {
            return;
        }
        match published(
            &reports.items,
            self.begins,
            &self.names,
            input.calendar.zone,
        ) {
            Published::Yes(_) => {}
            Published::Perhaps(file) => found.push(Missing::PerhapsPublished(file.name.clone())),
            Published::No if reports.is_current => found.push(Missing::NotPublished),
            Published::No => *is_unknown = true,
        }
    }

    /// Whether all issues were read just now.
    pub fn is_whole(&self) -> bool {
        self.tracker.record.issues.is_current
    }

    fn was_read_since_its_end(&self) -> bool {
        let read_at = self.tracker.record.issues.read_at;
        read_at.is_some_and(|at| at >= self.ended)
    }
}

enum Undone {
    /// At least one issue is done. One done issue is enough, so nothing is left to do.
    Nothing,
    Issue(OpenIssue),
    /// There is no issue.
    Absent,
}

fn first_undone(issues: &[&TrackedIssue]) -> Undone {
    if issues.iter().any(|it| it.state.is_done()) {
        return Undone::Nothing;
    }
    match issues.first() {
        Some(issue) => Undone::Issue(OpenIssue::new(issue)),
        None => Undone::Absent,
    }
}
