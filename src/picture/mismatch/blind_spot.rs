//! Blind spot: something is not watched, so the absence of alerts about it means nothing.
//!
//! Blind spots of a Prometheus: rules that fail or are not evaluated, partial data, signals that cannot be evaluated, a
//! silent dead man's switch, no data at all. Other blind spots: missing series, and a hub that has metrics but is not
//! in the inventory.

mod dead_man;
mod many;
mod missing_samples;
mod missing_signals;
pub(super) mod one_prometheus;
pub(super) mod unreadable;

use chrono::{DateTime, TimeDelta, Utc};

use super::{Mismatch, Rule, RuleInput};
use crate::domain::case::Place;
use crate::domain::hub::Signal;
use crate::domain::ids::{ClusterName, HubKey};
use crate::domain::mismatch::MismatchKind;
use crate::domain::now::MAX_CLOCK_LEAD;
use crate::domain::source::{SourceId, UnreadableItem};
use crate::domain::verdict::VerdictLevel;
use crate::picture::skew;
use crate::picture::places::whole_cluster;
use crate::text::context::{ExpiringText, TextContext};
use crate::text::dates::short_time;

/// A server's dates are trusted if its clock differs from the other clocks by no more than this.
const MAX_SKEW: TimeDelta = MAX_CLOCK_LEAD;

/// A gap in monitoring, and the Prometheus that has the gap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlindSpot {
    /// A rule cannot be evaluated.
    RuleFailing {
        /// Which Prometheus.
        source: SourceId,
        rule: String,
        /// Prometheus' error.
        error: String,
    },
    /// A group of rules is not evaluated.
    RulesNotEvaluated {
        /// Which Prometheus.
        source: SourceId,
        group: String,
        /// When the group was last evaluated; `None` if never.
        last: Option<DateTime<Utc>>,
    },
    /// An answer holds only part of the data.
    PartialData {
        /// Which Prometheus.
        source: SourceId,
        /// The text of the warning.
        warning: String,
    },
    /// An item in a source's answer cannot be read.
    ItemUnreadable {
        source: SourceId,
        item: UnreadableItem,
    },
    /// The expression of a signal cannot be evaluated.
    SignalQueryFailed {
        /// Which Prometheus.
        source: SourceId,
        signal: Signal,
        /// Prometheus' error.
        error: String,
    },
    /// The rule of a dead man's switch exists, but its alert does not fire.
    DeadManAbsent(SourceId),
    /// The rule of a dead man's switch names several clusters, and its alert fires for others, but not for this one.
    DeadManAbsentFor {
        /// Which Prometheus.
        source: SourceId,
        cluster: ClusterName,
    },
    /// The date in the Prometheus' answer is far from the other servers' dates.
    ClockOff {
        /// Which Prometheus.
        source: SourceId,
        date: DateTime<Utc>,
    },
    /// The rules or the series of the Prometheus name only another cluster of the inventory, not the one that the
    /// Prometheus is configured for.
    AnotherCluster {
        /// Which Prometheus.
        source: SourceId,
        /// The cluster that the Prometheus is configured for.
        bound: ClusterName,
        /// The part of the answer that names the other cluster.
        named_by: NamedBy,
        /// The other cluster.
        named: ClusterName,
    },
    /// The Prometheus has no rules and no series of any hub, so the absence of alerts means nothing.
    WatchesNothing(SourceId),
    /// The Prometheus has metrics but no alerting rules, so no alert can fire.
    NoRules(SourceId),
    /// The Prometheus answers for many clusters. Each of its rules names a cluster, and none names this cluster.
    NoRulesFor {
        /// Which Prometheus.
        source: SourceId,
        cluster: ClusterName,
    },
    /// Metrics name a hub that is not in the inventory.
    NotInInventory(HubKey),
    /// No sample of a cluster has been scraped for a while.
    NoRecentSamples {
        /// Which Prometheus.
        source: SourceId,
        cluster: ClusterName,
        /// When the newest sample was scraped; `None` if there are no samples.
        newest: Option<DateTime<Utc>>,
        /// Whether there was no sample in two weeks. If so, the cluster is misnamed or not scraped.
        never: bool,
    },
    /// A hub has no series, although other hubs have.
    SeriesMissing(HubKey),
    /// An expected signal is absent, although others are present.
    SignalMissing {
        signal: Signal,
        at: MissingAt,
    },
}

/// The part of a Prometheus' answer that names a cluster other than the configured one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display)]
#[strum(serialize_all = "snake_case")]
pub enum NamedBy {
    /// The alerting rules and alerts name the other cluster.
    Rules,
    Series,
}

/// Where a signal is absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MissingAt {
    /// No hub has the signal.
    Fleet,
    /// No hub of this cluster has the signal.
    Cluster(ClusterName),
    /// This hub had the signal before, but has it no longer.
    Hub(HubKey),
}

impl Rule for BlindSpot {
    const KIND: MismatchKind = MismatchKind::BlindSpot;
    const LEVEL: VerdictLevel = VerdictLevel::Unknown;

