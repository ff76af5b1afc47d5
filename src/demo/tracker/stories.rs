//! The team's follow-ups of the past months' outages: three issues for each P1, action items, and published reports.
//! Nothing has been done about the latest outage yet. The follow-ups of most earlier outages are done. A few are
//! incomplete, each in a different way.

use std::time::Duration;

use chrono::TimeDelta;

use super::course::{COURSES, Course, action_items, report_reason, review_reason, tracking_reason};
use super::issue::{ACTION_ITEM, Closed, Issue, OUTAGE, ReportFile};
use super::team::add_others;
use super::{Record, SITE};
use crate::demo::World;
use crate::demo::account::entry::EntryKind;
use crate::demo::account::incident::{Agent, Incident};
use crate::demo::clockwork::{At, before};

/// The tracker has issues about outages that began at most this long before the start of the demo.
const REACH: Duration = Duration::from_secs(150 * 24 * 3600);
/// The number of the first issue.
const FIRST: u64 = 1_201;
const P1: &str = "P1";
const SITE_OF_INCIDENTS: &str = "https://demo.pagerduty.example";

/// All issues and files in the tracker.
pub(super) fn record(world: &World) -> Record {
    let since = before(world.start, REACH);
    let past = world.account.past_incidents(Some(since));
    let mut p1s: Vec<&Incident> = past
        .filter(|it| it.created_at >= since && was_p1(world, it))
        .collect();
    p1s.sort_by_key(|it| it.created_at);
    let mut writer = Writer {
        now: world.start,
        issues: Vec::new(),
        files: Vec::new(),
    };
    let courses = courses(world, &p1s);
    for (incident, course) in p1s.iter().zip(courses) {
        writer.write(world, incident, course);
    }
    add_others(&mut writer.issues, since);
    Record {
        issues: writer.issues,
        files: writer.files,
    }
}

fn was_p1(world: &World, incident: &Incident) -> bool {
    let is_p1 = |name: &Option<String>| name.as_deref() == Some(P1);
    let mut log = world.account.log_of(&incident.id);
    is_p1(&incident.priority)
        || log.any(|entry| match &entry.kind {
            EntryKind::PriorityChange(from, to) => is_p1(from) || is_p1(to),
            _ => false,
        })
}

fn courses(world: &World, p1s: &[&Incident]) -> Vec<Course> {
    let mut later = COURSES.iter().copied();
    let from_latest = p1s.iter().rev().map(|incident| {
        let target = incident.merged_into.as_ref();
        let is_merged = target.is_some_and(|id| p1s.iter().any(|it| it.id == *id));
        if is_merged {
            Course::Merged
        } else if is_taken_back(world, incident) {
            Course::TakenBack
        } else {
            later.next().unwrap_or(Course::Done)
        }
    });
    let mut courses: Vec<Course> = from_latest.collect();
    courses.reverse();
    courses
}

fn is_taken_back(world: &World, incident: &Incident) -> bool {
    let mut log = world.account.log_of(&incident.id);
    log.any(|entry| match &entry.kind {
        EntryKind::Annotate(text) => text.contains("verdict not-an-outage"),
        EntryKind::PriorityChange(_, to) => {
            to.as_deref() != Some(P1) && incident.resolved_at.is_some_and(|end| entry.at >= end)
        }
        _ => false,
    })
}

struct Writer {
    now: At,
    issues: Vec<Issue>,
    files: Vec<ReportFile>,
}

impl Writer {
    fn write(&mut self, world: &World, incident: &Incident, course: Course) {
        let at = incident.created_at;
        let place = place_of(world, &incident.title);
        let subject = place
            .clone()
            .unwrap_or_else(|| format!("#{}", incident.number));
        let owner = match &incident.status_by {
            Agent::User(key) => Some(key.as_str()),
            Agent::Service => None,
        };
        let link = format!("Incident: {SITE_OF_INCIDENTS}/incidents/{}", incident.id);
        let tracking = self.add(format!("Ongoing Outage: {subject}"), link, at);
        self.close(tracking, tracking_reason(course), at, 1);
        let tracking = format!("Tracking issue: {}", self.url(tracking));
        let postmortem = format!(
            "{SITE_OF_INCIDENTS}/postmortems/{}",
            incident.id.to_lowercase()
        );
        let about = format!("{tracking}\n\nPostmortem: {postmortem}");
        let report = self.add(format!("Incident report of {subject}"), about, at);
        let review = self.add(format!("Review the resolution of {subject}"), tracking, at);
        for number in [report, review] {
            self.assign(number, owner);
        }
        self.close(report, report_reason(course), at, 6);
        self.close(review, review_reason(course), at, 12);
        if course == Course::ReviewReopened {
            self.reopen(review, at, 13);
        }
        for (title, reason) in action_items(course) {
            let body = format!("### incident-report\n\n{postmortem}\n\n### what-to-do\n\n{title}");
            let item = self.add((*title).to_owned(), body, at + TimeDelta::days(2));
            self.label(item);
            self.close(item, *reason, at, 20);
        }
        let is_published = matches!(
            course,
            Course::Done | Course::ItemNotPlanned | Course::ItemOpen
        );
        if let Some(place) = place.filter(|_| is_published) {
            let day = at.format("%Y-%m-%d");
            let name = format!("{day}-{}.pdf", place.replace('/', "-"));
            self.files.push(ReportFile { name });
        }
    }

    fn add(&mut self, title: String, body: String, created_at: At) -> u64 {
        let number = FIRST + u64::try_from(self.issues.len()).unwrap_or_default();
        self.issues.push(Issue {
            number,
            title,
            body,
            label: OUTAGE,
            created_at,
            closed: None,
            reopened_at: None,
            assignee: None,
            is_pull_request: false,
        });
        number
    }

    fn issue(&mut self, number: u64) -> Option<&mut Issue> {
        self.issues.iter_mut().find(|it| it.number == number)
    }

    fn url(&self, number: u64) -> String {
        format!("{SITE}/{}/issues/{number}", super::REPOSITORY)
    }

    fn assign(&mut self, number: u64, owner: Option<&str>) {
        if let Some(issue) = self.issue(number) {
            issue.assignee = owner.map(str::to_owned);
        }
    }

    fn label(&mut self, number: u64) {
        if let Some(issue) = self.issue(number) {
            issue.label = ACTION_ITEM;
        }
    }

    // Closes an issue `days` after the outage, but never in the future. Without a reason the issue stays open.
    fn close(&mut self, number: u64, reason: Option<&'static str>, at: At, days: i64) {
        let at = (at + TimeDelta::days(days)).min(self.now);
        if let Some(issue) = self.issue(number) {
            issue.closed = reason.map(|reason| Closed { reason, at });
        }
    }

    fn reopen(&mut self, number: u64, at: At, days: i64) {
        let at = (at + TimeDelta::days(days)).min(self.now);
        if let Some(issue) = self.issue(number) {
            issue.closed = None;
            issue.reopened_at = Some(at);
        }
    }
}

/// The place as `CLUSTER/HUB`, if a title names the hub by its domain or by both names.
fn place_of(world: &World, title: &str) -> Option<String> {
    let mut hubs = world.fleet.hubs.iter();
    let found = hubs.find(|hub| {
        let both = format!("{}/{}", hub.cluster, hub.name);
        title.contains(&*hub.domain) || title.contains(&both)
    });
    found.map(|hub| format!("{}/{}", hub.cluster, hub.name))
}
