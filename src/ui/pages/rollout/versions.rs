//! Each component by version: where it runs, since when, and how those places do.

use std::collections::BTreeMap;

use super::super::page::Page;
use super::figures::{self, RowName};
use super::places;
use crate::domain::rollout::Component;
use crate::picture::rollout::{ComponentView, PlaceView, Rollout, VersionView};
use crate::text::sanitize::{clean, fit};
use crate::text::{ExpiringText, Line, Meaning, TextContext, durations};
use crate::wording::rollout::{component_names, excesses, standing};

/// Versions of a component that are shown.
const MAX_VERSIONS: usize = 12;

/// Images with several versions that are shown.
const MAX_IMAGES: usize = 20;

/// Images with one version that are named.
const MAX_UNIFORM: usize = 40;

const VERSION_CELLS: usize = 40;

/// Adds them: those that are the same everywhere in one paragraph.
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
        let text = format!("and {more} more images with several versions: -o json has them");
        page.text(Meaning::Dim, text);
    }
    add_uniform(page, &uniform);
}

// Nothing to say of an image with one version that has nothing to be compared with.
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
    for version in component.versions.iter().take(MAX_VERSIONS) {
        add_version(page, component, version, rollout, ctx, cells);
    }
    let hidden = component.versions.len().saturating_sub(MAX_VERSIONS);
    let more = hidden + component.more_versions;
    if more > 0 {
        page.text(Meaning::Plain, format!("  and {more} more versions"));
    }
    places::add_unknown(page, component, ctx);
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

// Since the first place was seen with it; at least so long, if it ran there when it was first looked at.
fn seen_for(places: &[PlaceView], ctx: &TextContext) -> Option<ExpiringText> {
    let known = places.iter().filter_map(|place| place.since.as_ref());
    let first = known.min_by_key(|since| (since.first, since.before.is_some()))?;
    let at_least = match first.before {
        Some(_) => "",
        None => ctx.symbols.at_least,
    };
    let age = durations::age_since(first.first, ctx.now);
    Some(age.map(|age| format!("{at_least}{age}")))
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

fn add_uniform(page: &mut Page, uniform: &[(&ComponentView, &String)]) {
    if uniform.is_empty() {
        return;
    }
    page.heading("Images with one version wherever they run");
    let names = uniform.iter().filter_map(|(component, name)| {
        let version = component.versions.first()?;
        Some(format!("{name} {}", clean(&version.version)))
    });
    let names: Vec<String> = names.collect();
    let text = super::listed(names.iter().map(String::as_str), MAX_UNIFORM);
    page.line(Line::indented(2).with(Meaning::Plain, text).hanging(2));
}
