//! The batches: which is worse than the rest, and what runs in each.

use super::super::page::Page;
use super::failures;
use super::figures::{self, RowName, WIDE};
use crate::domain::rollout::Component;
use crate::picture::rollout::{
    BatchView, ComponentView, PlaceView, Rollout, Standing, VersionView,
};
use crate::text::sanitize::clean;
use crate::text::{ExpiringText, Line, Meaning, TextContext, durations};
use crate::wording::rollout::{batch_name, component_names, excesses, standing};

/// Versions of one component that are named in a batch.
const MAX_VERSIONS: usize = 4;

/// Components that are named as different within a batch.
const MAX_DIFFERING: usize = 6;

const NO_BATCHES: &str =
    "no batches are configured ([[rollout.batch]]): compare the versions below";

/// Adds them.
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

// The first lines say which batch is bad, in words.
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
            "no batch is worse than the rest, as far as the figures below are known",
        );
    }
    if is_only && rollout.batches.iter().any(|batch| batch.name.is_none()) {
        page.text(Meaning::Dim, NO_BATCHES);
    }
}

// In a sentence a batch called "second" is one only if the word stands before it.
fn named(batch: &BatchView, is_only: bool) -> String {
    let name = batch_name(batch, is_only);
    match batch.name.is_none() || name.to_lowercase().contains("batch") {
        true => name,
        false => format!("batch {name}"),
    }
}

// When a version of JupyterHub was last seen to change in this batch.
fn changed(rollout: &Rollout, batch: usize, ctx: &TextContext) -> Option<ExpiringText> {
    let versions = rollout.components.first().into_iter();
    let places = versions
        .flat_map(|it| &it.versions)
        .flat_map(|it| &it.places);
    let own = places.filter(|place| place.batch == batch);
    let changes = own.filter_map(|place| {
        let since = place.since.as_ref()?;
        since.before.as_ref().map(|_| since.first)
    });
    let latest = changes.max()?;
    let age = durations::age_since(latest, ctx.now);
    Some(age.map(|age| format!("{age} ago")))
}

// A narrow page leaves Kubernetes to its table below.
fn add_versions(page: &mut Page, rollout: &Rollout, batch: usize, cells: usize) {
    let count = if cells >= WIDE { 2 } else { 1 };
    let components: Vec<&ComponentView> = rollout.components.iter().take(count).collect();
    let names: Vec<&Component> = components.iter().map(|it| &it.component).collect();
    for (component, name) in components.iter().zip(component_names(&names)) {
        let line = Line::indented(4).with(Meaning::Dim, format!("{name} "));
        page.line(with_versions(line, component, batch).hanging(6));
    }
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
    let more = found.len().saturating_sub(MAX_VERSIONS);
    let is_whole = found.len() == 1 && unknown == 0;
    let is_nothing = found.is_empty();
    let unit = match component.component {
        Component::Kubernetes => "cluster",
        Component::Jupyterhub | Component::Image(_) => "hub",
    };
    for (index, (version, places)) in found.into_iter().take(MAX_VERSIONS).enumerate() {
        if index > 0 {
            line = line.with(Meaning::Dim, ", ");
        }
        line = line.with(Meaning::Plain, clean(&version.version).into_owned());
        if !is_whole {
            let count = places.len();
            let plural = if count == 1 { "" } else { "s" };
            line = line.with(Meaning::Plain, format!(" on {count} {unit}{plural}"));
        }
        line = with_remarks(line, &places);
    }
    if more > 0 {
        line = line.with(Meaning::Plain, format!(" and {more} more versions"));
    }
    if unknown > 0 {
        if !is_nothing {
            line = line.with(Meaning::Dim, ", ");
        }
        line = line.with(Meaning::Unknown, format!("not known on {unknown}"));
    }
    line
}

// A version that is not as it should be, or that does not answer.
fn with_remarks(line: Line, places: &[&PlaceView]) -> Line {
    let silent = places.iter().filter(|place| place.last_seen.is_some());
    let silent = silent.count();
    let off: Vec<&PlaceView> = places
        .iter()
        .copied()
        .filter(|place| is_off(place))
        .collect();
    let standing = off.first().and_then(|place| standing(&place.standing));
    let standing = standing.map(|text| match off.len() == places.len() {
        true => (Meaning::Warning, text),
        false => (Meaning::Warning, format!("{} {text}", off.len())),
    });
    let silent = (silent > 0).then(|| (Meaning::Critical, format!("{silent} not answering")));
    let remarks: Vec<(Meaning, String)> = standing.into_iter().chain(silent).collect();
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
