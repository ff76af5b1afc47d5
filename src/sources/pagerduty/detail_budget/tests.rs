//! The number of details that may be read, computed from the headers and the time.

use chrono::DateTime;

use super::*;

fn at(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn left(limit: u32, remaining: u32) -> RateBudget {
    RateBudget {
        limit,
        remaining,
        resets_at: DateTime::UNIX_EPOCH,
    }
}

fn told(remaining: u32, resets_in: u64, mono: u64) -> DetailBudget {
    let mut budget = DetailBudget::new(at(mono));
    budget.record(left(960, remaining), at(resets_in), at(mono));
    budget
}

fn spend(budget: &mut DetailBudget, count: u32, mono: u64) {
    (0..count).for_each(|_| budget.spend(at(mono)));
}

#[test]
fn only_what_is_left_above_two_thirds_is_shared() {
    for (remaining, share) in [(960, 106), (800, 53), (643, 1), (642, 0), (640, 0), (0, 0)] {
        let mut budget = told(remaining, 60, 0);
        assert_eq!(budget.available(Pace::AtOnce, at(0)), share, "{remaining}");
    }
}

#[test]
fn what_is_less_urgent_leaves_half_of_each_portion() {
    let mut budget = told(958, 60, 0);
    assert_eq!(budget.available(Pace::Half, at(0)), 17);
    for _ in 0..17 {
        budget.announce(Pace::Half, at(1));
    }
    spend(&mut budget, 17, 1);
    assert_eq!(budget.available(Pace::Half, at(2)), 0);
    assert_eq!(budget.available(Pace::Spread, at(2)), 18);
    spend(&mut budget, 18, 3);
    assert_eq!(budget.available(Pace::Half, at(20)), 18);
    spend(&mut budget, 30, 21);
    assert_eq!(
        budget.available(Pace::Half, at(22)),
        5,
        "the others go first"
    );
    assert_eq!(budget.available(Pace::Half, at(60)), 17, "a new window");
}

#[test]
fn the_share_comes_in_three_portions() {
    let mut budget = told(958, 60, 0);
    assert_eq!(budget.available(Pace::Spread, at(0)), 35);
    spend(&mut budget, 35, 1);
    assert_eq!(budget.available(Pace::Spread, at(19)), 0);
    assert_eq!(budget.next_portion_in(at(5)), at(15));
    assert_eq!(budget.available(Pace::Spread, at(20)), 35);
    spend(&mut budget, 35, 20);
    assert_eq!(budget.available(Pace::Spread, at(40)), 36);
    spend(&mut budget, 36, 40);
    assert_eq!(budget.available(Pace::AtOnce, at(59)), 0);
    assert_eq!(budget.next_portion_in(at(45)), at(15));
    assert_eq!(budget.available(Pace::Spread, at(60)), 35, "a new window");
}

#[test]
fn what_others_take_is_taken_from_the_share() {
    let mut budget = told(960, 60, 0);
    spend(&mut budget, 35, 0);
    budget.record(left(960, 700), at(40), at(20));
    assert_eq!(budget.available(Pace::Spread, at(20)), 0, "a third of 95");
    budget.record(left(960, 640), at(39), at(21));
    assert_eq!(budget.available(Pace::AtOnce, at(21)), 0);
    assert_eq!(budget.next_portion_in(at(21)), at(39), "not before its end");
}

#[test]
fn a_window_that_begins_early_is_noticed() {
    let mut budget = told(960, 60, 0);
    spend(&mut budget, 106, 0);
    budget.record(left(960, 854), at(50), at(10));
    assert_eq!(budget.available(Pace::AtOnce, at(10)), 0);
    budget.record(left(960, 959), at(60), at(20));
    assert_eq!(budget.available(Pace::AtOnce, at(20)), 106);
}

#[test]
fn without_headers_the_documented_limit_counts() {
    let mut budget = DetailBudget::new(at(7));
    assert_eq!(budget.available(Pace::Spread, at(7)), 35);
    spend(&mut budget, 106, 7);
    assert_eq!(budget.available(Pace::AtOnce, at(66)), 0);
    assert_eq!(budget.available(Pace::AtOnce, at(67)), 106);
}

#[test]
fn no_number_overflows() {
    for limit in [0, 1, 2, u32::MAX] {
        let mut budget = DetailBudget::new(Duration::MAX);
        budget.record(left(limit, u32::MAX), Duration::MAX, Duration::MAX);
        budget.spend(Duration::ZERO);
        budget.available(Pace::Spread, Duration::MAX);
        budget.next_portion_in(Duration::MAX);
    }
}