    /// Judges only fresh sources. For other sources, the source's state already says that nothing is known.
    fn find(input: &RuleInput<'_>) -> Vec<Mismatch> {
        let now = input.context.now;
        let sources = input.context.answers.prometheus.iter();
        sources
            .filter_map(|slot| Some((&slot.id, slot.fresh_body(now)?)))
            .flat_map(|(source, says)| one_prometheus::find(input, source, says))
            .chain(clocks_off(input))
            .chain(missing_samples::stale_clusters(input))
            .chain(missing_samples::hubs_without_series(input))
            .chain(missing_signals::find(input))
            .chain(unreadable::find(input))
            .collect()
    }

    fn sentence_of_many(&self, _: &Mismatch, who: &str) -> Option<String> {
        many::sentence(self, who)
    }

    fn short(&self, _: &Mismatch) -> String {
        match self {
            Self::RuleFailing { source, .. } => format!("a rule of {source} fails"),
            Self::RulesNotEvaluated { source, .. } => format!("{source}: rule group not evaluated"),
            Self::PartialData { source, .. } => format!("{source} answers in part"),
            Self::ItemUnreadable { source, item } => format!("{source}: unreadable {}", item.kind),
            Self::SignalQueryFailed { signal, .. } => format!("signal {signal} is broken"),
            Self::DeadManAbsent(source) => format!("{source}: dead-man alert absent"),
            Self::DeadManAbsentFor { cluster, .. } => format!("{cluster}: dead-man alert absent"),
            Self::ClockOff { source, .. } => format!("{source} answers with a wrong date"),
            Self::AnotherCluster { source, named, .. } => format!("{source} watches {named}"),
            Self::WatchesNothing(source) => format!("{source} watches nothing"),
            Self::NoRules(source) => format!("{source} has no alerting rules"),
            Self::NoRulesFor { cluster, .. } => format!("{cluster}: no alerting rules"),
            Self::NotInInventory(hub) => format!("{hub} is not in the inventory"),
            Self::NoRecentSamples { cluster, never: true, .. } => format!("{cluster}: never had samples"),
            Self::NoRecentSamples { cluster, .. } => format!("{cluster}: no new samples"),
            Self::SeriesMissing(hub) => format!("{hub}: metrics missing"),
            Self::SignalMissing { signal, at } => match at {
                MissingAt::Fleet => format!("{signal}: missing everywhere"),
                MissingAt::Cluster(cluster) => format!("{cluster}: {signal} missing"),
                MissingAt::Hub(hub) => format!("{hub}: {signal} missing"),
            },
        }
    }

    fn sentence(&self, _: &Mismatch, ctx: &TextContext) -> ExpiringText {
        ExpiringText::fixed(match self {
            Self::RuleFailing { source, rule, error } => {
                format!("{source} cannot evaluate its rule '{rule}': {error}")
            }
            Self::RulesNotEvaluated { source, group, last } => {
                let text = format!("{source} does not evaluate its rules '{group}'");
                return with_time(text, "last did", *last, ctx);
            }
            Self::PartialData { source, warning } => {
                format!("{source} answers with part of its data: {warning}")
            }
            Self::ItemUnreadable { source, item } => {
                let subject = unreadable::subject(item);
                format!("{source}: {subject} cannot be read: {}", item.problem)
            }
            Self::SignalQueryFailed { source, signal, error } => {
                format!("{source} cannot evaluate the signal {signal}: {error}")
            }
            Self::DeadManAbsent(source) => {
                format!("the dead-man alert of {source} is absent: its alerts may not reach anyone")
            }
            Self::DeadManAbsentFor { source, cluster } => format!(
                "the dead-man alert of {source} for {cluster} is absent: its alerts may not reach anyone"
            ),
            Self::ClockOff { source, date } => {
                let text = format!("{source} answers with the date of ");
                let why = ": a cache answers in its place, or its clock is wrong";
                return short_time(*date, ctx).map(|date| format!("{text}{date}{why}"));
            }
            Self::AnotherCluster { source, bound, named_by, named } => format!(
                "{source} is configured for {bound}, and its {named_by} name {named}: is its address right?"
            ),
            Self::WatchesNothing(source) => format!(
                "{source} has no alerting rules and no hub metrics: its silence does not mean all is well"
            ),
            Self::NoRulesFor { source, cluster } => format!(
                "{source} has no alerting rule for {cluster}, and has some for other clusters"
            ),
            Self::NoRules(source) => format!(
                "{source} has no alerting rules: nothing can fire (rules = false if they are evaluated elsewhere)"
            ),
            Self::NotInInventory(hub) => format!("{hub} has metrics but is not in the inventory"),
            Self::NoRecentSamples { source, cluster, never: true, .. } => format!(
                "{source} had no samples of {cluster} within two weeks: is the cluster's name right, and is it scraped?"
            ),
            Self::NoRecentSamples { source, cluster, newest: None, .. } => {
                format!("{source} has no samples of {cluster}: is it scraped?")
            }
            Self::NoRecentSamples { source, cluster, newest, .. } => {
                let text = format!("{source} has no new samples of {cluster}");
                return with_time(text, "the newest is from", *newest, ctx);
            }
            Self::SeriesMissing(hub) => format!("{hub} has no metrics while other hubs have"),
            Self::SignalMissing { signal, at } => missing_signals::sentence(*signal, at),
        })
    }

