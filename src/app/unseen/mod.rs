//! The changes since the user last looked.
//!
//! A key press, or the terminal gaining the focus, counts as a look at the rows that are visible. It does not remove
//! their marks at once, since a user who comes back and presses a key wants to see what changed. A mark expires
//! [`MARK_DURATION`] after the first look at it; later changes are marked again. Rows that are not visible keep their
//! marks. A case that returns to the state of the last look loses its mark.
//!
//! A cleared case keeps its row until [`CLEARED_DURATION`] after the first look at it, at most for
//! [`MAX_CLEARED_DURATION`], and only the newest [`MAX_CLEARED_ROWS`] do. A selected row stays for the whole
//! MAX_CLEARED_DURATION, so that a key does not act on the row that would move up.
//!
//! Until every source has answered or failed once, nothing is marked, since there is no baseline.

#[cfg(test)]
mod properties;
mod removed;
mod snapshot;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use rustc_hash::{FxHashMap, FxHashSet};

pub use removed::{RemovalReason, RemovedCase};
pub use snapshot::CaseChange;
use snapshot::CaseSnapshot;

use super::rows::RowKey;
use crate::domain::case::Case;
use crate::domain::ids::CaseId;
use crate::domain::now::Now;
use crate::domain::source::SourceState;
use crate::picture::Picture;

/// How long a mark stays after the first look at it.
pub const MARK_DURATION: Duration = Duration::from_secs(30);

/// How long a cleared case keeps its row after the first look at it.
pub const CLEARED_DURATION: Duration = Duration::from_secs(60);

/// How long a cleared case keeps its row at most.
pub const MAX_CLEARED_DURATION: Duration = Duration::from_secs(3600);

/// The most rows of cleared cases.
pub const MAX_CLEARED_ROWS: usize = 5;

/// The marked changes, and the state that new pictures are compared with. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct UnseenChanges {
    /// Whether every source has answered or failed once.
    has_baseline: bool,
    /// The state of every case at the last look, by each of its ids.
    baseline: Arc<HashMap<CaseId, Arc<CaseSnapshot>>>,
    /// When each marked case was first looked at, with its state at that time.
    first_looks: Arc<HashMap<CaseId, (Now, Arc<CaseSnapshot>)>>,
    marks: Arc<BTreeMap<CaseId, Vec<CaseChange>>>,
    removed: Arc<Vec<RemovedCase>>,
}

/// Equal if they look the same on the screen.
impl PartialEq for UnseenChanges {
    fn eq(&self, other: &Self) -> bool {
        self.marks == other.marks && self.removed == other.removed
    }
}

impl UnseenChanges {
    /// The changes of a case; empty if there are none.
    pub fn changes_of(&self, case: &CaseId) -> &[CaseChange] {
        self.marks.get(case).map_or(&[], Vec::as_slice)
    }

    /// How many cases are marked.
    pub fn marked_count(&self) -> usize {
        self.marks.len()
    }

    /// Cases that are no longer open, the newest first.
    pub fn removed(&self) -> &[RemovedCase] {
        &self.removed
    }

    /// The time until the next mark or removed case expires; `None` if there is none. `selected` is the selected row.
    pub fn next_expiry(&self, now: Now, selected: Option<&RowKey>) -> Option<Duration> {
        let marks = self.first_looks.values();
        let marks = marks.map(|(at, _)| MARK_DURATION.saturating_sub(now.since(*at)));
        let gone = self
            .removed
            .iter()
            .map(|gone| gone.time_left(selected, now));
        marks.chain(gone).min()
    }

    /// Compares a new picture with the known state. `storms`: the key of the storm in whose row each case was before.
    pub(super) fn apply_picture(
        &mut self,
        old: Option<&Picture>,
        new: &Picture,
        storms: &HashMap<CaseId, String>,
        now: Now,
    ) {
        if !self.has_baseline {
            self.has_baseline = new.sources.iter().all(has_been_polled);
            self.baseline = Arc::new(snapshots_by_id(new));
            return;
        }
        let before = old.map_or(&[][..], |old| &old.cases);
        // A case counts as new if it is listed again after its removal was seen.
        let back =
            |gone: &&RemovedCase| gone.seen_at.is_some() && removed::is_listed(&gone.case, new);
        let back: Vec<RemovedCase> = self.removed.iter().filter(back).cloned().collect();
        let gone = removed::collect(&self.removed, before, new, storms, now);
        self.set_removed(gone, back);
        self.update_marks(new);
    }

