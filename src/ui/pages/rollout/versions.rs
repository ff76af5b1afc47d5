//! The versions of each component: where and since when each version runs, and the figures of the places where it runs.

use std::collections::BTreeMap;

use super::super::page::Page;
use super::bounds;
use super::figures::{self, RowName};
use super::places;
use crate::domain::rollout::{Component, QueriedPart};
use crate::picture::rollout::{ComponentView, MoreVersions, PlaceView, Rollout, VersionView};
use crate::text::sanitize::{clean, fit};
use crate::text::{ExpiringText, Line, Meaning, TextContext, durations};
use crate::wording::rollout::{component_names, excesses, standing};

/// At most this many versions of a component are shown.
const MAX_VERSIONS: usize = 12;

/// At most this many images with several versions are shown.
const MAX_IMAGES: usize = 20;

/// At most this many images with the same version everywhere are named.
const MAX_UNIFORM: usize = 40;

const VERSION_CELLS: usize = 40;

/// Adds the components. Images that have only one version share a paragraph.
pub(super) fn add(page: &mut Page, rollout: &Rollout, ctx: &TextContext, cells: usize) {
    let all: Vec<&Component> = rollout.components.iter().map(|it| &it.component).collect();
    let names = component_names(&all);
    let named = rollout.components.iter().zip(&names);
    let (uniform, mixed): (Vec<_>, Vec<_>) = named.partition(|(it, _)| is_uniform(it));
    let more = mixed.len().saturating_sub(MAX_IMAGES + 2);
    for (component, name) in mixed.into_iter().take(MAX_IMAGES + 2) {
        add_component(page, component, name, rollout, ctx, cells);
    }
    if more > 0 {
        let text = format!("and {more} more images with several versions: see -o json");
        page.text(Meaning::Dim, text);
    }
    add_uniform(page, &uniform, &uniform_title(rollout));
}

// Whether the component is an image with one version in all places, and this version is the wanted one, the newest one
// or the only one known. Such an image needs no section of its own.
fn is_uniform(component: &ComponentView) -> bool {
    let is_image = matches!(component.component, Component::Image(_));
    let mut places = component.versions.iter().flat_map(|it| &it.places);
    let is_well = places.all(|place| {
        use crate::picture::rollout::Standing::{Alone, Newest, Wanted};
        matches!(place.standing, Alone | Newest | Wanted)
    });
    is_image && component.versions.len() <= 1 && component.unknown.is_empty() && is_well
}

fn add_component(
    page: &mut Page,
    component: &ComponentView,
    name: &str,
    rollout: &Rollout,
    ctx: &TextContext,
    cells: usize,
) {
    page.line(Line::new());
    let name = fit(name, VERSION_CELLS, ctx.symbols.ellipsis);
    page.line(figures::header(&name, "seen for", cells));
    let (shown, hidden) = most_used(&component.versions);
    for version in shown {
        add_version(page, component, version, rollout, ctx, cells);
    }
    let more = hidden.versions + component.more_versions;
    if more > 0 {
        let places = hidden.places + component.more_places;
        let text = format!("  and {more} more versions in {places} places");
        page.text(Meaning::Plain, text);
    }
    places::add_unknown(page, component, ctx);
}

// The versions with the most places, in their original order, and the number of the remaining versions.
fn most_used(versions: &[VersionView]) -> (Vec<&VersionView>, MoreVersions) {
    let mut ranked: Vec<usize> = (0..versions.len()).collect();
    let places = |at: usize| versions.get(at).map_or(0, |version| version.places.len());
    ranked.sort_by_key(|at| std::cmp::Reverse(places(*at)));
    ranked.truncate(MAX_VERSIONS);
    let mut shown = Vec::new();
    let mut more = MoreVersions::default();
    for (at, version) in versions.iter().enumerate() {
        if ranked.contains(&at) {
            shown.push(version);
        } else {
            more.versions += 1;
            more.places += version.places.len();
        }
    }
    (shown, more)
}

