//! One sentence for several blind spots of the same kind, which are in one cluster or concern several Prometheuses.

use super::{BlindSpot, missing_signals};

/// One sentence about several blind spots that differ only in their places or Prometheuses, which `who` names. `None`
/// if each blind spot has its own sentence.
pub fn sentence(spot: &BlindSpot, who: &str) -> Option<String> {
    Some(match spot {
            BlindSpot::RuleFailing { .. } => format!("rules cannot be evaluated: {who}"),
            BlindSpot::RulesNotEvaluated { .. } => format!("rules are not evaluated: {who}"),
            BlindSpot::PartialData { .. } => format!("answers hold part of the data: {who}"),
            BlindSpot::ItemUnreadable { item, .. } => {
                format!("unreadable {} items: {who}", item.kind)
            }
            BlindSpot::SignalQueryFailed { signal, .. } => {
                format!("the signal {signal} cannot be evaluated: {who}")
            }
            BlindSpot::DeadManAbsent(_) | BlindSpot::DeadManAbsentFor { .. } => {
                format!("dead-man alerts are absent, alerts may not reach anyone: {who}")
            }
            BlindSpot::ClockOff { .. } => format!("answers come with a wrong date: {who}"),
            BlindSpot::AnotherCluster { .. } => {
                format!("rules or series name another cluster than the configured one: {who}")
            }
            BlindSpot::WatchesNothing(_) => {
                format!("{who} have no alerting rules and no hub metrics: their silence does not mean all is well")
            }
            BlindSpot::NoRules(_) => format!(
                "{who} have no alerting rules: nothing can fire (rules = false if they are evaluated elsewhere)"
            ),
            BlindSpot::NoRulesFor { .. } => {
                format!("{who} have no alerting rules, but other clusters of their Prometheus have")
            }
            BlindSpot::NotInInventory(_) => format!("{who} have metrics but are not in the inventory"),
            BlindSpot::NoRecentSamples { .. } => format!("{who} have no samples or no new ones"),
            BlindSpot::SeriesMissing(_) => format!("{who} have no metrics while other hubs have"),
            BlindSpot::SignalMissing { signal, at } => missing_signals::sentence_of_many(*signal, at, who)?,
        })
}
