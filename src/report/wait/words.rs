//! Words for why a hub or a case is worse, or why that is not known.

use std::time::Duration;

use crate::regression::{
    BlindSpotOutcome, CaseOutcome, Doubt, HubBefore, HubOutcome, MIN_STARTS, SlowStarts,
    SourceOutcome, StartTimesCompared, Worsening,
};
use crate::text::durations::format_duration;
use crate::text::sanitize::clean;
use crate::wording::case::places_of;
use crate::wording::evidence::health_name;

/// How a hub got worse: "servers start in 75 s, before 15 s (p95 of 10 starts)".
pub(super) fn worsening(how: &Worsening) -> String {
    match how {
        Worsening::Failing { lasted, evidence } => {
            let lasted = format_duration(*lasted);
            let why = evidence
                .first()
                .map(|why| format!(": {}", clean(why)))
                .unwrap_or_default();
            format!("failing for {lasted}{why}")
        }
        Worsening::FailedStarts { count, before_30m } => {
            let before = match before_30m.map(f64::round) {
                Some(before) if before >= 1.0 => format!(", {before:.0} in the half hour before"),
                Some(_) => ", none before".to_owned(),
                None => String::new(),
            };
            let servers = counted(*count, "server");
            format!("{servers} failed to start{before}")
        }
        Worsening::SlowStarts(slow) => slow_starts(slow),
        Worsening::SlowAnswers {
            median,
            before,
            probes,
        } => format!(
            "answers in {}, before {} (median of {probes} probes)",
            seconds(*median),
            seconds(*before)
        ),
        Worsening::NewCase { id, title } => format!("new case {id}: {}", clean(title)),
    }
}

/// How starts got slower: "servers start in 75 s, before 15 s (p95 of 10 starts, about 9 of them above 45 s)". The
/// count above the bound is an estimate, since the histogram does not show how starts are spread within a bucket.
pub(super) fn slow_starts(slow: &SlowStarts) -> String {
    let or_more = if slow.at_least { " or more" } else { "" };
    let above = slow.above_bound.map(|count| {
        let bound = slow.bound_seconds;
        format!(", about {count:.0} of them above {bound:.0} s")
    });
    let cluster = slow.cluster.map(|cluster| {
        let (above, starts) = (cluster.above_bound, cluster.starts);
        format!("; on all hubs of the cluster {above:.0} of {starts:.0}")
    });
    format!(
        "servers start in {:.0} s{or_more}, before {:.0} s (p95 of {}{}{})",
        slow.p95_seconds,
        slow.before_seconds,
        counted(slow.starts, "start"),
        above.unwrap_or_default(),
        cluster.unwrap_or_default()
    )
}

/// Start times that do not make the hub worse but are reported: a heading, such as "not compared", and the reason.
pub(super) fn start_times(hub: &HubOutcome) -> Option<(&'static str, String)> {
    match &hub.start_times {
        StartTimesCompared::PerhapsSlower(slow) if slow.starts < MIN_STARTS => {
            let slow = slow_starts(slow);
            Some(("perhaps slower", format!("{slow}: too few starts to count")))
        }
        StartTimesCompared::PerhapsSlower(slow) => {
            let slow = slow_starts(slow);
            Some(("perhaps slower", format!("{slow}: chance may explain it")))
        }
        StartTimesCompared::NotCompared => Some(("not compared", not_compared(hub).to_owned())),
        StartTimesCompared::NotSlower | StartTimesCompared::Slower(_) => None,
    }
}

fn not_compared(hub: &HubOutcome) -> &'static str {
    let after = hub.counts.as_ref().and_then(|it| it.p95_seconds);
    let before = hub.before.as_ref();
    let few = before.and_then(|it| it.starts);
    let is_few = few.is_some_and(|starts| starts.round() < MIN_STARTS);
    match (before.and_then(|it| it.spawn_p95_seconds), after) {
        (None, _) => "the baseline has no start time to compare with",
        (Some(_), None) => "start times since the wait began are not known",
        (Some(_), Some(_)) if is_few => "fewer than 5 servers had started in the hour before",
        (Some(_), Some(_)) => "the histogram of start times ends below 1.5 times the baseline",
    }
}

