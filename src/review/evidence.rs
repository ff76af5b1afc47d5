//! The tracker's issues about an outage, and how they are found.
//!
//! The team's automation opens three issues for a P1. Only the tracking issue names the incident. The report and the
//! review issue contain the tracking issue's address, and action items contain the report's address.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::incident::Incident;
use crate::domain::settings::TrackerSettings;
use crate::domain::tracker::TrackedIssue;

/// The issues about one outage.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OutageIssues<'a> {
    pub reports: Vec<&'a TrackedIssue>,
    pub reviews: Vec<&'a TrackedIssue>,
    pub action_items: Vec<&'a TrackedIssue>,
}

/// The names under which an address may mention the incidents of an outage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IncidentNames {
    /// The incidents' ids and numbers.
    pub names: BTreeSet<String>,
    /// The hosts of the incidents' own addresses. The same number on another host is another incident.
    pub hosts: BTreeSet<String>,
}

impl IncidentNames {
    pub fn from_incidents<'a>(incidents: impl Iterator<Item = &'a Incident> + Clone) -> Self {
        let hosts = incidents.clone().filter_map(|it| host(it.url.as_ref()?));
        let names = incidents.flat_map(|it| [it.id.to_string(), it.number.to_string()]);
        Self {
            hosts: hosts.collect(),
            names: names.collect(),
        }
    }

    fn include(&self, address: &str, name: &str) -> bool {
        let is_number = name.bytes().all(|byte| byte.is_ascii_digit());
        let is_elsewhere = host(address).is_some_and(|host| !self.hosts.contains(&host));
        self.names.contains(name) && !(is_number && is_elsewhere && !self.hosts.is_empty())
    }
}

// The host of an address in lower case; `None` if the text is not a whole address.
fn host(address: &str) -> Option<String> {
    let (_, rest) = address.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    Some(host.to_lowercase())
}

/// The tracker's issues, sorted by their roles.
pub struct IssueEvidence<'a> {
    tracker: &'a TrackerSettings,
    outages: Vec<Indexed<'a>>,
    action_items: Vec<Indexed<'a>>,
    /// For each address of a published report, the number of report issues and of review issues that contain the
    /// address.
    holders: BTreeMap<String, usize>,
}

struct Indexed<'a> {
    issue: &'a TrackedIssue,
    role: Role,
    /// The issue's own addresses, normalized for comparison.
    keys: [String; 2],
    references: BTreeSet<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Report,
    Review,
    Other,
}

impl<'a> IssueEvidence<'a> {
    pub fn new(tracker: &'a TrackerSettings, issues: &'a [TrackedIssue]) -> Self {
        let with = |label: &str| -> Vec<Indexed<'a>> {
            let label = label.to_lowercase();
            let has = |issue: &&TrackedIssue| {
                let mut labels = issue.labels.iter();
                labels.any(|one| one.to_lowercase() == label)
            };
            let issues = issues.iter().filter(has);
            issues.map(|issue| Indexed::new(issue, tracker)).collect()
        };
        let outages = with(&tracker.rules.outage_label);
        let mut holders = BTreeMap::new();
        for issue in outages.iter().filter(|it| it.role != Role::Other) {
            for address in issue.references.iter().filter(|it| is_report(it)) {
                let key = format!("{}{address}", issue.role.mark());
                *holders.entry(key).or_default() += 1;
            }
        }
        Self {
            action_items: with(&tracker.rules.action_item_label),
            tracker,
            outages,
            holders,
        }
    }

    /// The issues about the outage of these incidents. They include the action items that a note names.
    pub fn issues_of(&self, incidents: &IncidentNames, noted: &[&str]) -> OutageIssues<'a> {
        let tracking: Vec<&Indexed<'a>> = self
            .outages
            .iter()
            .filter(|it| it.names_incident(incidents))
            .collect();
        let is_about = |issue: &&Indexed<'a>| {
            let mut tracking = tracking.iter();
            tracking.any(|it| it.issue.number != issue.issue.number && issue.holds_address_of(it))
        };
        let about: Vec<&Indexed<'a>> = self.outages.iter().filter(is_about).collect();
        let in_role = |role: Role| about.iter().filter(move |it| it.role == role);
        let related: Vec<&Indexed<'a>> = in_role(Role::Report)
            .chain(in_role(Role::Review))
            .copied()
            .collect();
        let noted = noted.iter().map(|it| normalize(it, self.tracker));
        let noted: BTreeSet<String> = noted.collect();
        let linked = || related.iter().chain(&tracking);
        let action_items = self.action_items.iter().filter(|item| {
            item.keys.iter().any(|key| noted.contains(key))
                || linked().any(|it| item.is_linked(it))
                || related.iter().any(|it| self.share_report(item, it))
        });
        let action_items = action_items.map(|it| it.issue).collect();
        OutageIssues {
            reports: in_role(Role::Report).map(|it| it.issue).collect(),
            reviews: in_role(Role::Review).map(|it| it.issue).collect(),
            action_items,
        }
    }

    // An address that several reports contain is part of the template and proves nothing.
    fn share_report(&self, item: &Indexed<'_>, related: &Indexed<'_>) -> bool {
        let is_of_one = |address: &str| {
            let roles = [Role::Report, Role::Review].map(Role::mark);
            let counts = roles.map(|mark| self.holders.get(&format!("{mark}{address}")));
            counts.into_iter().flatten().all(|count| *count == 1)
        };
        let mut shared = item.references.intersection(&related.references);
        shared.any(|address| is_report(address) && is_of_one(address))
    }
}

