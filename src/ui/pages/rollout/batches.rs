//! The batches: which batches are worse than the other hubs, and which versions run in each batch.

use std::collections::BTreeMap;

use super::super::page::Page;
use super::figures::{self, RowName, WIDE};
use super::{bounds, failures};
use crate::domain::rollout::Component;
use crate::picture::rollout::{
    BatchView, ComponentView, LastSeen, MoreVersions, PlaceView, Rollout, Standing, UnknownReason,
    VersionView,
};
use crate::text::sanitize::clean;
use crate::text::{ExpiringText, Line, Meaning, TextContext, durations};
use crate::wording::rollout::{batch_name, component_names, excesses, standing};

/// For a batch, at most this many versions of a component are named.
const MAX_VERSIONS: usize = 4;

/// The reasons why a hub may give no version. Each text follows the number of such hubs.
const SILENCES: [(UnknownReason, Meaning, &str); 3] = [
    (UnknownReason::NoAnswer, Meaning::Critical, "not answering"),
    (
        UnknownReason::NoHeader,
        Meaning::Unknown,
        "answering without a version",
    ),
    (
        UnknownReason::ProbesUnread,
        Meaning::Unknown,
        "not read now",
    ),
];

/// For a version in a batch, at most this many comparisons with other versions are named.
const MAX_STANDINGS: usize = 3;

/// At most this many components that differ within a batch are named.
const MAX_DIFFERING: usize = 6;

const NO_BATCHES: &str =
    "no batches are configured ([[rollout.batch]]): compare the versions below";

/// Adds the batches.
pub(super) fn add(page: &mut Page, rollout: &Rollout, ctx: &TextContext, cells: usize) {
    let is_only = rollout.batches.len() == 1;
    add_findings(page, rollout, ctx);
    failures::add_names(page, rollout, ctx);
    page.line(Line::new());
    page.line(figures::header("Batch", "changed", cells));
    for (index, batch) in rollout.batches.iter().enumerate() {
        let name = RowName {
            name: batch_name(batch, is_only),
            meaning: Meaning::Plain,
            last: changed(rollout, index, ctx),
        };
        page.line(figures::row(name, &batch.figures, &batch.worse, ctx, cells));
        add_versions(page, rollout, index, cells);
        add_differences(page, rollout, batch);
    }
}

// Adds lines that say which batches are worse than the other hubs.
fn add_findings(page: &mut Page, rollout: &Rollout, ctx: &TextContext) {
    let is_only = rollout.batches.len() == 1;
    let worse = rollout
        .batches
        .iter()
        .filter(|batch| !batch.worse.is_empty());
    let mut found = false;
    for batch in worse {
        found = true;
        let line = Line::styled(Meaning::Critical, ctx.symbols.down).gap(1);
        let name = format!("{} is worse than the rest: ", named(batch, is_only));
        let why = excesses(&batch.worse, ctx.symbols.separator);
        let line = line.with(Meaning::Critical, name);
        page.line(line.with(Meaning::Plain, why).hanging(2));
    }
    if !found && !is_only {
        page.text(
            Meaning::Plain,
            "no batch is worse than the rest, by the known figures below",
        );
    }
    if is_only && rollout.batches.iter().any(|batch| batch.name.is_none()) {
        page.text(Meaning::Dim, NO_BATCHES);
    }
}

// Adds "batch" to the name if the name does not have this word. In a sentence, a name like "second" alone would not be
// understood.
fn named(batch: &BatchView, is_only: bool) -> String {
    let name = batch_name(batch, is_only);
    match batch.name.is_none() || name.to_lowercase().contains("batch") {
        true => name,
        false => format!("batch {name}"),
    }
}

// When hubwatch last saw JupyterHub's version change in this batch.
fn changed(rollout: &Rollout, batch: usize, ctx: &TextContext) -> Option<ExpiringText> {
    let versions = rollout.components.first().into_iter();
    let places = versions
        .flat_map(|it| &it.versions)
        .flat_map(|it| &it.places);
    let own = places.filter(|place| place.batch == batch);
    let changes = own.filter_map(|place| place.since.as_ref());
    let changes = changes.filter(|since| since.before.is_some());
    let latest = changes.max_by_key(|since| since.first)?;
    let age = match latest.changed_after() {
        Some(after) => bounds::at_most(after, ctx),
        None => durations::age_since(latest.first, ctx.now),
    };
    Some(age.map(|age| format!("{age} ago")))
}

// Adds the batch's versions. A narrow page leaves out the version of Kubernetes if it is the same in the whole batch
// and nothing is wrong with it, since the table below shows it too.
fn add_versions(page: &mut Page, rollout: &Rollout, batch: usize, cells: usize) {
    let components: Vec<&ComponentView> = rollout.components.iter().take(2).collect();
    let names: Vec<&Component> = components.iter().map(|it| &it.component).collect();
    for (component, name) in components.iter().zip(component_names(&names)) {
        let is_needed = cells >= WIDE
            || component.component == Component::Jupyterhub
            || is_remarkable(component, batch);
        if is_needed {
            let line = Line::indented(4).with(Meaning::Dim, format!("{name} "));
            page.line(with_versions(line, component, batch).hanging(6));
        }
    }
}

