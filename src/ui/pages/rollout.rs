//! The page of the rollout: which versions run where. The batches with their figures come first, so that a bad batch is
//! read first. The components follow, each with its versions.

mod batches;
mod bounds;
mod failures;
mod figures;
mod places;
mod versions;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::page::Page;
use crate::app::model::Model;
use crate::domain::rollout::QueriedPart;
use crate::picture::rollout::{Rollout, rollout};
use crate::text::sanitize::clean;
use crate::text::{Line, Meaning, TextContext, dates, durations};
use crate::wording::rollout::queried_part;
use chrono::TimeDelta;

/// The most names in a line, for example of clusters that lack a part.
const MAX_MISSING_NAMED: usize = 6;

/// A reading that is older than this counts as out of date.
const CURRENT_FOR: TimeDelta = TimeDelta::minutes(15);

/// The page for the overlay.
pub fn view(model: &Model, ctx: &TextContext, cells: usize) -> Page {
    let Some(picture) = &model.picture else {
        let mut page = Page::new(Line::styled(Meaning::TitleFocused, "Rollout"));
        page.text(
            Meaning::Unknown,
            "nothing is known yet: the sources are still asked",
        );
        return page;
    };
    let reading = model.versions.as_deref();
    page(
        &rollout(picture, reading, &model.policy.rollout),
        ctx,
        cells,
    )
}

pub fn page(rollout: &Rollout, ctx: &TextContext, cells: usize) -> Page {
    let mut page = Page::new(Line::styled(Meaning::TitleFocused, "Rollout"));
    batches::add(&mut page, rollout, ctx, cells);
    add_asked(&mut page, rollout, ctx);
    failures::add(&mut page, rollout, ctx);
    add_missing(&mut page, rollout, ctx);
    versions::add(&mut page, rollout, ctx, cells);
    page.line(Line::new());
    page.text(Meaning::Dim, legend(ctx));
    page
}

const LEGEND: &str = "p95 start: the median of the hubs' p95 over the last hour; failed: starts in 30 minutes; restarts: \
    of containers in the last hour; * not known for all hubs. Worse: compared with all other hubs.";

// Explains the signs ≥ and ≤ before a time. The time is a bound if nothing was recorded before the version's first
// reading, or between the previous version and this one.
fn legend(ctx: &TextContext) -> String {
    let (more, less) = (ctx.symbols.at_least, ctx.symbols.at_most);
    format!(
        "{LEGEND} {more}, {less}: at least, at most this long, as nothing was recorded before or between."
    )
}

fn add_asked(page: &mut Page, rollout: &Rollout, ctx: &TextContext) {
    page.line(Line::new());
    match rollout.asked_at {
        None => page.text(
            Meaning::Unknown,
            "Prometheus has not yet been queried for Kubernetes, images and restarts",
        ),
        Some(at) if ctx.now.wall - at > CURRENT_FOR => {
            let at = dates::short_time(at, ctx);
            let text = at.map(|at| format!("Kubernetes, images and restarts are as of {at}"));
            page.line(unknown(ctx).with(Meaning::Unknown, text).hanging(2));
        }
        Some(at) => {
            let age = durations::age_since(at, ctx.now);
            let text = age.map(|age| format!("Kubernetes, images and restarts: asked {age} ago"));
            page.text(Meaning::Dim, text);
        }
    }
    if !rollout.wanted_unseen.is_empty() {
        let names = rollout.wanted_unseen.iter().map(String::as_str);
        let names = listed(names, MAX_MISSING_NAMED);
        let text = format!("[[rollout.wanted]] names components that run nowhere: {names}");
        page.line(unknown(ctx).with(Meaning::Unknown, text).hanging(2));
    }
    if rollout.foreign_clusters > 0 {
        let (count, verb) = match rollout.foreign_clusters {
            1 => ("1 cluster".to_owned(), "is"),
            count => (format!("{count} clusters"), "are"),
        };
        let text = format!("left out: Prometheus has series of {count} that {verb} not configured");
        page.line(unknown(ctx).with(Meaning::Unknown, text).hanging(2));
    }
}

// Adds the parts that clusters lack. Without this line, a cluster without data would look as if it had the same
// versions as the other clusters.
fn add_missing(page: &mut Page, rollout: &Rollout, ctx: &TextContext) {
    let mut absent: BTreeMap<QueriedPart, Vec<&str>> = BTreeMap::new();
    for missing in &rollout.missing {
        if let (None, Some(cluster)) = (&missing.failure, &missing.cluster) {
            let clusters = absent.entry(missing.part).or_default();
            clusters.push(cluster.as_str());
        }
    }
    // Parts that the same clusters lack share a line.
    let mut by_clusters: BTreeMap<Vec<&str>, Vec<&str>> = BTreeMap::new();
    for (part, clusters) in absent {
        let parts = by_clusters.entry(clusters).or_default();
        parts.push(queried_part(part));
    }
    for (clusters, parts) in by_clusters {
        let parts = parts.join(", ");
        let (count, verb) = match clusters.len() {
            1 => ("1 cluster".to_owned(), "has"),
            count => (format!("{count} clusters"), "have"),
        };
        let names = listed(clusters.into_iter(), MAX_MISSING_NAMED);
        let text = format!("{parts} not known in {count}, which {verb} no such series: {names}");
        page.line(unknown(ctx).with(Meaning::Unknown, text).hanging(2));
    }
}

fn unknown(ctx: &TextContext) -> Line {
    Line::styled(Meaning::Unknown, ctx.symbols.unknown).gap(1)
}

/// The first `max` names, and the number of the others.
fn listed<'a>(names: impl Iterator<Item = &'a str>, max: usize) -> String {
    let names: Vec<&str> = names.collect();
    let shown = names.iter().take(max).map(|name| clean(name));
    let shown: Vec<_> = shown.collect();
    let more = names.len().saturating_sub(max);
    match more {
        0 => shown.join(", "),
        _ => format!("{} and {more} more", shown.join(", ")),
    }
}
