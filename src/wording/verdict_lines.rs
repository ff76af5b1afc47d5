//! All reasons for the verdict, one line each, for the text of `check`. Hubs or sources with the same reason share a
//! line. The hubs of a cluster that is down share a line too.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::domain::health::Evidence;
use crate::domain::hub::Health;
use crate::domain::ids::{CaseId, HubKey};
use crate::domain::source::{SourceKind, SourceState};
use crate::domain::verdict::VerdictLevel;
use crate::picture::mismatch::MismatchGroups;
use crate::picture::{HubView, Picture, Reason, ReasonKind, Row, SourceView, Storm};

use super::evidence::{describe, health_name};
use super::outage::OutageRows;
use super::reason::explain;
use super::source::{self, NO_SOURCES};
use super::{part, storm};
use crate::text::context::{TextContext, TextLength};
use crate::text::sanitize::{clean, fit};

/// The hint if no source is configured.
const NO_SOURCES_HINT: &str = "fill in the configuration, or make one with hubwatch import DIR";

/// At most this many hubs of a cluster are named.
const MAX_NAMED_HUBS: usize = 4;

/// If at least this many sources fail in the same way, they share a line.
const MIN_FOLDED_SOURCES: usize = 3;

/// A cause that is longer than this is cut.
const MAX_CAUSE_CELLS: usize = 500;

enum ReasonLine<'a> {
    Plain(String),
    Hubs {
        health: Health,
        cause: String,
        hubs: Vec<&'a HubKey>,
    },
}

/// Identifies a line that several reasons share. Lines are found in a map, since there may be thousands of reasons.
#[derive(PartialEq, Eq, Hash)]
enum LineKey {
    /// Hubs with the same reason.
    Hubs(VerdictLevel, Health, String),
    /// A cluster's row of hubs that are down. The text is the row's key.
    Outage(String),
    /// The open cases of one alert in many places. The text is the storm's key.
    Storm(String),
    /// A group of mismatches. The number is the index of its first mismatch.
    Mismatches(VerdictLevel, usize),
    /// Sources of one kind that fail in the same way.
    Sources(SourceKind, SourceState, Option<String>),
}

/// One line per group of reasons, with its level. The lines are in the order of the reasons.
pub fn reason_lines(picture: &Picture, ctx: &TextContext) -> Vec<(VerdictLevel, String)> {
    let facts = Facts::of_picture(picture, ctx);
    let mut lines: Vec<(VerdictLevel, ReasonLine<'_>)> = Vec::new();
    let mut line_by_key: HashMap<LineKey, usize> = HashMap::new();
    for reason in &picture.verdict.reasons {
        let key = facts.key(reason);
        let known = key.as_ref().and_then(|key| line_by_key.get(key)).copied();
        if let Some((_, line)) = known.and_then(|at| lines.get_mut(at)) {
            if let (ReasonLine::Hubs { hubs, .. }, Some((key, _))) = (line, hub_and_health(reason))
            {
                hubs.push(key);
            }
            continue;
        }
        let line = facts.line(reason, key.as_ref());
        if let Some(key) = key {
            line_by_key.insert(key, lines.len());
        }
        lines.push((reason.level, line));
    }
    let said = lines.into_iter();
    said.map(|(level, line)| (level, format_line(line)))
        .collect()
}

struct Facts<'a> {
    picture: &'a Picture,
    ctx: &'a TextContext,
    hubs: HashMap<&'a HubKey, &'a HubView>,
    outages: OutageRows<'a>,
    groups: MismatchGroups<'a>,
    storms: HashMap<&'a CaseId, &'a Storm>,
}

impl<'a> Facts<'a> {
    fn of_picture(picture: &'a Picture, ctx: &'a TextContext) -> Self {
        Self {
            hubs: picture.hubs().map(|hub| (&hub.spec.key, hub)).collect(),
            outages: OutageRows::of_picture(picture),
            groups: MismatchGroups::of_picture(picture),
            storms: storms_by_case(picture),
            picture,
            ctx,
        }
    }

    fn key(&self, reason: &Reason) -> Option<LineKey> {
        let row = self.outages.row_of_reason(&reason.kind, self.picture);
        if let Some(row) = row.filter(|_| !matches!(reason.kind, ReasonKind::Mismatch(_))) {
            return Some(LineKey::Outage(row.key.clone()));
        }
        match &reason.kind {
            ReasonKind::BlindSpot(index) | ReasonKind::Mismatch(index) => {
                let group = self.groups.group_at(*index)?;
                let first = group.indices().next().filter(|_| group.is_folded())?;
                Some(LineKey::Mismatches(reason.level, first))
            }
            ReasonKind::OpenCase(id) => {
                let storm = self.storms.get(id)?;
                Some(LineKey::Storm(storm.key.clone()))
            }
            ReasonKind::SourceNotFresh(id, state) => {
                let alike = self.sources_alike(reason);
                let error = alike.first().and_then(|view| source::error(view));
                let is_many = alike.len() >= MIN_FOLDED_SOURCES;
                is_many.then_some(LineKey::Sources(id.kind, *state, error))
            }
            _ => {
                let (key, health) = hub_and_health(reason)?;
                Some(LineKey::Hubs(reason.level, health, self.cause(key)))
            }
        }
    }

