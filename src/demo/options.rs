//! The options of a demo: size, seed, speed, scenario.

use strum::{Display, EnumIter, EnumString};

use super::script::Script;

/// The options for building a world. The defaults have the size of a real fleet.
#[derive(Clone, Debug, PartialEq)]
pub struct WorldOptions {
    /// The number of clusters; at least one.
    pub clusters: usize,
    /// The number of hubs in all clusters together; at least the number of clusters.
    pub hubs: usize,
    /// The number of alerts that fire besides the scenario's. If several of them are about one hub, they share one
    /// incident.
    pub alerts: usize,
    /// The seed of the random numbers. The same seed always gives the same shift.
    pub seed: u64,
    /// How many times faster the script runs. The times in API responses are real times.
    pub speed: f64,
    pub scenario: Scenario,
    /// Whether one Prometheus answers for all clusters. Its series have the label `cluster`, and it requires a tenant.
    pub single_prometheus: bool,
}

impl Default for WorldOptions {
    fn default() -> Self {
        Self {
            clusters: 30,
            hubs: 171,
            alerts: 0,
            seed: 1,
            speed: 1.0,
            scenario: Scenario::Shift,
            single_prometheus: false,
        }
    }
}

/// A scenario of the demo.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Display, EnumIter, EnumString)]
#[strum(serialize_all = "kebab-case")]
pub enum Scenario {
    /// A night shift in which everything happens within the first six minutes.
    #[default]
    Shift,
    /// A shift without any problem.
    Calm,
    /// Open incidents whose deadlines are far away. Nothing changes.
    Quiet,
    /// Dozens of pages with the same cause.
    Storm,
    /// An outage of PagerDuty.
    Outage,
    /// An upgrade in three batches. The second batch goes wrong.
    Upgrade,
}

impl Scenario {
    /// A line about the scenario, for the list of all scenarios.
    pub fn about(self) -> String {
        let script = Script::parse("scenario", self.text());
        script.map(|it| it.about).unwrap_or_default()
    }

    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Shift => include_str!("../../assets/demo/shift.toml"),
            Self::Calm => include_str!("../../assets/demo/calm.toml"),
            Self::Quiet => include_str!("../../assets/demo/quiet.toml"),
            Self::Storm => include_str!("../../assets/demo/storm.toml"),
            Self::Outage => include_str!("../../assets/demo/outage.toml"),
            Self::Upgrade => include_str!("../../assets/demo/upgrade.toml"),
        }
    }
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator;

    use super::*;

    #[test]
    fn every_scenario_has_a_name_and_says_what_it_tells() {
        for scenario in Scenario::iter() {
            assert_eq!(scenario.to_string().parse(), Ok(scenario));
            assert!(!scenario.about().is_empty());
        }
    }
}