fn is_remarkable(component: &ComponentView, batch: usize) -> bool {
    let is_here = |place: &&PlaceView| place.batch == batch;
    let places = component.versions.iter().flat_map(|it| &it.places);
    let is_off_here = places.filter(is_here).any(is_off);
    let is_unknown = component.unknown.iter().any(|it| it.batch == batch);
    is_off_here
        || is_unknown
        || component.differs_in.contains(&batch)
        || component.more_in.contains_key(&batch)
}

fn with_versions(mut line: Line, component: &ComponentView, batch: usize) -> Line {
    let versions = component.versions.iter();
    let mut found: Vec<(&VersionView, Vec<&PlaceView>)> = versions
        .map(|version| (version, places_in(version, batch)))
        .filter(|(_, places)| !places.is_empty())
        .collect();
    found.sort_by_key(|(_, places)| std::cmp::Reverse(places.len()));
    let unknown = component.unknown.iter().filter(|it| it.batch == batch);
    let unknown = unknown.count();
    let unlisted = component.more_in.get(&batch).copied().unwrap_or_default();
    let unnamed = found
        .iter()
        .skip(MAX_VERSIONS)
        .map(|(_, places)| places.len());
    let more = MoreVersions {
        versions: found.len().saturating_sub(MAX_VERSIONS) + unlisted.versions,
        places: unnamed.sum::<usize>() + unlisted.places,
    };
    let is_whole = found.len() == 1 && unknown == 0 && more.versions == 0;
    let is_nothing = found.is_empty() && more.versions == 0;
    let unit = match component.component {
        Component::Kubernetes => "cluster",
        Component::Jupyterhub | Component::Image(_) => "hub",
    };
    let is_first = found.is_empty();
    for (index, (version, places)) in found.into_iter().take(MAX_VERSIONS).enumerate() {
        if index > 0 {
            line = line.with(Meaning::Dim, ", ");
        }
        line = line.with(Meaning::Plain, clean(&version.version).into_owned());
        if !is_whole {
            line = line.with(
                Meaning::Plain,
                format!(" on {}", counted(places.len(), unit)),
            );
        }
        line = with_remarks(line, &places);
    }
    if more.versions > 0 {
        let text = more_versions(more, is_first, unit);
        line = line.with(Meaning::Plain, text);
    }
    if unknown > 0 {
        if !is_nothing {
            line = line.with(Meaning::Dim, ", ");
        }
        line = line.with(Meaning::Unknown, format!("not known on {unknown}"));
    }
    line
}

fn more_versions(more: MoreVersions, is_first: bool, unit: &str) -> String {
    let places = counted(more.places, unit);
    let MoreVersions { versions, .. } = more;
    match (is_first, versions) {
        (true, _) => format!("{} on {places}", counted(versions, "different version")),
        (false, 1) => format!(" and 1 more version on {places}"),
        (false, _) => format!(" and {versions} more versions on {places}"),
    }
}

fn counted(count: usize, unit: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

// Adds how many places have the wrong version, and how many give no version now.
fn with_remarks(line: Line, places: &[&PlaceView]) -> Line {
    let mut remarks = standings(places);
    for (why, meaning, text) in SILENCES {
        let is_so = |seen: LastSeen| seen.why == why;
        let silent = places
            .iter()
            .filter(|place| place.last_seen.is_some_and(is_so));
        match silent.count() {
            0 => {}
            count => remarks.push((meaning, format!("{count} {text}"))),
        }
    }
    if remarks.is_empty() {
        return line;
    }
    let mut line = line.with(Meaning::Plain, " (");
    for (index, (meaning, text)) in remarks.into_iter().enumerate() {
        if index > 0 {
            line = line.with(Meaning::Plain, ", ");
        }
        line = line.with(meaning, text);
    }
    line.with(Meaning::Plain, ")")
}

// Counts the places for each comparison text. The texts may differ, since the wanted version may differ between hubs.
fn standings(places: &[&PlaceView]) -> Vec<(Meaning, String)> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for place in places.iter().filter(|place| is_off(place)) {
        if let Some(text) = standing(&place.standing) {
            *counts.entry(text).or_default() += 1;
        }
    }
    let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let rest = counts.iter().skip(MAX_STANDINGS).map(|(_, count)| count);
    let rest: usize = rest.sum();
    let shown = counts.into_iter().take(MAX_STANDINGS);
    let shown = shown.map(|(text, count)| match count == places.len() {
        true => text,
        false => format!("{count} {text}"),
    });
    let rest = (rest > 0).then(|| format!("{rest} more differ"));
    let texts = shown.chain(rest);
    texts.map(|text| (Meaning::Warning, text)).collect()
}

fn is_off(place: &PlaceView) -> bool {
    matches!(
        place.standing,
        Standing::Behind(_) | Standing::Ahead(_) | Standing::Other(_)
    )
}

fn places_in(version: &VersionView, batch: usize) -> Vec<&PlaceView> {
    let places = version.places.iter();
    places.filter(|place| place.batch == batch).collect()
}

fn add_differences(page: &mut Page, rollout: &Rollout, batch: &BatchView) {
    if batch.name.is_none() || batch.differs.is_empty() {
        return;
    }
    let all: Vec<&Component> = rollout.components.iter().map(|it| &it.component).collect();
    let names = component_names(&all);
    let differing = batch.differs.iter().filter_map(|at| names.get(*at));
    let shown: Vec<&str> = differing.map(String::as_str).collect();
    let text = format!(
        "differs within the batch: {}",
        super::listed(shown.into_iter(), MAX_DIFFERING)
    );
    page.line(Line::indented(4).with(Meaning::Warning, text).hanging(6));
}
