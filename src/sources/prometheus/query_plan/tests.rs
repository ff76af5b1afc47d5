use super::*;
use crate::domain::hub::Signal;
use crate::domain::source::FailureKind;
use chrono::DateTime;

const UP: QueryPart = QueryPart::Signal(Signal::Up);
const P95: QueryPart = QueryPart::Signal(Signal::SpawnP95Seconds);

fn at(seconds: u64) -> Now {
    Now {
        wall: DateTime::UNIX_EPOCH + Duration::from_secs(seconds),
        mono: Duration::from_secs(seconds),
    }
}

fn refused(text: &str) -> Result<u8, QueryError> {
    Err(QueryError::query(FailureKind::Refused, text))
}

#[test]
fn broken_parts_are_left_out_for_ten_minutes() {
    let lesson =
        learn_from_answers(vec![(UP, Ok(1)), (P95, refused("parse error"))], at(0)).unwrap();
    assert_eq!(lesson.succeeded, [1]);
    assert_eq!(lesson.plan.excluded_parts(), BTreeSet::from([P95]));
    assert_eq!(lesson.plan.broken_parts()[&P95], "parse error");
    assert_eq!(lesson.plan.clone().reset_if_expired(at(599)), lesson.plan);
    assert_eq!(lesson.plan.reset_if_expired(at(600)), QueryPlan::Joined);
}

#[test]
fn where_none_is_broken_they_stay_apart() {
    let lesson = learn_from_answers(vec![(UP, Ok(1)), (P95, Ok(2))], at(0)).unwrap();
    assert_eq!(lesson.plan, QueryPlan::Separate { learnt_at: at(0) });
    assert_eq!(lesson.succeeded, [1, 2]);
    assert_eq!(lesson.plan.reset_if_expired(at(600)), QueryPlan::Joined);
}

#[test]
fn staying_apart_is_not_learnt_anew() {
    let apart = |seconds| QueryPlan::Separate {
        learnt_at: at(seconds),
    };
    assert_eq!(apart(0).updated_with(apart(30)), apart(0));
    assert_eq!(QueryPlan::Joined.updated_with(apart(30)), apart(30));
}

#[test]
fn where_all_are_refused_nothing_was_heard() {
    let fault =
        learn_from_answers(vec![(UP, refused("no")), (P95, refused("nor"))], at(0)).unwrap_err();
    assert_eq!(fault.error.kind(), FailureKind::Refused);
}

#[test]
fn an_upstream_that_fails_is_no_lesson() {
    let failed = Err(QueryError::upstream(
        FailureKind::TimedOut,
        "no answer in 10s",
    ));
    let fault = learn_from_answers(vec![(UP, Ok(1)), (P95, failed)], at(0)).unwrap_err();
    assert_eq!(fault.error.kind(), FailureKind::TimedOut);
}
