//! A hub in one line: its name, its health, and the figures that are known.

use crate::domain::hub::Signals;
use crate::domain::probe::ProbeOutcome;
use crate::picture::HubView;

use super::evidence::{hub_health, percent};
use crate::text::Symbols;
use crate::text::context::{ExpiringText, TextContext};
use crate::text::sanitize::clean;

/// A hub in one line: "leap/prod up · probe 200 in 120ms · 3 servers · home 42% free". Unknown values are left out,
/// never shown as zero. Values from a source that is not fresh are marked.
pub fn summary(hub: &HubView, ctx: &TextContext) -> ExpiringText {
    let name = clean(&hub.spec.key.to_string()).into_owned();
    let head = hub_health(hub, ctx).map(|health| format!("{name} {health}"));
    let figures = signal_texts(hub, ctx.symbols);
    let past = if hub.signals_stale && !figures.is_empty() {
        vec![format!("{} as last seen", ctx.symbols.stale)]
    } else {
        Vec::new()
    };
    let rest = last_probe(hub)
        .into_iter()
        .chain(figures)
        .chain(past)
        .map(ExpiringText::fixed);
    ExpiringText::join(std::iter::once(head).chain(rest), ctx.symbols.separator)
}

/// The probe's last answer: "probe 200 in 120ms".
pub fn last_probe(hub: &HubView) -> Option<String> {
    let probe = hub.probe.as_ref()?;
    let code = match &probe.outcome {
        ProbeOutcome::NotFromHub { status, .. } => format!("{status}, not from a hub,"),
        ProbeOutcome::Good { status } | ProbeOutcome::Wrong { status, .. } => status.to_string(),
        ProbeOutcome::NoAnswer { text, .. } => clean(text).into_owned(),
    };
    let took = probe
        .latency
        .map(|took| format!(" in {}ms", took.as_millis()));
    Some(format!("probe {code}{}", took.unwrap_or_default()))
}

/// The 95th percentile of server start times: "12s"; "≥ 120s" if the value lies beyond the histogram's last bucket.
pub fn start_time(signals: &Signals, symbols: &Symbols) -> Option<String> {
    let seconds = signals.spawn_p95_seconds?;
    Some(match signals.spawn_p95_is_lower_bound() {
        true => format!("{} {seconds:.0}s", symbols.at_least),
        false => format!("{seconds:.0}s"),
    })
}

fn signal_texts(hub: &HubView, symbols: &Symbols) -> Vec<String> {
    let signals = &hub.signals;
    let count = |value: Option<f64>, one: &str, many: &str| {
        let value = value?.round();
        Some(format!("{value} {}", if value == 1.0 { one } else { many }))
    };
    let free = |value: Option<f64>, disk: &str| Some(format!("{disk} {} free", percent(value?)));
    [
        count(signals.spawn_failures_30m, "failed start", "failed starts"),
        start_time(signals, symbols).map(|time| format!("p95 start {time}")),
        count(signals.running_servers, "server", "servers"),
        count(signals.active_users, "active user", "active users"),
        free(signals.home_free_percent, "home"),
        free(signals.db_free_percent, "database"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{ASCII, UNICODE};

    #[test]
    fn a_percentile_at_the_end_of_the_histogram_is_a_lower_bound() {
        let starts = |p95, slowest_start_seconds| Signals {
            spawn_p95_seconds: Some(p95),
            slowest_start_seconds,
            ..Signals::default()
        };
        let beyond = starts(120.0, Some(120.0));
        assert_eq!(start_time(&beyond, &UNICODE).unwrap(), "≥ 120s");
        assert_eq!(start_time(&beyond, &ASCII).unwrap(), ">= 120s");
        for within in [starts(120.0, Some(180.0)), starts(120.0, None)] {
            assert_eq!(start_time(&within, &UNICODE).unwrap(), "120s");
        }
        assert_eq!(start_time(&Signals::default(), &UNICODE), None);
    }
}
