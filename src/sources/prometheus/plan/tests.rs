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
