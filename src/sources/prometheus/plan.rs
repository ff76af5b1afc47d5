//! How the signals are asked for: all in one query, or around expressions that do not work. Pure.
//!
//! One bad custom expression spoils the joined query. Then each is asked alone, once, to learn which;
//! after that the good ones are joined again, and the whole is tried from time to time.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::envelope::{Culprit, Fault};
use super::expressions::Asked;
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
mod tests {
    use super::*;
    use crate::domain::hub::Signal;
    use crate::domain::source::FailureKind;
    use chrono::DateTime;

    const UP: Asked = Asked::Signal(Signal::Up);
    const P95: Asked = Asked::Signal(Signal::SpawnP95Seconds);

    fn at(seconds: u64) -> Now {
        Now {
            wall: DateTime::UNIX_EPOCH + Duration::from_secs(seconds),
            mono: Duration::from_secs(seconds),
        }
    }

    fn refused(text: &str) -> Result<u8, Fault> {
        Err(Fault::query(FailureKind::Refused, text))
    }

    #[test]
    fn broken_parts_are_left_out_for_ten_minutes() {
        let lesson = learn(vec![(UP, Ok(1)), (P95, refused("parse error"))], at(0)).unwrap();
        assert_eq!(lesson.heard, [1]);
        assert_eq!(lesson.plan.left_out(), BTreeSet::from([P95]));
        assert_eq!(lesson.plan.broken()[&P95], "parse error");
        assert_eq!(lesson.plan.clone().refreshed(at(599)), lesson.plan);
        assert_eq!(lesson.plan.refreshed(at(600)), Plan::Whole);
    }

    #[test]
    fn where_none_is_broken_they_stay_apart() {
        let lesson = learn(vec![(UP, Ok(1)), (P95, Ok(2))], at(0)).unwrap();
        assert_eq!(lesson.plan, Plan::Apart { learnt: at(0) });
        assert_eq!(lesson.heard, [1, 2]);
        assert_eq!(lesson.plan.refreshed(at(600)), Plan::Whole);
    }

    #[test]
    fn staying_apart_is_not_learnt_anew() {
        let apart = |seconds| Plan::Apart {
            learnt: at(seconds),
        };
        assert_eq!(apart(0).followed_by(apart(30)), apart(0));
        assert_eq!(Plan::Whole.followed_by(apart(30)), apart(30));
    }

    #[test]
    fn where_all_are_refused_nothing_was_heard() {
        let fault = learn(vec![(UP, refused("no")), (P95, refused("nor"))], at(0)).unwrap_err();
        assert_eq!(fault.error.kind, FailureKind::Refused);
    }

    #[test]
    fn an_upstream_that_fails_is_no_lesson() {
        let failed = Err(Fault::upstream(FailureKind::TimedOut, "no answer in 10s"));
        let fault = learn(vec![(UP, Ok(1)), (P95, failed)], at(0)).unwrap_err();
        assert_eq!(fault.error.kind, FailureKind::TimedOut);
    }
}
