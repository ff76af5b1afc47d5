//! The plan for querying the signals: all expressions in one query, or only the expressions that do not fail. Pure.
//!
//! One bad custom expression fails the joined query. After such a failure, each expression is queried alone once, to
//! find the bad expressions. From then on, the query joins only the good expressions. The query of all expressions is
//! tried again from time to time.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::expressions::QueryPart;
use super::query_error::{Blame, QueryError};
use crate::domain::now::Now;

/// How long a plan other than `Joined` holds.
const PLAN_LIFETIME: Duration = Duration::from_secs(600);

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum QueryPlan {
    /// All expressions in one query.
    #[default]
    Joined,
    /// All expressions except the broken ones in one query. Each broken expression has the upstream's error.
    JoinedWithout {
        broken: BTreeMap<QueryPart, String>,
        learnt_at: Now,
    },
    /// Each expression alone. No expression is broken, but the joined query is refused.
    Separate { learnt_at: Now },
}

impl QueryPlan {
    /// The plan at `now`. A plan that is older than [`PLAN_LIFETIME`] is reset to `Joined`.
    pub(super) fn reset_if_expired(self, now: Now) -> Self {
        match &self {
            Self::JoinedWithout {
                learnt_at: learnt, ..
            }
            | Self::Separate { learnt_at: learnt }
                if now.since(*learnt) >= PLAN_LIFETIME =>
            {
                Self::Joined
            }
            _ => self,
        }
    }

    /// The plan after each part was queried alone. If `Separate` is learnt again, it keeps the time at which it was
    /// first learnt. Otherwise it would never expire, and the joined query would never be tried again.
    pub(super) fn updated_with(self, learnt: QueryPlan) -> Self {
        match (&self, &learnt) {
            (Self::Separate { .. }, Self::Separate { .. }) => self,
            _ => learnt,
        }
    }

    /// The parts that are known to be broken, with their errors.
    pub(super) fn broken_parts(&self) -> BTreeMap<QueryPart, String> {
        match self {
            Self::JoinedWithout { broken, .. } => broken.clone(),
            Self::Joined | Self::Separate { .. } => BTreeMap::new(),
        }
    }

    /// The names of the broken parts.
    pub(super) fn excluded_parts(&self) -> BTreeSet<QueryPart> {
        self.broken_parts().into_keys().collect()
    }
}

/// The results of querying each part alone.
#[derive(Debug)]
pub(super) struct QueryOutcome<T> {
    pub(super) plan: QueryPlan,
    pub(super) succeeded: Vec<T>,
}

/// Finds the broken parts in the answers to the separate queries. Errors if no query succeeded, or if the upstream
/// failed for a reason other than the expressions.
pub(super) fn learn_from_answers<T>(
    answers: Vec<(QueryPart, Result<T, QueryError>)>,
    now: Now,
) -> Result<QueryOutcome<T>, QueryError> {
    let mut succeeded = Vec::new();
    let mut refused: Vec<(QueryPart, QueryError)> = Vec::new();
    for (asked, answer) in answers {
        match answer {
            Ok(data) => succeeded.push(data),
            Err(fault) if fault.blame == Blame::Query => refused.push((asked, fault)),
            Err(fault) => return Err(fault),
        }
    }
    if succeeded.is_empty()
        && let Some((_, fault)) = refused.pop()
    {
        return Err(fault);
    }
    let broken: BTreeMap<_, _> = refused
        .into_iter()
        .map(|(asked, fault)| (asked, fault.error.text))
        .collect();
    let plan = match broken.is_empty() {
        true => QueryPlan::Separate { learnt_at: now },
        false => QueryPlan::JoinedWithout {
            broken,
            learnt_at: now,
        },
    };
    Ok(QueryOutcome { plan, succeeded })
}

#[cfg(test)]
mod tests;