    fn line(&self, reason: &'a Reason, key: Option<&LineKey>) -> ReasonLine<'a> {
        let (picture, ctx) = (self.picture, self.ctx);
        if let Some((key, health)) = hub_and_health(reason) {
            return ReasonLine::Hubs {
                health,
                cause: self.cause(key),
                hubs: vec![key],
            };
        }
        let text = match (&reason.kind, key) {
            (ReasonKind::BlindSpot(index) | ReasonKind::Mismatch(index), Some(_)) => self
                .groups
                .group_at(*index)
                .map_or_else(String::new, |group| {
                    group.describe(TextLength::Long, ctx).text
                }),
            (ReasonKind::SourceNotFresh(id, _), Some(_)) => {
                source::describe_many(id.kind.plural(), &self.sources_alike(reason), ctx).text
            }
            (ReasonKind::OpenCase(id), Some(LineKey::Storm(_))) => {
                self.storms.get(id).map_or_else(String::new, |storm| {
                    storm::describe(storm, picture, ctx.symbols)
                })
            }
            _ => plain_line(reason, picture, ctx),
        };
        ReasonLine::Plain(match self.why_down(reason, key) {
            Some(why) => format!("{text}: {why}"),
            None => text,
        })
    }

    // The evidence for a hub that is down. If several hubs that are down share a row, the most frequent evidence, and
    // the number of hubs that have it.
    fn why_down(&self, reason: &Reason, key: Option<&LineKey>) -> Option<String> {
        let why = match (&reason.kind, key) {
            (_, Some(LineKey::Outage(row))) => self.most_frequent_cause(row)?,
            (ReasonKind::HubDown(hub, _), _) => self.cause(hub),
            _ => return None,
        };
        (!why.is_empty()).then_some(why)
    }

    fn most_frequent_cause(&self, row: &str) -> Option<String> {
        let hubs = self.picture.hubs().filter(|hub| {
            let own = self.outages.row_of_hub(&hub.spec.key);
            hub.health == Health::Down && own.is_some_and(|own| own.key == row)
        });
        let mut count_by_cause: BTreeMap<String, usize> = BTreeMap::new();
        // Compares only the first piece of evidence of each hub. Later pieces, such as the number of an incident,
        // differ from hub to hub.
        for first in hubs.filter_map(|hub| hub.evidence.first()) {
            let cause = describe(first, self.ctx).text;
            *count_by_cause.entry(cause).or_default() += 1;
        }
        let all: usize = count_by_cause.values().sum();
        let (cause, count) = count_by_cause.into_iter().max_by_key(|(_, count)| *count)?;
        match all - count {
            0 => Some(cause),
            _ => Some(format!("{cause} ({count} of {all})")),
        }
    }

    fn cause(&self, key: &HubKey) -> String {
        let hub = self.hubs.get(key);
        hub.map_or(String::new(), |hub| causes(hub, self.ctx))
    }

    // The source that a reason is about, with all sources of its kind that have the same state and the same error.
    // Empty if the reason is not about a source.
    fn sources_alike(&self, reason: &Reason) -> Vec<&'a SourceView> {
        let ReasonKind::SourceNotFresh(id, state) = &reason.kind else {
            return Vec::new();
        };
        let Some(view) = self.picture.source(id) else {
            return Vec::new();
        };
        let all = self.picture.sources.iter().filter(|other| {
            other.id.kind == id.kind
                && other.state == *state
                && source::error(other) == source::error(view)
        });
        all.collect()
    }
}

fn storms_by_case(picture: &Picture) -> HashMap<&CaseId, &Storm> {
    let rows = picture.rows.iter();
    let storms = rows.filter_map(|row| match row {
        Row::Storm(storm) => Some(storm),
        Row::Case(_) => None,
    });
    let cases = |storm| {
        picture
            .storm_cases(storm)
            .map(move |case| (&case.id, storm))
    };
    storms.flat_map(cases).collect()
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

// The causes for a hub's health, in one text. A source that is not fresh is only named, since its own line shows its
// age and error. The text is cut, because an alert's name can be 64 KB long.
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
    let text = texts.collect::<Vec<_>>().join(", ");
    fit(&text, MAX_CAUSE_CELLS, ctx.symbols.ellipsis).into_owned()
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
