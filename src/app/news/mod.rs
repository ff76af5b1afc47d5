//! What is new since the person last looked.
//!
//! A key press, or the terminal's focus gained, while the list is on the screen is a look at the rows that
//! are in sight. It does not take their marks away: who comes back and presses a key wants to see what
//! changed. A mark goes [`MARK_FOR`] after the first such look, by itself; what changes in between is marked
//! anew. Rows out of sight keep theirs. Nothing is new that is again as it was at the last look.
//!
//! A case that cleared stays in its place, [`CLEARED_FOR`] after the first look at it, and no longer than
//! [`AT_MOST`]; of many the newest [`MOST`]. While the person stands on it, only the latter counts: a key
//! must not hit the row that takes its place.
//!
//! Until every source has answered or failed once, everything is as it was: there is nothing to compare with.

mod digest;
mod gone;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

pub use digest::Change;
use digest::Digest;
pub use gone::{Gone, How};

use super::rows::RowKey;
use crate::domain::case::Case;
use crate::domain::ids::CaseId;
use crate::domain::now::Now;
use crate::domain::source::SourceState;
use crate::picture::Picture;

/// How long a mark stays after the first look at it.
pub const MARK_FOR: Duration = Duration::from_secs(30);

/// How long a cleared case stays after the first look at it.
pub const CLEARED_FOR: Duration = Duration::from_secs(60);

/// How long a cleared case stays where nobody looks.
pub const AT_MOST: Duration = Duration::from_secs(3600);

/// How many rows of cleared cases there are at most.
pub const MOST: usize = 5;

/// What is marked, and what it is compared with. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct News {
    /// Whether every source has answered or failed once.
    begun: bool,
    /// Every case as it was at the last look, by each of its names.
    known: Arc<HashMap<CaseId, Arc<Digest>>>,
    /// When the first look at a mark was, and how the case was then.
    looked: Arc<HashMap<CaseId, (Now, Arc<Digest>)>>,
    marks: Arc<BTreeMap<CaseId, Vec<Change>>>,
    gone: Arc<Vec<Gone>>,
}

/// The same to the eye.
impl PartialEq for News {
    fn eq(&self, other: &Self) -> bool {
        self.marks == other.marks && self.gone == other.gone
    }
}

impl News {
    /// What changed of a case; empty where nothing did.
    pub fn of(&self, case: &CaseId) -> &[Change] {
        self.marks.get(case).map_or(&[], Vec::as_slice)
    }

    /// How many cases are marked.
    pub fn count(&self) -> usize {
        self.marks.len()
    }

    /// What is no longer among the open cases, the newest first.
    pub fn gone(&self) -> &[Gone] {
        &self.gone
    }

    /// In how long the first mark or cleared case goes; none while none does by itself. `held` is the row
    /// that the person stands on.
    pub fn next(&self, now: Now, held: Option<&RowKey>) -> Option<Duration> {
        let marks = self.looked.values();
        let marks = marks.map(|(at, _)| MARK_FOR.saturating_sub(now.since(*at)));
        let gone = self.gone.iter().map(|gone| gone.stays(held, now));
        marks.chain(gone).min()
    }

    /// Compares a new picture with what was known. `folds` names the storm in which a case was shown.
    pub(super) fn take(
        &mut self,
        old: Option<&Picture>,
        new: &Picture,
        folds: &HashMap<CaseId, String>,
        now: Now,
    ) {
        if !self.begun {
            self.begun = new.sources.iter().all(is_heard);
            self.known = Arc::new(everything(new));
            return;
        }
        let before = old.map_or(&[][..], |old| &old.cases);
        // What was seen to be over and is there again is news.
        let back = |gone: &&Gone| gone.seen.is_some() && gone::is_in(&gone.case, new);
        let back: Vec<Gone> = self.gone.iter().filter(back).cloned().collect();
        let gone = gone::after(&self.gone, before, new, folds, now);
        self.keep(gone, back);
        self.mark(new);
    }

