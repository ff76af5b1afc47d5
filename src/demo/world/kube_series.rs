//! The series of kube-state-metrics.

use std::collections::BTreeMap;

use crate::demo::clockwork::At;

/// A series: its labels and its values over time.
#[derive(Clone, Debug)]
pub struct KubeSeries {
    pub labels: BTreeMap<&'static str, String>,
    pub(super) life: Life,
    pub(super) value: KubeValue,
}

/// The time during which a node or pod exists. Without `from` it exists from the beginning of the story, without
/// `until` to the end.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Life {
    pub from: Option<At>,
    pub until: Option<At>,
}

#[derive(Clone, Debug)]
pub(super) enum KubeValue {
    /// Always 1, as for every metric that only has labels.
    One,
    /// A counter: the number of these times that have passed.
    Since(Vec<At>),
}

impl KubeSeries {
    /// The value at time `at`; `None` while the node or pod does not exist.
    pub fn at(&self, at: At) -> Option<f64> {
        let has_begun = self.life.from.is_none_or(|from| from <= at);
        let is_over = self.life.until.is_some_and(|until| until <= at);
        let value = match &self.value {
            KubeValue::One => 1.0,
            KubeValue::Since(moments) => {
                let past = moments.iter().filter(|it| **it <= at);
                past.fold(0.0, |sum, _| sum + 1.0)
            }
        };
        (has_begun && !is_over).then_some(value)
    }
}
