//! How long a response may take before it asks for a verdict: the boxes by priority.

use std::collections::BTreeMap;
use std::time::Duration;

use super::ids::PriorityName;

/// The boxes. P1 has none by default: it has the outage procedure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeBoxes {
    /// For a priority that has no entry of its own, and for none; `None`: no box.
    pub default: Option<Duration>,
    /// By priority; `None`: no box.
    pub by_priority: BTreeMap<PriorityName, Option<Duration>>,
    /// How long the public may go without news of a P1; `None`: no clock.
    pub update_due: Option<Duration>,
}

impl Default for TimeBoxes {
    fn default() -> Self {
        Self {
            default: Some(Duration::from_secs(30 * 60)),
            by_priority: BTreeMap::from([("P1".into(), None)]),
            update_due: Some(Duration::from_secs(60 * 60)),
        }
    }
}

impl TimeBoxes {
    /// The box for a priority.
    pub fn length(&self, priority: Option<&PriorityName>) -> Option<Duration> {
        priority
            .and_then(|name| self.by_priority.get(name).copied())
            .unwrap_or(self.default)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p1_has_no_box() {
        let boxes = TimeBoxes::default();
        assert_eq!(boxes.length(Some(&"P1".into())), None);
        assert_eq!(boxes.length(Some(&"P2".into())), boxes.default);
        assert_eq!(boxes.length(None), boxes.default);
    }
}