    /// Records that the user has just looked at these cases.
    pub(super) fn mark_seen(&mut self, at: &[CaseId], picture: &Picture, now: Now) {
        let marked =
            |id: &&CaseId| self.marks.contains_key(*id) && !self.first_looks.contains_key(*id);
        let fresh: Vec<&CaseId> = at.iter().filter(marked).collect();
        if !fresh.is_empty() {
            let named = cases_by_name(picture);
            let first_looks = Arc::make_mut(&mut self.first_looks);
            for case in fresh.into_iter().filter_map(|id| named.get(id)) {
                let digest = Arc::new(CaseSnapshot::from_case(case));
                first_looks.insert(case.id.clone(), (now, digest));
            }
        }
        let at: FxHashSet<&CaseId> = at.iter().collect();
        if self.removed.iter().any(|gone| gone.is_unseen_in(&at)) {
            let gone = Arc::make_mut(&mut self.removed).iter_mut();
            gone.filter(|gone| gone.is_unseen_in(&at))
                .for_each(|gone| gone.seen_at = Some(now));
        }
    }

    /// Removes marks that have expired.
    pub(super) fn expire_marks(&mut self, picture: &Picture, selected: Option<&RowKey>, now: Now) {
        let is_over = |at: &Now| now.since(*at) >= MARK_DURATION;
        let over = self.first_looks.iter().filter(|(_, (at, _))| is_over(at));
        let over: Vec<(CaseId, Arc<CaseSnapshot>)> = over
            .map(|(id, (_, digest))| (id.clone(), digest.clone()))
            .collect();
        if !over.is_empty() {
            self.update_baseline(over, picture);
            self.update_marks(picture);
        }
        let goes = |gone: &RemovedCase| gone.time_left(selected, now).is_zero();
        if self.removed.iter().any(goes) {
            let all = self.removed.iter().cloned();
            let (over, left) = all.partition(goes);
            self.set_removed(left, over);
        }
    }

    // After MARK_DURATION the snapshot of the first look becomes the baseline.
    fn update_baseline(&mut self, over: Vec<(CaseId, Arc<CaseSnapshot>)>, picture: &Picture) {
        let (known, looked) = (
            Arc::make_mut(&mut self.baseline),
            Arc::make_mut(&mut self.first_looks),
        );
        let named = cases_by_name(picture);
        for (id, digest) in over {
            looked.remove(&id);
            if let Some(case) = named.get(&id) {
                known.extend(all_ids(case).map(|name| (name.clone(), digest.clone())));
            }
        }
    }

    // Removed cases that are dropped leave the baseline too, so they count as new when they return.
    fn set_removed(&mut self, gone: Vec<RemovedCase>, forgotten: Vec<RemovedCase>) {
        let (gone, too_many) = removed::split_newest(gone, MAX_CLEARED_ROWS);
        let lost: Vec<&RemovedCase> = forgotten.iter().chain(&too_many).collect();
        if !lost.is_empty() {
            let known = Arc::make_mut(&mut self.baseline);
            for name in lost.iter().flat_map(|gone| all_ids(&gone.case)) {
                known.remove(name);
            }
        }
        if *self.removed != gone {
            self.removed = Arc::new(gone);
        }
    }

    fn update_marks(&mut self, picture: &Picture) {
        let changes = |case: &Arc<Case>| {
            let was = all_ids(case).find_map(|name| self.baseline.get(name));
            let changes = was.map_or(vec![CaseChange::Appeared], |was| was.changes_to(case));
            (!changes.is_empty()).then(|| (case.id.clone(), changes))
        };
        let marks: BTreeMap<_, _> = picture.cases.iter().filter_map(changes).collect();
        if self.first_looks.keys().any(|id| !marks.contains_key(id)) {
            self.prune_first_looks(picture, &marks);
        }
        self.marks = Arc::new(marks);
    }

    // Drops the first looks of marks that are gone, and moves the others to their case's present id.
    fn prune_first_looks(&mut self, picture: &Picture, marks: &BTreeMap<CaseId, Vec<CaseChange>>) {
        let named = cases_by_name(picture);
        let renamed = |id: &CaseId| named.get(id).map(|case| case.id.clone());
        let looked = self.first_looks.iter();
        let left = looked.filter_map(|(id, look)| Some((renamed(id)?, look.clone())));
        let left = left.filter(|(id, _)| marks.contains_key(id));
        self.first_looks = Arc::new(left.collect());
    }
}

fn has_been_polled(view: &crate::picture::SourceView) -> bool {
    view.state != SourceState::Waiting
}

fn snapshots_by_id(picture: &Picture) -> HashMap<CaseId, Arc<CaseSnapshot>> {
    let mut known = HashMap::new();
    for case in &picture.cases {
        let digest = Arc::new(CaseSnapshot::from_case(case));
        known.extend(all_ids(case).map(|name| (name.clone(), digest.clone())));
    }
    known
}

/// All ids of a case: its present one first, then its aliases.
fn all_ids(case: &Case) -> impl Iterator<Item = &CaseId> {
    std::iter::once(&case.id).chain(&case.aliases)
}

/// The cases by each of their ids, for many look-ups.
fn cases_by_name(picture: &Picture) -> FxHashMap<&CaseId, &Arc<Case>> {
    let mut named = FxHashMap::default();
    for case in &picture.cases {
        for name in all_ids(case) {
            named.entry(name).or_insert(case);
        }
    }
    named
}
