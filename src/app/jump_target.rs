//! The target of the key `open` in an overlay: a case leads to its hub, a hub to its worst case.

use super::model::{Model, OverlayKind};
use crate::domain::case::Case;
use crate::domain::ids::HubKey;

impl Model {
    /// The overlay that `open` shows next; `None` if there is no target.
    pub fn jump_target(&self) -> Option<OverlayKind> {
        match &self.overlay()?.kind {
            OverlayKind::Case(case) => self.hub_overlay(case),
            OverlayKind::Hub(key) => self.worst_case_overlay(key),
            OverlayKind::Sources
            | OverlayKind::Help
            | OverlayKind::Owed
            | OverlayKind::Rollout
            | OverlayKind::Document(..)
            | OverlayKind::ActionFlow(_)
            | OverlayKind::CopyByHand(_) => None,
        }
    }

    fn hub_overlay(&self, case: &Case) -> Option<OverlayKind> {
        let mut keys = case.places.iter().filter_map(|place| place.hub_key());
        keys.find(|key| self.find_hub(key).is_some())
            .map(OverlayKind::Hub)
    }

    // The first match is the worst case, since `picture.cases` is sorted worst first.
    fn worst_case_overlay(&self, key: &HubKey) -> Option<OverlayKind> {
        let (_, hub) = self.find_hub(key)?;
        let mut cases = self.picture.iter().flat_map(|picture| &picture.cases);
        cases
            .find(|case| hub.cases.contains(&case.id))
            .map(|case| OverlayKind::Case(case.clone()))
    }
}
