//! The JUnit of `check --wait --format junit`. Each cluster is a test suite, and each hub a test case. A hub that got
//! worse is a failure, and a hub about which nothing can be said is an error. A hub on which nobody started a server is
//! skipped.

use std::collections::BTreeMap;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::WaitContext;
use super::words::{before_and_after, blind_spot, case, doubt, lost_source, worsening};
use crate::domain::ids::ClusterName;
use crate::regression::{HubOutcome, Outcome, WaitEnd};
use crate::text::durations::format_duration;
use crate::text::sanitize::clean;

const NAME: &str = "hubwatch check --wait";

/// The name of the test suite for results that are not about a single hub.
const FLEET: &str = "fleet";

/// The report of a wait.
pub fn report(outcome: &Outcome, context: &WaitContext) -> String {
    let mut report = Report::new(NAME);
    report
        .set_timestamp(context.started)
        .set_time(outcome.waited);
    report.add_test_suite(fleet(outcome, context));
    let mut clusters: BTreeMap<&ClusterName, TestSuite> = BTreeMap::new();
    for hub in &outcome.hubs {
        let cluster = &hub.key().cluster;
        let suite = clusters.entry(cluster);
        let suite = suite.or_insert_with(|| TestSuite::new(cluster.as_str()));
        suite.add_test_case(test_case(hub));
    }
    report.add_test_suites(clusters.into_values());
    text(&report)
}

/// The report of a wait that could not begin.
pub fn unknown(why: &str) -> String {
    let mut suite = TestSuite::new(FLEET);
    suite.add_test_case(named_case("wait", Some(problem("could_not_begin", why))));
    let mut report = Report::new(NAME);
    report.add_test_suite(suite);
    text(&report)
}

// Writing to a string fails only if the crate itself has a bug.
fn text(report: &Report) -> String {
    report.to_string().unwrap_or_default()
}

fn fleet(outcome: &Outcome, context: &WaitContext) -> TestSuite {
    let mut suite = TestSuite::new(FLEET);
    let interrupted = (outcome.end == WaitEnd::Interrupted).then(|| {
        let waited = format_duration(outcome.waited);
        let whole = format_duration(context.duration);
        problem("interrupted", &format!("after {waited} of {whole}"))
    });
    suite.add_test_case(named_case("wait", interrupted));
    for source in outcome.blind_sources() {
        let status = problem("source_lost", &lost_source(source));
        suite.add_test_case(named_case(&source.name, Some(status)));
    }
    for spot in outcome.lasting_blind_spots() {
        let status = problem("blind_spot", &blind_spot(spot));
        suite.add_test_case(named_case(&clean(&spot.text), Some(status)));
    }
    for new in outcome.worse_cases() {
        let status = failure("new_case", &case(new));
        suite.add_test_case(named_case(&new.case.id.to_string(), Some(status)));
    }
    for young in outcome.undecided_cases() {
        let status = problem("young_case", &case(young));
        suite.add_test_case(named_case(&young.case.id.to_string(), Some(status)));
    }
    suite
}

fn named_case(name: &str, status: Option<TestCaseStatus>) -> TestCase {
    let mut case = TestCase::new(name, status.unwrap_or_else(TestCaseStatus::success));
    case.set_classname(FLEET);
    case
}

fn test_case(hub: &HubOutcome) -> TestCase {
    let status = match (hub.worse.as_slice(), hub.doubts.as_slice()) {
        ([first, ..], _) => {
            let all: Vec<String> = hub.worse.iter().map(worsening).collect();
            failure(first.kind(), &all.join("\n"))
        }
        ([], [first, ..]) => {
            let all: Vec<String> = hub.doubts.iter().map(doubt).collect();
            problem(first.kind(), &all.join("\n"))
        }
        ([], []) if hub.not_tried => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(
                "not tried: nobody is known to have started a server; nothing else got worse",
            );
            status
        }
        ([], []) => TestCaseStatus::success(),
    };
    let mut case = TestCase::new(hub.key().hub.as_str(), status);
    case.set_classname(hub.key().cluster.as_str());
    case.set_system_out(before_and_after(hub));
    case
}

fn failure(kind: &str, text: &str) -> TestCaseStatus {
    non_success(NonSuccessKind::Failure, kind, text)
}

fn problem(kind: &str, text: &str) -> TestCaseStatus {
    non_success(NonSuccessKind::Error, kind, text)
}

fn non_success(severity: NonSuccessKind, kind: &str, text: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(severity);
    let first = text.lines().next().unwrap_or_default();
    status
        .set_type(kind)
        .set_message(first)
        .set_description(text);
    status
}
