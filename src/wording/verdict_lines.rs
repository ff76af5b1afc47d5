//! Every ground for the verdict with its reason, for a text that has no second screen to look at. What
//! holds for many hubs for one reason is one line.

use std::collections::{BTreeSet, HashMap};

use crate::domain::health::Evidence;
use crate::domain::hub::Health;
use crate::domain::ids::HubKey;
use crate::domain::verdict::VerdictLevel;
use crate::picture::{HubView, Picture, Reason, ReasonKind};

use super::evidence::{describe, health_name};
use super::reason::{NO_SOURCES, explain};
use super::{part, source};
use crate::text::context::TextContext;
use crate::text::sanitize::clean;

/// What is said where no source is configured, to somebody who can do something about it.
const NO_SOURCES_HINT: &str = "fill in the configuration, or make one with hubwatch import DIR";

/// So many hubs of one cluster are named.
const MAX_NAMED_HUBS: usize = 4;

/// One line.
enum ReasonLine<'a> {
    Plain(String),
    Hubs {
        health: Health,
        cause: String,
        hubs: Vec<&'a HubKey>,
    },
}

/// The grounds in their order, with their level.
pub fn reason_lines(picture: &Picture, ctx: &TextContext) -> Vec<(VerdictLevel, String)> {
    let hubs: HashMap<&HubKey, &HubView> = picture.hubs().map(|hub| (&hub.spec.key, hub)).collect();
    let mut lines: Vec<(VerdictLevel, ReasonLine<'_>)> = Vec::new();
    // By level, health and reason: there may be thousands of grounds.
    let mut folded: HashMap<(VerdictLevel, Health, String), usize> = HashMap::new();
    for reason in &picture.verdict.reasons {
        let level = reason.level;
        let Some((key, health)) = hub_and_health(reason) else {
            lines.push((level, ReasonLine::Plain(plain_line(reason, picture, ctx))));
            continue;
        };
        let why = hubs.get(key).map_or(String::new(), |hub| causes(hub, ctx));
        let at = *folded
            .entry((level, health, why.clone()))
            .or_insert(lines.len());
        match lines.get_mut(at) {
            Some((_, ReasonLine::Hubs { hubs, .. })) => hubs.push(key),
            _ => {
                let hubs = vec![key];
                lines.push((
                    level,
                    ReasonLine::Hubs {
                        health,
                        cause: why,
                        hubs,
                    },
                ));
            }
        }
    }
    let said = lines.into_iter();
    said.map(|(level, line)| (level, format_line(line)))
        .collect()
}

fn hub_and_health(ground: &Reason) -> Option<(&HubKey, Health)> {
    match &ground.kind {
        ReasonKind::HubUnknown(key) => Some((key, Health::Unknown)),
        ReasonKind::HubDegraded(key) => Some((key, Health::Degraded)),
        _ => None,
    }
}

fn plain_line(ground: &Reason, picture: &Picture, ctx: &TextContext) -> String {
    match &ground.kind {
        ReasonKind::NoSources => format!("{NO_SOURCES}: {NO_SOURCES_HINT}"),
        ReasonKind::SourceNotFresh(id, _) => match picture.source(id) {
            Some(view) => source::describe(view, ctx).text,
            None => explain(ground, picture, ctx).text,
        },
        ReasonKind::PartMissing(id, name) => match picture.source(id) {
            Some(view) => part::missing_in_full(view, *name),
            None => explain(ground, picture, ctx).text,
        },
        _ => explain(ground, picture, ctx).text,
    }
}

// A source that is not fresh has its own line, with its age and its error.
fn causes(hub: &HubView, ctx: &TextContext) -> String {
    let texts = hub.evidence.iter().map(|one| match one {
        Evidence::SourceNotLive {
            source, state: how, ..
        } => format!(
            "{} {}",
            clean(&source.to_string()),
            source::state_name(*how)
        ),
        other => describe(other, ctx).text,
    });
    texts.collect::<Vec<_>>().join(", ")
}

fn format_line(line: ReasonLine<'_>) -> String {
    match line {
        ReasonLine::Plain(text) => text,
        ReasonLine::Hubs {
            health: how,
            cause: why,
            hubs,
        } => {
            let head = format!("{} {}", hub_names(&hubs), health_name(how));
            if why.is_empty() {
                head
            } else {
                format!("{head}: {why}")
            }
        }
    }
}

fn hub_names(hubs: &[&HubKey]) -> String {
    if let [only] = hubs {
        return clean(&only.to_string()).into_owned();
    }
    let clusters: BTreeSet<_> = hubs.iter().map(|key| &key.cluster).collect();
    let mut names = clusters.iter().map(|name| clean(name.as_str()));
    match (names.next(), names.next()) {
        (Some(only), None) if hubs.len() <= MAX_NAMED_HUBS => {
            let hubs = hubs.iter().map(|key| key.hub.as_str());
            format!("{only}/{{{}}}", clean(&hubs.collect::<Vec<_>>().join(",")))
        }
        (Some(only), None) => format!("{} hubs of {only}", hubs.len()),
        _ => format!("{} hubs of {} clusters", hubs.len(), clusters.len()),
    }
}