/// Why nobody can say whether a hub got worse: "failing for 2m at the end, not longer than the grace".
pub(super) fn doubt(doubt: &Doubt) -> String {
    match doubt {
        Doubt::FailingAtTheEnd { lasted } if lasted.is_zero() => {
            "its last poll failed, and no later poll checked it".to_owned()
        }
        Doubt::FailingAtTheEnd { lasted } => format!(
            "failing for {} at its last poll, within the grace",
            format_duration(*lasted)
        ),
        Doubt::NotKnownBefore { lasted } => format!(
            "failing for {}, and the baseline does not have its health",
            format_duration(*lasted)
        ),
        Doubt::Unknown { lasted } => {
            format!("its health was unknown for {}", format_duration(*lasted))
        }
        Doubt::NotTried => "nobody started a server".to_owned(),
        Doubt::YoungCase { id, title } => format!(
            "case {id} opened and is younger than the grace: {}",
            clean(title)
        ),
    }
}

/// A hub and how it got worse: "leap/prod: servers start in 75 s, … · new case pd:Q1: …".
pub(super) fn worse_hub(hub: &HubOutcome, separator: &str) -> String {
    let worse: Vec<String> = hub.worse.iter().map(worsening).collect();
    format!("{}: {}", hub_name(hub), worse.join(separator))
}

pub(super) fn doubtful_hub(hub: &HubOutcome, separator: &str) -> String {
    let doubts: Vec<String> = hub.doubts.iter().map(doubt).collect();
    format!("{}: {}", hub_name(hub), doubts.join(separator))
}

pub(super) fn hub_name(hub: &HubOutcome) -> String {
    clean(&hub.key().to_string()).into_owned()
}

/// A case: "pd:Q1 on leap: home-nfs has 10% of space left".
pub(super) fn case(outcome: &CaseOutcome) -> String {
    let case = &outcome.case;
    let places: Vec<_> = case.places.iter().collect();
    let place = match places_of(&places) {
        place if place.is_empty() => String::new(),
        place => format!(" on {place}"),
    };
    format!("{}{place}: {}", case.id, clean(&case.title))
}

/// A source that was lost: "prometheus/leap lost for 6m: down: connection refused".
pub(super) fn lost_source(source: &SourceOutcome) -> String {
    let problem = source.problem.as_ref();
    let problem = problem
        .map(|problem| format!(": {}", clean(problem)))
        .unwrap_or_default();
    let lost = format_duration(source.lost);
    format!("{} lost for {lost}{problem}", source.name)
}

/// A new blind spot: "blind for 6m: prometheus/leap has no alerting rules".
pub(super) fn blind_spot(spot: &BlindSpotOutcome) -> String {
    let lasted = format_duration(spot.lasted);
    format!("blind for {lasted}: {}", clean(&spot.text))
}

/// The values of a hub: "before: up, p95 15 s, 0 failed starts in 30m, 120 ms; after: …".
pub(super) fn before_and_after(hub: &HubOutcome) -> String {
    let before = hub.before.as_ref();
    let before = before.map_or_else(|| "not in the baseline".to_owned(), hub_before);
    let counts = hub.counts.clone().unwrap_or_default();
    let after = [
        health_name(hub.after.health).to_owned(),
        known("p95", counts.p95_seconds, "s"),
        known("starts", counts.starts, ""),
        known("failed starts", counts.failed_starts, ""),
        known(
            "median latency",
            hub.median_latency.map(|it| it.as_secs_f64() * 1e3),
            "ms",
        ),
    ];
    let start_times = start_times(hub).map(|(kind, why)| format!("\n{kind}: {why}"));
    let start_times = start_times.unwrap_or_default();
    format!("before: {before}\nafter: {}{start_times}", after.join(", "))
}

fn hub_before(before: &HubBefore) -> String {
    [
        health_name(before.health).to_owned(),
        known("p95", before.spawn_p95_seconds, "s"),
        known("failed starts in 30m", before.spawn_failures_30m, ""),
        known("latency", before.probe_ms, "ms"),
    ]
    .join(", ")
}

fn known(name: &str, value: Option<f64>, unit: &str) -> String {
    match value {
        Some(value) => format!("{name} {value:.0} {unit}").trim_end().to_owned(),
        None => format!("{name} not known"),
    }
}

/// A number with its noun: "1 server", "3 servers".
pub(super) fn counted(count: f64, noun: &str) -> String {
    let s = if count.round() == 1.0 { "" } else { "s" };
    format!("{count:.0} {noun}{s}")
}

fn seconds(span: Duration) -> String {
    format!("{:.1} s", span.as_secs_f64())
}