impl Role {
    fn mark(self) -> char {
        match self {
            Self::Report => 'r',
            Self::Review => 'v',
            Self::Other => 'o',
        }
    }
}

impl<'a> Indexed<'a> {
    fn new(issue: &'a TrackedIssue, tracker: &TrackerSettings) -> Self {
        let title = issue.title.trim_start().to_lowercase();
        let begins = |words: &str| title.starts_with(&words.to_lowercase());
        let role = if begins(&tracker.rules.report_title) {
            Role::Report
        } else if begins(&tracker.rules.review_title) {
            Role::Review
        } else {
            Role::Other
        };
        // An issue has two addresses: its URL, and the address with the repository's configured name. The two differ if
        // the repository was renamed. The URL then has the new name, but older texts have the former name.
        let configured = format!("#{}", issue.number);
        let references = issue.references.iter();
        Self {
            keys: [
                normalize(&issue.url, tracker),
                normalize(&configured, tracker),
            ],
            references: references.map(|it| normalize(it, tracker)).collect(),
            issue,
            role,
        }
    }

    fn names_incident(&self, incidents: &IncidentNames) -> bool {
        let references = self.issue.references.iter();
        references
            .flat_map(|it| it.match_indices(INCIDENT).map(move |(at, _)| (it, at)))
            .any(|(it, at)| {
                let id = it.get(at + INCIDENT.len()..).unwrap_or_default();
                let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
                let end = id.find(|c| !is_part(c)).unwrap_or(id.len());
                id.get(..end).is_some_and(|id| incidents.include(it, id))
            })
    }

    // Compares only whole addresses, since a short "#7" may mention another outage in passing.
    fn holds_address_of(&self, other: &Indexed<'_>) -> bool {
        let addresses = self.issue.references.iter().filter(|it| it.contains("://"));
        let mut addresses = addresses.filter_map(|it| self.references.get(&normalize_address(it)));
        addresses.any(|it| other.keys.contains(it))
    }

    fn is_linked(&self, other: &Indexed<'_>) -> bool {
        let holds = |one: &Self, other: &Indexed<'_>| {
            other.keys.iter().any(|key| one.references.contains(key))
        };
        self.issue.number != other.issue.number
            && (holds(self, other) || self.keys.iter().any(|key| other.references.contains(key)))
    }
}

const INCIDENT: &str = "/incidents/";

// Whether an address is a postmortem or a published report, by the words of its path.
fn is_report(address: &str) -> bool {
    let path = address
        .split_once("://")
        .and_then(|(_, rest)| rest.split_once('/'));
    path.is_some_and(|(_, path)| {
        !path.contains("/issues/") && (path.contains("postmortem") || path.contains("report"))
    })
}

// Turns a reference into the form `https://HOST/OWNER/NAME/issues/7`. The form is in lower case, since GitHub ignores
// case.
fn normalize(reference: &str, tracker: &TrackerSettings) -> String {
    match reference.rsplit_once('#') {
        Some((repository, number)) if !reference.contains("://") => {
            let own = tracker.repository.to_string();
            let repository = if repository.is_empty() {
                &own
            } else {
                repository
            };
            normalize_address(&format!("{}/{repository}/issues/{number}", tracker.web))
        }
        _ => normalize_address(reference),
    }
}

