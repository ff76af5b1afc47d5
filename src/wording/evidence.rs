//! The evidence for a hub's health, in one sentence each.

use crate::domain::health::Evidence;
use crate::domain::hub::Health;
use crate::domain::probe::{ProbeFailure, ProxyState};
use crate::domain::source::SourceState;
use crate::picture::HubView;

use super::case::display_name;
use super::source::{NOT_READ_IN_TIME, state_name};
use crate::text::context::{ExpiringText, TextContext};
use crate::text::durations::{age_since, format_duration};
use crate::text::sanitize::clean;

/// A hub's health in one word.
pub fn health_name(health: Health) -> &'static str {
    match health {
        Health::Down => "down",
        Health::Unknown => "unknown",
        Health::Degraded => "degraded",
        Health::Up => "up",
    }
}

/// A hub's health, and since when: "down 12m".
pub fn hub_health(hub: &HubView, ctx: &TextContext) -> ExpiringText {
    let word = health_name(hub.health);
    match hub.since {
        Some(since) if hub.health == Health::Down => {
            age_since(since, ctx.now).map(|age| format!("{word} {age}"))
        }
        _ => ExpiringText::fixed(word),
    }
}

/// One piece of evidence: "probe 503 from the proxy, 2 of 2".
pub fn describe(evidence: &Evidence, ctx: &TextContext) -> ExpiringText {
    match evidence {
        Evidence::SourceNotLive {
            source,
            state: how,
            since,
            error,
        } => {
            let name = clean(&source.to_string()).into_owned();
            let how = match (*how, &error) {
                (SourceState::Waiting, Some(_)) => ExpiringText::fixed(NOT_READ_IN_TIME),
                (how, _) => state_since(how, *since, ctx),
            };
            let error = error.as_deref().map(|text| format!(": {}", clean(text)));
            how.map(|how| format!("{name} {how}{}", error.unwrap_or_default()))
        }
        other => ExpiringText::fixed(describe_timeless(other)),
    }
}

fn state_since(
    how: SourceState,
    since: Option<chrono::DateTime<chrono::Utc>>,
    ctx: &TextContext,
) -> ExpiringText {
    match since {
        Some(since) => age_since(since, ctx.now).map(|age| format!("{} {age}", state_name(how))),
        None => ExpiringText::fixed(state_name(how)),
    }
}

fn describe_timeless(evidence: &Evidence) -> String {
    match evidence {
        Evidence::WrongStatus {
            status,
            proxy,
            tries,
            confirmed,
        } => {
            format!(
                "{}, {}",
                wrong_status(*status, *proxy),
                attempts(*tries, *confirmed)
            )
        }
        Evidence::NoRecentSamples { source, never } => {
            let source = clean(&source.to_string()).into_owned();
            match never {
                true => format!("{source} never had samples of it"),
                false => format!("{source} has no new samples of it"),
            }
        }
        // The number of tries is left out, because more tries with this answer prove nothing more.
        Evidence::NotFromHub { was_hub: false, .. } => "answers, but not as a hub".to_owned(),
        Evidence::NotFromHub {
            tries, confirmed, ..
        } => format!(
            "answers, but no longer as a hub, {}",
            attempts(*tries, *confirmed)
        ),
        Evidence::NoAnswer {
            kind,
            tries,
            confirmed,
        } => {
            format!("{}, {}", no_answer(*kind), attempts(*tries, *confirmed))
        }
        Evidence::Slow { latency } => format!("probe slow: {:.1}s", latency.as_secs_f64()),
        Evidence::UpIsZero => "Prometheus cannot scrape the hub (up 0)".to_owned(),
        Evidence::FailedStarts { count, limit } => failed_starts(*count, *limit),
        Evidence::HomeDisk { free } => format!("home {} free", percent(*free)),
        Evidence::DatabaseDisk { free } => format!("database {} free", percent(*free)),
        Evidence::Certificate { days } => certificate(*days),
        Evidence::AlertFires { name } => format!("alert: {}", display_name(name)),
        Evidence::IncidentOpen { number } => format!("incident #{number} open"),
        Evidence::NotProbedYet => "not probed yet".to_owned(),
        Evidence::SeriesAbsent => "its metrics are missing, other hubs have theirs".to_owned(),
        Evidence::NotWatched => "nothing watches it".to_owned(),
        Evidence::NoHubSeries => "no probe and no metrics: its health cannot be judged".to_owned(),
        Evidence::NoUp => "no probe and no up signal: its health cannot be judged".to_owned(),
        Evidence::SourceNotLive { source, .. } => clean(&source.to_string()).into_owned(),
    }
}

fn wrong_status(status: u16, proxy: ProxyState) -> String {
    match proxy {
        ProxyState::HubGone => format!("probe {status} from the proxy"),
        ProxyState::ProxyGone => format!("probe {status}, its proxy does not answer either"),
        ProxyState::Unclear => format!("probe {status}"),
    }
}

fn no_answer(kind: ProbeFailure) -> &'static str {
    match kind {
        ProbeFailure::Resolve => "probe: the name does not resolve",
        ProbeFailure::Connect => "probe: no connection",
        ProbeFailure::Certificate => "probe: certificate refused",
        ProbeFailure::Handshake => "probe: TLS handshake failed",
        ProbeFailure::Garbled => "probe: garbled answer",
        ProbeFailure::Timeout => "probe: no answer in time",
    }
}

// Two failed tries confirm a failure. If there were more tries, their number shows how long the failure lasts.
fn attempts(tries: u32, confirmed: bool) -> String {
    match (confirmed, tries) {
        (true, 0..=2) => "2 of 2".to_owned(),
        (true, more) => format!("{more} tries"),
        (false, _) => "failing 1 of 2".to_owned(),
    }
}

/// Failed server starts against the alert's threshold: "1 failed start, alerts at 2".
pub fn failed_starts(count: f64, limit: f64) -> String {
    // `increase` returns fractions, but the number of failed starts is whole.
    let (whole, limit) = (count.round(), limit.round());
    let noun = if whole == 1.0 { "start" } else { "starts" };
    if whole < limit {
        format!("{whole} failed {noun}, alerts at {limit}")
    } else {
        format!(
            "{whole} failed {noun} in {}",
            format_duration(std::time::Duration::from_secs(1800))
        )
    }
}

/// Formats a percentage. Values between 0 and 1 % get a decimal.
pub fn percent(value: f64) -> String {
    if value > 0.0 && value < 1.0 {
        format!("{value:.1}%")
    } else {
        format!("{:.0}%", value.floor())
    }
}

fn certificate(days: i64) -> String {
    match days {
        ..0 => "certificate expired".to_owned(),
        0 => "certificate expires within a day".to_owned(),
        1 => "certificate expires in 1 day".to_owned(),
        days => format!("certificate expires in {days} days"),
    }
}
