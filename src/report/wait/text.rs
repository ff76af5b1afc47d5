//! The one line of `check --wait`, in the format of monitoring plugins, and the detailed lines.

use std::time::Duration;

use super::WaitContext;
use super::words::{
    blind_spot, case, counted, doubtful_hub, hub_name, lost_source, start_times, worse_hub,
};
use crate::domain::now::duration_since;
use crate::regression::{HubOutcome, Outcome, StartTimesCompared, WaitEnd, WaitVerdict};
use crate::report::check::status_text;
use crate::text::durations::format_duration;
use crate::text::symbols::Symbols;
use crate::wording::verdict::names;

/// The result's line names at most this many hubs, sources and cases. Lines on standard error name the others.
const MAX_NAMED: usize = 3;

/// The result's line shows the age of a baseline that is older than this.
const RECENT: Duration = Duration::from_secs(24 * 60 * 60);

impl WaitVerdict {
    /// The exit code in the convention of monitoring plugins.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::NothingWorse => 0,
            Self::Worse => 2,
            Self::CannotTell => 3,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::NothingWorse => "OK",
            Self::Worse => "CRITICAL",
            Self::CannotTell => "UNKNOWN",
        }
    }
}

/// `HUBWATCH CRITICAL - 1 of 171 hubs got worse in 30m: leap/prod: … | perfdata`
pub fn line(outcome: &Outcome, context: &WaitContext, symbols: &Symbols) -> String {
    let verdict = outcome.verdict();
    let incomplete = match (verdict, outcome.is_complete()) {
        (WaitVerdict::Worse, false) => " (incomplete)",
        _ => "",
    };
    format!(
        "HUBWATCH {} - {}{incomplete} | {}\n",
        verdict.word(),
        status_text(&summary(outcome, context, symbols), symbols),
        perfdata(outcome)
    )
}

/// The line without the verdict and the performance data.
pub(super) fn summary(outcome: &Outcome, context: &WaitContext, symbols: &Symbols) -> String {
    let only = names(&context.restricted_to);
    let only = only
        .map(|names| format!("{names} only: "))
        .unwrap_or_default();
    let parts = match outcome.verdict() {
        WaitVerdict::Worse => worse_parts(outcome, context, symbols),
        WaitVerdict::NothingWorse => {
            let time = time(outcome, context);
            vec![format!(
                "nothing got worse on {} {time}",
                hub_count(outcome)
            )]
        }
        WaitVerdict::CannotTell => doubt_parts(outcome, context, symbols),
    };
    let parts = parts.into_iter().chain(not_tried(outcome));
    let parts = parts
        .chain(perhaps_slower(outcome))
        .chain(not_compared(outcome))
        .chain(old_baseline(context));
    let parts: Vec<String> = parts.collect();
    format!("{only}{}", parts.join(symbols.separator))
}

fn worse_parts(outcome: &Outcome, context: &WaitContext, symbols: &Symbols) -> Vec<String> {
    let hubs = outcome.worse_hubs().map(|hub| worse_hub(hub, ", "));
    let cases = outcome
        .worse_cases()
        .map(|it| format!("new case {}", case(it)));
    let named: Vec<String> = hubs.chain(cases).collect();
    let time = time(outcome, context);
    let head = match outcome.worse_hubs().count() {
        0 => format!("of {} none got worse {time}, but", hub_count(outcome)),
        count => format!("{count} of {} got worse {time}", hub_count(outcome)),
    };
    with_named(head, named, symbols)
}

fn doubt_parts(outcome: &Outcome, context: &WaitContext, symbols: &Symbols) -> Vec<String> {
    let all = format!("{} {}", hub_count(outcome), time(outcome, context));
    let sources = outcome.blind_sources().map(lost_source);
    let blind_spots = outcome.lasting_blind_spots().map(blind_spot);
    // Sources come first, and then the hubs that are unknown because of these sources.
    let hubs = outcome.doubtful_hubs().map(|hub| doubtful_hub(hub, ", "));
    let cases = outcome.undecided_cases();
    let cases = cases.map(|it| format!("younger than the grace: {}", case(it)));
    let named: Vec<String> = sources
        .chain(blind_spots)
        .chain(hubs)
        .chain(cases)
        .collect();
    let head = match outcome.end {
        WaitEnd::Interrupted => format!("nothing got worse so far on {all}"),
        WaitEnd::Complete => format!("cannot tell whether anything got worse on {all}"),
    };
    match named.is_empty() {
        true => vec![head],
        false => with_named(head, named, symbols),
    }
}

fn with_named(head: String, mut named: Vec<String>, symbols: &Symbols) -> Vec<String> {
    let left_out = named.len().saturating_sub(MAX_NAMED);
    named.truncate(MAX_NAMED);
    let mut parts = vec![format!("{head}: {}", named.join(symbols.separator))];
    if left_out > 0 {
        parts.push(format!("and {left_out} more"));
    }
    parts
}