    fn source(&self) -> Option<&SourceId> {
        match self {
            Self::RuleFailing { source, .. }
            | Self::RulesNotEvaluated { source, .. }
            | Self::PartialData { source, .. }
            | Self::ItemUnreadable { source, .. }
            | Self::SignalQueryFailed { source, .. }
            | Self::DeadManAbsent(source)
            | Self::ClockOff { source, .. }
            | Self::AnotherCluster { source, .. }
            | Self::WatchesNothing(source)
            | Self::NoRules(source) => Some(source),
            Self::NoRecentSamples { .. }
            | Self::NoRulesFor { .. }
            | Self::DeadManAbsentFor { .. }
            | Self::NotInInventory(_)
            | Self::SeriesMissing(_)
            | Self::SignalMissing { .. } => None,
        }
    }

    fn place(&self) -> Option<Place> {
        match self {
            Self::NotInInventory(hub)
            | Self::SeriesMissing(hub)
            | Self::SignalMissing {
                at: MissingAt::Hub(hub),
                ..
            } => Some(hub.clone().into()),
            Self::NoRecentSamples { cluster, .. }
            | Self::NoRulesFor { cluster, .. }
            | Self::DeadManAbsentFor { cluster, .. }
            | Self::SignalMissing {
                at: MissingAt::Cluster(cluster),
                ..
            } => Some(whole_cluster(cluster)),
            Self::RuleFailing { .. }
            | Self::RulesNotEvaluated { .. }
            | Self::PartialData { .. }
            | Self::ItemUnreadable { .. }
            | Self::SignalQueryFailed { .. }
            | Self::DeadManAbsent(_)
            | Self::ClockOff { .. }
            | Self::AnotherCluster { .. }
            | Self::WatchesNothing(_)
            | Self::NoRules(_)
            | Self::SignalMissing {
                at: MissingAt::Fleet,
                ..
            } => None,
        }
    }
}

impl BlindSpot {
    /// Whether this blind spot could hide a firing alert of the source `from` about these places. If so, the absence of
    /// the alert does not show that the alert has resolved.
    pub fn hides(&self, from: &SourceId, alert: &str, places: &[Place]) -> bool {
        match self {
            Self::RuleFailing { source, rule, .. } => source == from && rule == alert,
            Self::ItemUnreadable { source, item } => {
                source == from && unreadable::hides_alert(item, alert)
            }
            Self::RulesNotEvaluated { source, .. }
            | Self::PartialData { source, .. }
            | Self::ClockOff { source, .. }
            | Self::AnotherCluster { source, .. }
            | Self::WatchesNothing(source)
            | Self::NoRules(source) => source == from,
            Self::NoRecentSamples { source, cluster, .. } | Self::NoRulesFor { source, cluster } => {
                let mut clusters = places.iter().map(|place| place.cluster.as_ref());
                source == from && clusters.any(|it| it == Some(cluster))
            }
            Self::SeriesMissing(hub) => {
                let mut hubs = places.iter().filter_map(Place::hub_key);
                hubs.any(|it| it == *hub)
            }
            // An alert stops firing if its signal is no longer measured, although the cause of the alert remains.
            Self::SignalMissing { at, .. } => match at {
                MissingAt::Fleet => true,
                MissingAt::Cluster(cluster) => {
                    let mut clusters = places.iter().map(|place| place.cluster.as_ref());
                    clusters.any(|it| it == Some(cluster))
                }
                MissingAt::Hub(hub) => {
                    let mut hubs = places.iter().filter_map(Place::hub_key);
                    hubs.any(|it| it == *hub)
                }
            },
            // These blind spots hide no alert. Signals are not alerts, a dead man's switch only tests delivery, and a
            // hub that is not in the inventory is still watched.
            Self::SignalQueryFailed { .. }
            | Self::DeadManAbsent(_)
            | Self::DeadManAbsentFor { .. }
            | Self::NotInInventory(_) => false,
        }
    }
}

fn with_time(
    text: String,
    word: &str,
    at: Option<DateTime<Utc>>,
    ctx: &TextContext,
) -> ExpiringText {
    match at {
        Some(at) => short_time(at, ctx).map(|at| format!("{text}, {word} {at}")),
        None => ExpiringText::fixed(text),
    }
}

// Servers whose clock is far off. Our own clock is corrected by most servers' clocks, so a large difference means that
// the server's clock is wrong. The times in such a server's answers do not show how old the answers are.
fn clocks_off(input: &RuleInput<'_>) -> impl Iterator<Item = Mismatch> {
    let now = input.context.now;
    let slots = input.context.answers.prometheus.iter();
    slots.filter_map(move |slot| {
        let answer = slot.answer.as_deref().filter(|_| slot.state(now).is_fresh())?;
        let skew = skew::server_skew(answer)?;
        let spot = BlindSpot::ClockOff {
            source: slot.id.clone(),
            date: answer.server_clock?,
        };
        (skew.abs() >= MAX_SKEW).then(|| Mismatch::about(&slot.id, spot))
    })
}