fn normalize_address(address: &str) -> String {
    let address = address.split(['#', '?']).next().unwrap_or_default();
    let address = address.trim_end_matches('/').to_lowercase();
    match address.strip_prefix("http://") {
        Some(rest) => format!("https://{rest}"),
        None => address,
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{issue, tracker_settings};
    use super::*;

    const TRACKING: &str = "https://issues.hubs.example/hubs/infra/issues/7";

    fn numbers(issues: &[TrackedIssue], incidents: &[&str]) -> [Vec<u64>; 3] {
        let tracker = tracker_settings();
        let incidents = IncidentNames {
            names: incidents.iter().map(|it| (*it).to_owned()).collect(),
            hosts: BTreeSet::from(["hubs.pagerduty.test".to_owned()]),
        };
        let evidence = IssueEvidence::new(&tracker, issues);
        let found = evidence.issues_of(&incidents, &[]);
        [found.reports, found.reviews, found.action_items]
            .map(|list| list.iter().map(|it| it.number).collect())
    }

    fn tracking() -> TrackedIssue {
        issue(7, "Ongoing Outage: leap").holds("https://hubs.pagerduty.test/incidents/Q12")
    }

    fn report() -> TrackedIssue {
        issue(8, "Incident report of leap").holds(TRACKING)
    }

    #[test]
    fn an_incident_is_named_whole_by_its_id_or_number() {
        let with = |reference: &str| {
            let tracking = issue(7, "Ongoing Outage").holds(reference);
            numbers(&[tracking, report()], &["Q12", "12"])[0].clone()
        };
        for reference in [
            "https://a.test/incidents/Q12",
            "/incidents/12",
            "https://hubs.pagerduty.test/incidents/12/timeline",
        ] {
            assert_eq!(with(reference), [8], "{reference}");
        }
        for reference in [
            "/incidents/Q123",
            "/incidents/123",
            "https://a.test/incidents/12",
            "/incidents/",
            "/incidents/1",
        ] {
            assert_eq!(with(reference), [0; 0], "{reference}");
        }
    }

    #[test]
    fn a_tracking_issue_is_named_whole_whatever_its_form() {
        let with = |reference: &str| {
            let report = issue(8, "incident report of leap").holds(reference);
            numbers(&[tracking(), report], &["Q12"])[0].clone()
        };
        for reference in [
            TRACKING,
            &format!("{TRACKING}/"),
            &format!("{TRACKING}#issuecomment-1"),
            "http://issues.hubs.example/Hubs/Infra/issues/7",
        ] {
            assert_eq!(with(reference), [8], "{reference}");
        }
        for reference in [
            &format!("{TRACKING}7"),
            "https://issues.hubs.example/hubs/other/issues/7",
            "https://other.test/hubs/infra/issues/7",
            "#7",
        ] {
            assert_eq!(with(reference), [0; 0], "{reference}");
        }
    }

    #[test]
    fn report_and_review_are_told_apart_by_their_titles_and_need_the_label() {
        let review = issue(9, "Review the resolution of leap").holds(TRACKING);
        let other = issue(10, "Something of leap").holds(TRACKING);
        let mut unlabelled = issue(11, "Incident report of leap").holds(TRACKING);
        unlabelled.labels.clear();
        let all = [tracking(), report(), review, other, unlabelled];
        assert_eq!(numbers(&all, &["Q12"]), [vec![8], vec![9], vec![]]);
    }

    #[test]
    fn an_action_item_belongs_by_a_link_or_by_a_report_of_this_outage_alone() {
        const POSTMORTEM: &str = "https://hubs.pagerduty.test/postmortems/a1";
        const TEMPLATE: &str = "https://docs.hubs.example/report-template";
        let other = issue(20, "Incident report of maap").holds(TEMPLATE);
        let report = report().holds(POSTMORTEM).holds(TEMPLATE).holds("#33");
        let item =
            |number: u64, reference: &str| issue(number, "do it").action_item().holds(reference);
        let all = [
            tracking(),
            report,
            other,
            item(30, POSTMORTEM),
            item(31, "https://issues.hubs.example/hubs/infra/issues/8"),
            item(32, "hubs/infra#7"),
            item(33, "https://docs.hubs.example/x"),
            item(34, TEMPLATE),
            item(35, "hubs/other#7"),
            item(36, "https://hubs.pagerduty.test/postmortems/a12"),
        ];
        assert_eq!(numbers(&all, &["Q12"])[2], [30, 31, 32, 33]);
    }
}