fn add_version(
    page: &mut Page,
    component: &ComponentView,
    version: &VersionView,
    rollout: &Rollout,
    ctx: &TextContext,
    cells: usize,
) {
    let text = clean(&version.version);
    let name = RowName {
        name: fit(&text, VERSION_CELLS, ctx.symbols.ellipsis).into_owned(),
        meaning: Meaning::Plain,
        last: seen_for(&version.places, ctx),
    };
    page.line(figures::row(
        name,
        &version.figures,
        &version.worse,
        ctx,
        cells,
    ));
    let mut parts: Vec<(Meaning, String)> = standings(version);
    parts.extend(places::batches(version, rollout).map(|text| (Meaning::Plain, text)));
    parts.push((Meaning::Dim, places::places(component, version)));
    let mut line = Line::indented(4);
    for (index, (meaning, text)) in parts.into_iter().enumerate() {
        if index > 0 {
            line = line.with(Meaning::Dim, ctx.symbols.separator);
        }
        line = line.with(meaning, text);
    }
    page.line(line.hanging(6));
    if !version.worse.is_empty() {
        let text = format!(
            "worse than the rest: {}",
            excesses(&version.worse, ctx.symbols.separator)
        );
        page.line(Line::indented(4).with(Meaning::Critical, text).hanging(6));
    }
    places::add_silent(page, version, ctx);
}

// How long ago a place was first seen with this version. The age is a lower bound if the version was already there at
// the first reading. It is an upper bound if hubwatch did not run between the previous version and this one.
fn seen_for(places: &[PlaceView], ctx: &TextContext) -> Option<ExpiringText> {
    let known = places.iter().filter_map(|place| place.since.as_ref());
    let first = known.min_by_key(|since| (since.first, since.before.is_some()))?;
    Some(match (first.changed_after(), &first.before) {
        (Some(after), _) => bounds::at_most(after, ctx),
        (None, Some(_)) => durations::age_since(first.first, ctx.now),
        (None, None) => bounds::at_least(first.first, ctx),
    })
}

fn standings(version: &VersionView) -> Vec<(Meaning, String)> {
    let mut counts: BTreeMap<String, (bool, usize)> = BTreeMap::new();
    for place in &version.places {
        if let Some(text) = standing(&place.standing) {
            use crate::picture::rollout::Standing::{Newest, Wanted};
            let is_well = matches!(place.standing, Newest | Wanted);
            counts.entry(text).or_insert((is_well, 0)).1 += 1;
        }
    }
    let is_one = counts.len() == 1;
    let parts = counts.into_iter().map(|(text, (is_well, count))| {
        let meaning = match is_well {
            true => Meaning::Plain,
            false => Meaning::Warning,
        };
        match is_one {
            true => (meaning, text),
            false => (meaning, format!("{count} {text}")),
        }
    });
    parts.collect()
}

// The title of the paragraph about uniform images. In clusters whose images are not known, other versions may run.
fn uniform_title(rollout: &Rollout) -> String {
    let missing = rollout.missing.iter();
    let missing = missing.filter(|it| it.part == QueriedPart::Images);
    let clusters: Vec<_> = missing.map(|it| it.cluster.as_ref()).collect();
    let count = clusters.iter().flatten().count();
    let known = "Images with one version everywhere, as far as known";
    match (clusters.is_empty(), clusters.contains(&None), count) {
        (true, ..) => "Images with one version everywhere".to_owned(),
        (_, true, _) => format!("{known} (not all of Prometheus was read)"),
        (_, false, 1) => format!("{known} (not known in 1 cluster)"),
        (_, false, count) => format!("{known} (not known in {count} clusters)"),
    }
}

fn add_uniform(page: &mut Page, uniform: &[(&ComponentView, &String)], title: &str) {
    if uniform.is_empty() {
        return;
    }
    page.heading(title);
    let names = uniform.iter().filter_map(|(component, name)| {
        let version = component.versions.first()?;
        Some(format!("{name} {}", clean(&version.version)))
    });
    let names: Vec<String> = names.collect();
    let text = super::listed(names.iter().map(String::as_str), MAX_UNIFORM);
    page.line(Line::indented(2).with(Meaning::Plain, text).hanging(2));
}
