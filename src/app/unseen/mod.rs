//! The changes since the user last looked.
//!
//! The user looks at the visible rows when a key is pressed or the terminal gains the focus. The marks stay for a
//! while, since a user who comes back and presses a key wants to see what changed. A mark expires [`MARK_DURATION`]
//! after the first look at it. Later changes are marked again. Rows that are not visible keep their marks. A case that
//! returns to its state at the last look loses its mark.
//!
//! A cleared case keeps its row until [`CLEARED_DURATION`] after the first look at it, and never longer than
//! [`MAX_CLEARED_DURATION`]. Only the newest [`MAX_CLEARED_ROWS`] cleared cases have a row. A selected row stays for
//! the whole MAX_CLEARED_DURATION: otherwise a key could act on the row that moves up.
//!
//! Nothing is marked until every source has answered or failed once, since there is no baseline before that.

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

/// How long a mark stays after the user first sees it.
pub const MARK_DURATION: Duration = Duration::from_secs(30);

/// How long a cleared case keeps its row after the user first sees that the case is cleared.
pub const CLEARED_DURATION: Duration = Duration::from_secs(60);

/// The longest time for which a cleared case keeps its row.
pub const MAX_CLEARED_DURATION: Duration = Duration::from_secs(3600);

/// The most rows of cleared cases.
pub const MAX_CLEARED_ROWS: usize = 5;

/// The marked changes, and the states that new pictures are compared with. A clone is cheap.
#[derive(Clone, Debug, Default)]
pub struct UnseenChanges {
    /// Whether every source has answered or failed once.
    has_baseline: bool,
    /// The state of every case when the user last saw it, by each of the case's ids.
    baseline: Arc<HashMap<CaseId, Arc<CaseSnapshot>>>,
    /// For each marked case that the user has seen: when the user first saw it, and the case's state at that time.
    first_looks: Arc<HashMap<CaseId, (Now, Arc<CaseSnapshot>)>>,
    marks: Arc<BTreeMap<CaseId, Vec<CaseChange>>>,
    removed: Arc<Vec<RemovedCase>>,
}

/// Two values are equal if they look the same on the screen.
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

    /// How long until the next mark or removed case expires; `None` if none will. `selected` is the selected row.
    pub fn next_expiry(&self, now: Now, selected: Option<&RowKey>) -> Option<Duration> {
        let marks = self.first_looks.values();
        let marks = marks.map(|(at, _)| MARK_DURATION.saturating_sub(now.since(*at)));
        let gone = self
            .removed
            .iter()
            .map(|gone| gone.time_left(selected, now));
        marks.chain(gone).min()
    }

    /// Compares a new picture with the baseline. `storms` maps each case to the key of the storm in whose row the case
    /// was.
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
        // A removed case counts as new if it returns after the user saw its removal.
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

    // Moves the states in `over` into the baseline. The user first saw each of them [`MARK_DURATION`] ago.
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

    // A removed case that is dropped also leaves the baseline. If it returns, it counts as new.
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

    // Drops the entries of cases that have no mark any more. Moves the other entries to their cases' present ids.
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

/// All ids of a case: first its present id, then its aliases.
fn all_ids(case: &Case) -> impl Iterator<Item = &CaseId> {
    std::iter::once(&case.id).chain(&case.aliases)
}

/// Maps each id to its case, for many look-ups.
fn cases_by_name(picture: &Picture) -> FxHashMap<&CaseId, &Arc<Case>> {
    let mut named = FxHashMap::default();
    for case in &picture.cases {
        for name in all_ids(case) {
            named.entry(name).or_insert(case);
        }
    }
    named
}
