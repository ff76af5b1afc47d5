//! The sources that could not be read, grouped by reason. Their figures are not known.

use std::collections::BTreeMap;

use super::super::page::Page;
use super::{MAX_MISSING_NAMED, listed, unknown};
use crate::domain::ids::ClusterName;
use crate::domain::source::SourceId;
use crate::picture::rollout::Rollout;
use crate::text::sanitize::clean;
use crate::text::{Meaning, TextContext};
use crate::wording::rollout::{figure_group, queried_part};

/// At most this many different failures are listed.
const MAX_FAILURES: usize = 8;

/// The sources, and the parts of sources, that failed for the same reason.
#[derive(Default)]
struct Failed<'a> {
    sources: Vec<String>,
    parts: Vec<&'a str>,
}

impl<'a> Failed<'a> {
    fn add(&mut self, source: String, part: &'a str) {
        if !self.sources.contains(&source) {
            self.sources.push(source);
        }
        if !self.parts.contains(&part) {
            self.parts.push(part);
        }
    }
}

fn named(source: &SourceId, cluster: Option<&ClusterName>) -> String {
    match cluster {
        Some(cluster) => format!("{source} ({cluster})"),
        None => source.to_string(),
    }
}

/// Adds a line above the figures with the names of the sources whose figures are not known.
pub(super) fn add_names(page: &mut Page, rollout: &Rollout, ctx: &TextContext) {
    let mut names: Vec<String> = Vec::new();
    for one in &rollout.unread {
        let name = named(&one.source, one.cluster.as_ref());
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if names.is_empty() {
        return;
    }
    let names = listed(names.iter().map(String::as_str), MAX_MISSING_NAMED);
    let text = format!("no data from {names}: see below the batches");
    page.line(unknown(ctx).with(Meaning::Unknown, text).hanging(2));
}

/// Adds the failures. Sources of cases and health come first, then sources that give only versions.
pub(super) fn add(page: &mut Page, rollout: &Rollout, ctx: &TextContext) {
    let mut all: Vec<(&str, Failed<'_>)> = Vec::new();
    let mut positions: BTreeMap<&str, usize> = BTreeMap::new();
    let mut add = |why, source, part| {
        let position = *positions.entry(why).or_insert(all.len());
        if position == all.len() {
            all.push((why, Failed::default()));
        }
        if let Some((_, failed)) = all.get_mut(position) {
            failed.add(source, part);
        }
    };
    for one in &rollout.unread {
        let source = named(&one.source, one.cluster.as_ref());
        add(one.failure.as_str(), source, figure_group(one.figures));
    }
    for one in &rollout.missing {
        if let Some(why) = &one.failure {
            let source = named(&one.source, one.cluster.as_ref());
            add(why.as_str(), source, queried_part(one.part));
        }
    }
    let more = all.len().saturating_sub(MAX_FAILURES);
    for (why, failed) in all.into_iter().take(MAX_FAILURES) {
        let sources = failed.sources.iter().map(String::as_str);
        let sources = listed(sources, MAX_MISSING_NAMED);
        let parts = failed.parts.join(", ");
        let text = format!("{sources}: {parts} are not known: {}", clean(why));
        page.line(unknown(ctx).with(Meaning::Unknown, text).hanging(2));
    }
    if more > 0 {
        page.text(Meaning::Unknown, format!("and {more} other failures"));
    }
}
