//! Every ground for the verdict with its reason, for a text that has no second screen to look at. What
//! holds for many hubs for one reason is one line.

use std::collections::{BTreeSet, HashMap};

use crate::domain::health::Evidence;
use crate::domain::hub::Health;
use crate::domain::ids::HubKey;
use crate::domain::verdict::VerdictLevel;
use crate::picture::{HubView, Picture, Reason, ReasonKind};

use super::evidence::{evidence, health};
use super::reason::{NOTHING_ASKED, reason};
use super::sanitize::clean;
use super::source;
use super::voice::Voice;

/// What is said where no source is configured, to somebody who can do something about it.
const FILL_IN: &str = "fill in the configuration, or make one with hubwatch import DIR";

/// So many hubs of one cluster are named.
const NAMED: usize = 4;

/// One line.
enum Line<'a> {
    Plain(String),
    Hubs {
        health: Health,
        why: String,
        hubs: Vec<&'a HubKey>,
    },
}

/// The grounds in their order, with their level.
pub fn told(picture: &Picture, voice: &Voice) -> Vec<(VerdictLevel, String)> {
    let hubs: HashMap<&HubKey, &HubView> = picture.hubs().map(|hub| (&hub.spec.key, hub)).collect();
    let mut lines: Vec<(VerdictLevel, Line<'_>)> = Vec::new();
    // By level, health and reason: there may be thousands of grounds.
    let mut folded: HashMap<(VerdictLevel, Health, String), usize> = HashMap::new();
    for ground in &picture.verdict.reasons {
        let level = ground.level;
        let Some((key, health)) = hub_of(ground) else {
            lines.push((level, Line::Plain(plain(ground, picture, voice))));
            continue;
        };
        let why = hubs.get(key).map_or(String::new(), |hub| why(hub, voice));
        let at = *folded
            .entry((level, health, why.clone()))
            .or_insert(lines.len());
        match lines.get_mut(at) {
            Some((_, Line::Hubs { hubs, .. })) => hubs.push(key),
            _ => {
                let hubs = vec![key];
                lines.push((level, Line::Hubs { health, why, hubs }));
            }
        }
    }
    let said = lines.into_iter();
    said.map(|(level, line)| (level, words(line))).collect()
}

fn hub_of(ground: &Reason) -> Option<(&HubKey, Health)> {
    match &ground.kind {
        ReasonKind::HubUnknown(key) => Some((key, Health::Unknown)),
        ReasonKind::HubDegraded(key) => Some((key, Health::Degraded)),
        _ => None,
    }
}

fn plain(ground: &Reason, picture: &Picture, voice: &Voice) -> String {
    match &ground.kind {
        ReasonKind::NoSources => format!("{NOTHING_ASKED}: {FILL_IN}"),
        ReasonKind::SourceNotFresh(id, _) => match picture.source(id) {
            Some(view) => source::source(view, voice).text,
            None => reason(ground, picture, voice).text,
        },
        _ => reason(ground, picture, voice).text,
    }
}

// A source that is not fresh has its own line, with its age and its error.
fn why(hub: &HubView, voice: &Voice) -> String {
    let said = hub.evidence.iter().map(|one| match one {
        Evidence::SourceNotLive {
            source, state: how, ..
        } => format!("{} {}", clean(&source.to_string()), source::state(*how)),
        other => evidence(other, voice).text,
    });
    said.collect::<Vec<_>>().join(", ")
}

fn words(line: Line<'_>) -> String {
    match line {
        Line::Plain(text) => text,
        Line::Hubs {
            health: how,
            why,
            hubs,
        } => {
            let head = format!("{} {}", whose(&hubs), health(how));
            if why.is_empty() {
                head
            } else {
                format!("{head}: {why}")
            }
        }
    }
}

fn whose(hubs: &[&HubKey]) -> String {
    if let [only] = hubs {
        return clean(&only.to_string()).into_owned();
    }
    let clusters: BTreeSet<_> = hubs.iter().map(|key| &key.cluster).collect();
    let mut names = clusters.iter().map(|name| clean(name.as_str()));
    match (names.next(), names.next()) {
        (Some(only), None) if hubs.len() <= NAMED => {
            let hubs = hubs.iter().map(|key| key.hub.as_str());
            format!("{only}/{{{}}}", clean(&hubs.collect::<Vec<_>>().join(",")))
        }
        (Some(only), None) => format!("{} hubs of {only}", hubs.len()),
        _ => format!("{} hubs of {} clusters", hubs.len(), clusters.len()),
    }
}
