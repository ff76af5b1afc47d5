//! The batches in which the fleet is upgraded.

use serde::Deserialize;
use strum::{Display, EnumIter};

/// A batch of clusters that are upgraded together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Display, EnumIter)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Batch {
    /// The batch was upgraded before the story begins.
    Canary,
    Second,
    Third,
}

impl Batch {
    /// The batch of the cluster at `position` in the fleet. The big cluster, at position 0, is in the last batch.
    pub(super) fn at_position(position: usize, clusters: usize) -> Self {
        let canary = if clusters < 3 {
            0
        } else {
            (clusters / 15).max(1)
        };
        let second = (clusters * 4 / 15).max(1);
        match clusters - position {
            from_the_end if from_the_end <= canary => Self::Canary,
            from_the_end if from_the_end <= canary + second => Self::Second,
            _ => Self::Third,
        }
    }
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator;

    use super::*;

    fn sizes(clusters: usize) -> Vec<usize> {
        let batches: Vec<Batch> = (0..clusters)
            .map(|position| Batch::at_position(position, clusters))
            .collect();
        let of = |batch: Batch| batches.iter().filter(|it| **it == batch).count();
        Batch::iter().map(of).collect()
    }

    #[test]
    fn a_fleet_of_any_size_has_a_second_batch_and_the_big_cluster_is_in_the_last() {
        assert_eq!(sizes(1), [0, 1, 0]);
        assert_eq!(sizes(2), [0, 1, 1]);
        assert_eq!(sizes(3), [1, 1, 1]);
        assert_eq!(sizes(30), [2, 8, 20]);
        assert_eq!(sizes(45), [3, 12, 30]);
        assert_eq!(Batch::at_position(0, 30), Batch::Third);
    }
}
