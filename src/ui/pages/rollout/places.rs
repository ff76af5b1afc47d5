//! The places where a version runs, and the places whose version is not known.

use std::collections::BTreeMap;

use super::super::page::Page;
use crate::domain::rollout::Component;
use crate::picture::rollout::{
    ComponentView, PlaceView, Rollout, UnknownReason, VersionView, place_name,
};
use crate::text::sanitize::clean;
use crate::text::{Line, Meaning, TextContext, durations};
use crate::wording::rollout::{batch_name, unknown_reason};

/// For a version, at most this many clusters or places are named.
const MAX_PLACES: usize = 12;

/// How many of a version's places are in each batch; `None` if there are fewer than two batches.
pub(super) fn batches(version: &VersionView, rollout: &Rollout) -> Option<String> {
    if rollout.batches.len() < 2 {
        return None;
    }
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for place in &version.places {
        *counts.entry(place.batch).or_default() += 1;
    }
    let parts = counts.into_iter().filter_map(|(batch, count)| {
        let batch = rollout.batches.get(batch)?;
        Some(format!("{} {count}", batch_name(batch, false)))
    });
    let parts: Vec<String> = parts.collect();
    Some(parts.join(", "))
}

/// The clusters of a version's places, with the number of places in each.
pub(super) fn places(component: &ComponentView, version: &VersionView) -> String {
    let mut by_cluster: BTreeMap<&str, Vec<&PlaceView>> = BTreeMap::new();
    for place in &version.places {
        by_cluster
            .entry(place.cluster.as_str())
            .or_default()
            .push(place);
    }
    let is_whole = component.component == Component::Kubernetes;
    let names = by_cluster.iter().map(|(cluster, places)| match places[..] {
        [one] if !is_whole => place_name(&one.cluster, one.namespace.as_deref()),
        [one] => node_count(component, one),
        _ => format!("{cluster} {}", places.len()),
    });
    let names: Vec<String> = names.collect();
    let text = super::listed(names.iter().map(String::as_str), MAX_PLACES);
    match by_cluster.len() {
        1 => text,
        count => format!("{count} clusters: {text}"),
    }
}

// The number of nodes with this version. It is shown only if the cluster also has nodes with other versions.
fn node_count(component: &ComponentView, one: &PlaceView) -> String {
    let versions = component.versions.iter();
    let having = versions.filter(|version| {
        let mut places = version.places.iter();
        places.any(|place| place.cluster == one.cluster)
    });
    match one.count.filter(|_| having.count() > 1) {
        Some(1) => format!("{} (1 node)", one.cluster),
        Some(count) => format!("{} ({count} nodes)", one.cluster),
        None => one.cluster.to_string(),
    }
}

/// Adds the places that gave a version earlier but give none now. Places whose probes could not be read share one line.
pub(super) fn add_silent(page: &mut Page, version: &VersionView, ctx: &TextContext) {
    let silent = version.places.iter();
    let silent = silent.filter_map(|place| Some((place, place.last_seen?)));
    let (unread, silent): (Vec<_>, Vec<_>) =
        silent.partition(|(_, seen)| seen.why == UnknownReason::ProbesUnread);
    let mark = || {
        let line = Line::indented(4).with(Meaning::Unknown, ctx.symbols.unknown);
        line.gap(1)
    };
    if let Some(earliest) = unread.iter().map(|(_, seen)| seen.at).min() {
        let count = unread.len();
        let why = unknown_reason(UnknownReason::ProbesUnread);
        let age = durations::age_since(earliest, ctx.now);
        let text = age.map(|age| {
            format!("not seen now on {count}: {why}; this version was last seen up to {age} ago")
        });
        page.line(mark().with(Meaning::Unknown, text).hanging(6));
    }
    for (place, seen) in silent.iter().take(MAX_PLACES) {
        let name = place_name(&place.cluster, place.namespace.as_deref());
        let age = durations::age_since(seen.at, ctx.now);
        let text = age.map(|age| {
            format!(
                "{} shows no version now and may have changed; last seen here {age} ago",
                clean(&name)
            )
        });
        page.line(mark().with(Meaning::Unknown, text).hanging(6));
    }
    let more = silent.len().saturating_sub(MAX_PLACES);
    if more > 0 {
        let text = format!("    and {more} more without a version now");
        page.text(Meaning::Unknown, text);
    }
}

/// Adds the places whose version is not known, grouped by reason.
pub(super) fn add_unknown(page: &mut Page, component: &ComponentView, ctx: &TextContext) {
    let mut by_reason: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for place in &component.unknown {
        let name = place_name(&place.cluster, place.namespace.as_deref());
        by_reason
            .entry(unknown_reason(place.why))
            .or_default()
            .push(name);
    }
    for (why, names) in by_reason {
        let count = names.len();
        let names = super::listed(names.iter().map(String::as_str), MAX_PLACES);
        let line = Line::styled(Meaning::Unknown, ctx.symbols.unknown).gap(1);
        let text = format!("not known on {count}: {why}: {names}");
        page.line(line.with(Meaning::Unknown, text).hanging(4));
    }
}
