//! Since when a case is never moves forward while it is shown: what dated it may end (its alert, the hub's
//! failures) or not be known any more (a source that is not fresh), and the case goes on.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::model::Picture;
use crate::domain::case::Case;
use crate::domain::ids::CaseId;

/// Pictures whose clocks are further apart do not date each other's cases.
const MAX_SKEW_CHANGE: TimeDelta = TimeDelta::seconds(10);

/// Dates each case as the picture before did, where that is earlier.
pub fn keep_earliest(cases: &mut [Case], previous: &Picture, skew: TimeDelta) {
    if (previous.skew - skew).abs() > MAX_SKEW_CHANGE {
        return;
    }
    let mut known: HashMap<&CaseId, DateTime<Utc>> = HashMap::new();
    for case in &previous.cases {
        for id in std::iter::once(&case.id).chain(&case.aliases) {
            known.insert(id, case.since);
        }
    }
    for case in cases {
        let before = std::iter::once(&case.id).chain(&case.aliases);
        if let Some(since) = before.filter_map(|id| known.get(id)).min() {
            case.since = case.since.min(*since);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::answers::Answers;
    use crate::domain::ids::HubKey;
    use crate::domain::now::Now;
    use crate::domain::policy::Policy;
    use crate::picture::cases::empty_case;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    fn picture(cases: Vec<Case>) -> Picture {
        let now = Now {
            wall: at(1000),
            mono: std::time::Duration::ZERO,
        };
        Picture {
            cases: cases.into_iter().map(Arc::new).collect(),
            ..crate::picture::build(&Answers::default(), &Policy::default(), now)
        }
    }

    fn hub() -> CaseId {
        CaseId::Hub(HubKey::new("leap", "prod"))
    }

    fn incident() -> CaseId {
        CaseId::Incident("Q1".into())
    }

    fn since(previous: Vec<Case>, case: Case, skew: i64) -> i64 {
        let mut cases = [case];
        keep_earliest(&mut cases, &picture(previous), TimeDelta::seconds(skew));
        (cases[0].since - DateTime::UNIX_EPOCH).num_seconds()
    }

    #[test]
    fn an_outage_is_as_old_as_it_was_before_its_page_came_and_its_hub_recovered() {
        let failing = empty_case(hub(), at(100));
        let paged = Case {
            aliases: vec![hub()],
            ..empty_case(incident(), at(100))
        };
        let recovered = empty_case(incident(), at(300));
        assert_eq!(since(vec![paged], recovered.clone(), 0), 100);
        let paged_late = Case {
            aliases: vec![hub()],
            ..recovered
        };
        assert_eq!(since(vec![failing], paged_late, 0), 100);
    }

    #[test]
    fn a_case_that_was_not_shown_is_dated_by_its_own_evidence() {
        let other = empty_case(CaseId::Incident("Q2".into()), at(100));
        assert_eq!(since(vec![other], empty_case(incident(), at(300)), 0), 300);
    }

    #[test]
    fn a_case_gets_older_when_more_is_known() {
        let before = empty_case(incident(), at(300));
        assert_eq!(since(vec![before], empty_case(incident(), at(100)), 0), 100);
    }

    #[test]
    fn a_clock_that_was_wrong_dates_nothing() {
        let before = empty_case(incident(), at(100));
        let now = empty_case(incident(), at(3700));
        assert_eq!(since(vec![before], now, 3600), 3700);
    }
}
