//! How the signals are asked for: all in one query, or around expressions that do not work. Pure.
//!
//! One bad custom expression spoils the joined query. Then each is asked alone, once, to learn which;
//! after that the good ones are joined again, and the whole is tried from time to time.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::expressions::Asked;
use super::fault::{Culprit, Fault};
use crate::domain::now::Now;

/// How long what was learnt of broken expressions holds.
const LEARNT_FOR: Duration = Duration::from_secs(600);

/// The present way to ask.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Plan {
    /// Everything in one query.
    #[default]
    Whole,
    /// In one query, but for those that are broken, with what was said of them.
    Without {
        broken: BTreeMap<Asked, String>,
        learnt: Now,
    },
    /// Each alone: none is broken, yet all together are refused.
    Apart { learnt: Now },
}

impl Plan {
    /// The plan that holds at `now`: what was learnt is forgotten after a while.
    pub(super) fn refreshed(self, now: Now) -> Self {
        match &self {
            Self::Without { learnt, .. } | Self::Apart { learnt }
                if now.since(*learnt) >= LEARNT_FOR =>
            {
                Self::Whole
            }
            _ => self,
        }
    }

    /// The plan after having asked each part alone. That they stay apart is not learnt anew each time,
    /// or the whole would never be tried again.
    pub(super) fn followed_by(self, learnt: Plan) -> Self {
        match (&self, &learnt) {
            (Self::Apart { .. }, Self::Apart { .. }) => self,
            _ => learnt,
        }
    }

    /// The parts that are known to be broken.
    pub(super) fn broken(&self) -> BTreeMap<Asked, String> {
        match self {
            Self::Without { broken, .. } => broken.clone(),
            Self::Whole | Self::Apart { .. } => BTreeMap::new(),
        }
    }

    /// The names of these parts.
    pub(super) fn left_out(&self) -> BTreeSet<Asked> {
        self.broken().into_keys().collect()
    }
}

/// What asking each part alone came to.
#[derive(Debug)]
pub(super) struct Lesson<T> {
    pub(super) plan: Plan,
    pub(super) heard: Vec<T>,
}

/// Learns from having asked each part alone. Where nothing could be asked, or the upstream failed in a
/// way that has nothing to do with the expressions, that is the error.
pub(super) fn learn<T>(
    answers: Vec<(Asked, Result<T, Fault>)>,
    now: Now,
) -> Result<Lesson<T>, Fault> {
    let mut heard = Vec::new();
    let mut refused: Vec<(Asked, Fault)> = Vec::new();
    for (asked, answer) in answers {
        match answer {
            Ok(data) => heard.push(data),
            Err(fault) if fault.culprit == Culprit::Query => refused.push((asked, fault)),
            Err(fault) => return Err(fault),
        }
    }
    if heard.is_empty()
        && let Some((_, fault)) = refused.pop()
    {
        return Err(fault);
    }
    let broken: BTreeMap<_, _> = refused
        .into_iter()
        .map(|(asked, fault)| (asked, fault.error.text))
        .collect();
    let plan = match broken.is_empty() {
        true => Plan::Apart { learnt: now },
        false => Plan::Without {
            broken,
            learnt: now,
        },
    };
    Ok(Lesson { plan, heard })
}

#[cfg(test)]
mod tests;