fn hub_count(outcome: &Outcome) -> String {
    counted(outcome.hubs.len() as f64, "hub")
}

// How long the wait took: "in 30m", "in 4m of 30m, interrupted".
fn time(outcome: &Outcome, context: &WaitContext) -> String {
    let waited = format_duration(outcome.waited);
    match outcome.end {
        WaitEnd::Complete => format!("in {waited}"),
        WaitEnd::Interrupted => {
            let whole = format_duration(context.duration);
            format!("in {waited} of {whole}, interrupted")
        }
    }
}

fn not_tried(outcome: &Outcome) -> Option<String> {
    let not_tried: Vec<String> = outcome.not_tried().map(hub_name).collect();
    let named = names(&not_tried)?;
    Some(format!("not tried: {named}"))
}

// A hub's slower starts do not change the verdict if chance may explain them. But if one start in ten becomes slow on
// every hub, chance may explain the slow starts of each single hub. Only this text then shows the problem.
fn perhaps_slower(outcome: &Outcome) -> Option<String> {
    let times = outcome.hubs.iter().map(|hub| &hub.start_times);
    let count = times.filter_map(|it| it.perhaps_slower()).count();
    (count > 0).then(|| format!("starts perhaps slower on {}", counted(count as f64, "hub")))
}

fn not_compared(outcome: &Outcome) -> Option<String> {
    let count = not_compared_hubs(outcome).count();
    (count > 0).then(|| {
        format!(
            "start times not compared on {}",
            counted(count as f64, "hub")
        )
    })
}

fn not_compared_hubs(outcome: &Outcome) -> impl Iterator<Item = &HubOutcome> {
    let hubs = outcome.hubs.iter();
    hubs.filter(|hub| hub.start_times == StartTimesCompared::NotCompared)
}

// The age of an old baseline, since the fleet may have changed after it.
fn old_baseline(context: &WaitContext) -> Option<String> {
    let age = duration_since(context.started, context.baseline_at);
    (age > RECENT).then(|| format!("the baseline is {} old", format_duration(age)))
}

fn perfdata(outcome: &Outcome) -> String {
    let sum = |count: fn(&crate::domain::starts::StartCounts) -> Option<f64>| {
        let counts = outcome.hubs.iter().filter_map(|hub| hub.counts.as_ref());
        counts
            .filter_map(count)
            .map(f64::round)
            .fold(0.0, |sum, count| sum + count)
    };
    format!(
        "hubs={} worse={} cannot_tell={} not_tried={} starts={:.0} failed_starts={:.0} new_cases={} sources_lost={} waited_seconds={}",
        outcome.hubs.len(),
        outcome.worse_hubs().count(),
        outcome.doubtful_hubs().count(),
        outcome.not_tried().count(),
        sum(|counts| counts.starts),
        sum(|counts| counts.failed_starts),
        outcome.cases.iter().filter(|case| case.is_worse).count(),
        outcome.blind_sources().count(),
        outcome.waited.as_secs(),
    )
}

/// One line for each thing that got worse or cannot be judged, and for each hub whose start times are perhaps slower or
/// were not compared. One more line names the hubs on which nobody started a server.
pub fn details(outcome: &Outcome, symbols: &Symbols) -> Vec<String> {
    let between = symbols.separator;
    let worse = outcome
        .worse_hubs()
        .map(|hub| format!("worse: {}", worse_hub(hub, between)));
    let worse_cases = outcome
        .worse_cases()
        .map(|it| format!("worse: new case {}", case(it)));
    let sources = outcome
        .sources
        .iter()
        .map(|source| format!("{}{}", effect(source.is_blind), lost_source(source)));
    let blind_spots = outcome
        .blind_spots
        .iter()
        .map(|spot| format!("{}{}", effect(spot.is_blind), blind_spot(spot)));
    let doubtful = outcome.doubtful_hubs();
    let doubtful = doubtful.map(|hub| format!("cannot tell: {}", doubtful_hub(hub, between)));
    let young = outcome.undecided_cases();
    let young = young.map(|it| format!("cannot tell: younger than the grace: {}", case(it)));
    let start_times = outcome.hubs.iter().filter_map(|hub| {
        let (kind, why) = start_times(hub)?;
        Some(format!("{kind}: {}: {why}", hub_name(hub)))
    });
    let not_tried: Vec<String> = outcome.not_tried().map(hub_name).collect();
    let not_tried = (!not_tried.is_empty()).then(|| {
        format!(
            "not tried, as nobody is known to have started a server: {}",
            not_tried.join(", ")
        )
    });
    let lines = worse
        .chain(worse_cases)
        .chain(sources)
        .chain(blind_spots)
        .chain(doubtful)
        .chain(young);
    lines.chain(start_times).chain(not_tried).collect()
}

fn effect(is_blind: bool) -> &'static str {
    if is_blind {
        "cannot tell: "
    } else {
        "for a while: "
    }
}