    /// The person looks at these cases.
    pub(super) fn look(&mut self, at: &[CaseId], picture: &Picture, now: Now) {
        let marked = |id: &&CaseId| self.marks.contains_key(*id) && !self.looked.contains_key(*id);
        let fresh: Vec<&CaseId> = at.iter().filter(marked).collect();
        for case in fresh.into_iter().filter_map(|id| picture.case(id)) {
            let digest = Arc::new(Digest::of(case));
            Arc::make_mut(&mut self.looked).insert(case.id.clone(), (now, digest));
        }
        if self.gone.iter().any(|gone| gone.is_unseen_in(at)) {
            let gone = Arc::make_mut(&mut self.gone).iter_mut();
            gone.filter(|gone| gone.is_unseen_in(at))
                .for_each(|gone| gone.seen = Some(now));
        }
    }

    /// Takes away what has been looked at for long enough.
    pub(super) fn settle(&mut self, picture: &Picture, held: Option<&RowKey>, now: Now) {
        let is_over = |at: &Now| now.since(*at) >= MARK_FOR;
        let over = self.looked.iter().filter(|(_, (at, _))| is_over(at));
        let over: Vec<(CaseId, Arc<Digest>)> = over
            .map(|(id, (_, digest))| (id.clone(), digest.clone()))
            .collect();
        if !over.is_empty() {
            self.know(over, picture);
            self.mark(picture);
        }
        let goes = |gone: &Gone| gone.stays(held, now).is_zero();
        if self.gone.iter().any(goes) {
            let all = self.gone.iter().cloned();
            let (over, left) = all.partition(goes);
            self.keep(left, over);
        }
    }

    // What was shown long enough is how it was at the last look.
    fn know(&mut self, over: Vec<(CaseId, Arc<Digest>)>, picture: &Picture) {
        let (known, looked) = (
            Arc::make_mut(&mut self.known),
            Arc::make_mut(&mut self.looked),
        );
        for (id, digest) in over {
            looked.remove(&id);
            if let Some(case) = picture.case(&id) {
                known.extend(names(case).map(|name| (name.clone(), digest.clone())));
            }
        }
    }

    // What is forgotten is new when it comes again.
    fn keep(&mut self, gone: Vec<Gone>, forgotten: Vec<Gone>) {
        let (gone, too_many) = gone::newest(gone, MOST);
        let lost: Vec<&Gone> = forgotten.iter().chain(&too_many).collect();
        if !lost.is_empty() {
            let known = Arc::make_mut(&mut self.known);
            for name in lost.iter().flat_map(|gone| names(&gone.case)) {
                known.remove(name);
            }
        }
        if *self.gone != gone {
            self.gone = Arc::new(gone);
        }
    }

    fn mark(&mut self, picture: &Picture) {
        let changes = |case: &Arc<Case>| {
            let was = names(case).find_map(|name| self.known.get(name));
            let changes = was.map_or(vec![Change::Appeared], |was| was.changes(case));
            (!changes.is_empty()).then(|| (case.id.clone(), changes))
        };
        let marks: BTreeMap<_, _> = picture.cases.iter().filter_map(changes).collect();
        if self.looked.keys().any(|id| !marks.contains_key(id)) {
            self.forget_looks(picture, &marks);
        }
        self.marks = Arc::new(marks);
    }

    // A look at a mark that went is over; one at a case that gained a better name goes on under that.
    fn forget_looks(&mut self, picture: &Picture, marks: &BTreeMap<CaseId, Vec<Change>>) {
        let renamed = |id: &CaseId| picture.case(id).map(|case| case.id.clone());
        let looked = self.looked.iter();
        let left = looked.filter_map(|(id, look)| Some((renamed(id)?, look.clone())));
        let left = left.filter(|(id, _)| marks.contains_key(id));
        self.looked = Arc::new(left.collect());
    }
}

fn is_heard(view: &crate::picture::SourceView) -> bool {
    view.state != SourceState::Waiting
}

fn everything(picture: &Picture) -> HashMap<CaseId, Arc<Digest>> {
    let mut known = HashMap::new();
    for case in &picture.cases {
        let digest = Arc::new(Digest::of(case));
        known.extend(names(case).map(|name| (name.clone(), digest.clone())));
    }
    known
}

/// Every name of a case, its own first.
fn names(case: &Case) -> impl Iterator<Item = &CaseId> {
    std::iter::once(&case.id).chain(&case.aliases)
}
