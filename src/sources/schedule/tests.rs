use chrono::{DateTime, Utc};
use proptest::prelude::*;

use super::*;
use crate::domain::source::{BUDGET_INTERVALS, RateBudget};

fn start() -> Now {
    Now {
        wall: DateTime::<Utc>::from_timestamp(1_790_000_000, 0).unwrap(),
        mono: Duration::from_secs(5),
    }
}

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// Waits as long as the schedule says, and then begins a poll.
fn step(schedule: &mut Schedule, now: Now) -> Now {
    let next = now.plus(schedule.wait(now));
    assert_eq!(schedule.wait(next), Duration::ZERO);
    schedule.record_start(next);
    next
}

#[test]
fn the_first_poll_is_at_once() {
    assert_eq!(
        Schedule::new(seconds(30), 1, start()).wait(start()),
        Duration::ZERO
    );
}

#[test]
fn an_answer_slower_than_the_interval_leaves_a_breath() {
    let mut schedule = Schedule::new(seconds(5), 1, start());
    let begun = step(&mut schedule, start());
    let done = begun.plus(seconds(9));
    schedule.record_success(done, None);
    assert_eq!(schedule.wait(done), MIN_PAUSE);
}

#[test]
fn a_source_that_heals_is_noticed_within_a_minute_or_an_interval() {
    let mut schedule = Schedule::new(seconds(30), 1, start());
    let mut now = start();
    for _ in 0..20 {
        now = step(&mut schedule, now);
        schedule.record_failure(now, PollFailure::Transient);
    }
    assert!(schedule.wait(now) <= seconds(66));
    now = step(&mut schedule, now);
    schedule.record_success(now, None);
    assert!(schedule.wait(now) <= seconds(33));
}

#[test]
fn an_upstreams_hold_stands_even_against_a_hurry() {
    let mut schedule = Schedule::new(seconds(20), 1, start());
    let now = step(&mut schedule, start());
    let retry_after = Some(seconds(47));
    schedule.record_failure(now, PollFailure::RateLimited { retry_after });
    schedule.make_due(now);
    assert_eq!(schedule.wait(now), seconds(47));
    assert_eq!(schedule.wait(now.plus(seconds(47))), Duration::ZERO);
}

#[test]
fn an_absurd_hold_is_cut() {
    let mut schedule = Schedule::new(seconds(20), 1, start());
    let retry_after = Some(seconds(86_400));
    schedule.record_failure(start(), PollFailure::RateLimited { retry_after });
    assert_eq!(schedule.wait(start()), MAX_HOLD);
}

#[test]
fn a_limit_without_words_holds_for_the_backoff() {
    let mut schedule = Schedule::new(seconds(20), 1, start());
    schedule.record_failure(start(), PollFailure::RateLimited { retry_after: None });
    schedule.make_due(start());
    assert_eq!(schedule.wait(start()), seconds(15));
}

#[test]
fn a_hurry_makes_it_due() {
    let mut schedule = Schedule::new(seconds(300), 1, start());
    let now = step(&mut schedule, start());
    schedule.record_success(now, None);
    schedule.make_due(now.plus(seconds(3)));
    assert_eq!(schedule.wait(now.plus(seconds(3))), Duration::ZERO);
}

#[test]
fn after_a_laptop_slept_it_is_due_within_two_seconds() {
    let mut schedule = Schedule::new(seconds(300), 1, start());
    let now = step(&mut schedule, start());
    schedule.record_success(now, None);
    let woken = Now {
        wall: now.wall + seconds(7_200),
        mono: now.mono + seconds(10),
    };
    let wait = schedule.wait(woken);
    assert!(wait <= POLL_WITHIN_AFTER_JUMP);
    assert_eq!(schedule.wait(woken.plus(wait)), Duration::ZERO);
}

#[test]
fn a_wall_clock_set_back_stops_nothing() {
    let mut schedule = Schedule::new(seconds(30), 1, start());
    let now = step(&mut schedule, start());
    schedule.record_success(now, None);
    let back = Now {
        wall: now.wall - seconds(86_400),
        mono: now.mono + seconds(1),
    };
    assert!(schedule.wait(back) <= POLL_WITHIN_AFTER_JUMP);
}

fn any_outcome() -> impl Strategy<Value = Result<(), PollFailure>> {
    prop_oneof![
        Just(Ok(())),
        Just(Err(PollFailure::Transient)),
        Just(Err(PollFailure::Configuration)),
        Just(Err(PollFailure::Credentials)),
        (0..100_000u64).prop_map(|wait| Err(PollFailure::RateLimited {
            retry_after: Some(seconds(wait))
        })),
    ]
}

proptest! {
    #[test]
    fn a_live_source_is_never_overdue(seed: u64, interval in 2..900u64, latency in 0..900u64) {
        let interval = seconds(interval);
        let mut schedule = Schedule::new(interval, seed, start());
        let mut now = start();
        for _ in 0..10 {
            let begun = step(&mut schedule, now);
            now = begun.plus(interval.min(seconds(latency)) / 2);
            schedule.record_success(now, None);
            let next = now.plus(schedule.wait(now));
            prop_assert!(next.since(begun) <= interval.mul_f64(1.11).max(interval / 2 + MIN_PAUSE));
            prop_assert!(next.since(begun) >= interval.mul_f64(0.89));
        }
    }

    #[test]
    fn one_failure_leaves_time_for_a_second_try(seed: u64, interval in 10..900u64) {
        let interval = seconds(interval);
        let mut schedule = Schedule::new(interval, seed, start());
        let asked = step(&mut schedule, start());
        schedule.record_success(asked, None);
        let failing = step(&mut schedule, asked);
        schedule.record_failure(failing, PollFailure::Transient);
        let again = failing.plus(schedule.wait(failing));
        prop_assert!(again.since(asked) < interval * BUDGET_INTERVALS);
    }

    #[test]
    fn whatever_happens_it_comes_again(
        seed: u64,
        interval in 1..900u64,
        outcomes in proptest::collection::vec((any_outcome(), 0..20u64), 1..40),
    ) {
        let mut schedule = Schedule::new(seconds(interval), seed, start());
        let mut now = start();
        for (outcome, latency) in outcomes {
            let begun = step(&mut schedule, now);
            now = begun.plus(seconds(latency));
            match outcome {
                Ok(()) => schedule.record_success(now, None),
                Err(setback) => schedule.record_failure(now, setback),
            }
            let wait = schedule.wait(now);
            prop_assert!(wait >= MIN_PAUSE.mul_f64(0.89), "{wait:?}");
            let longest = MAX_HOLD.max(seconds(interval * 2).mul_f64(1.11));
            prop_assert!(wait <= longest, "{wait:?}");
        }
    }

    #[test]
    fn a_budget_lasts_its_window(seed: u64, remaining in 0..960u32, requests in 1..50u32) {
        let mut schedule = Schedule::new(seconds(1), seed, start());
        let resets_at = start().plus(seconds(60)).wall;
        let (mut now, mut left) = (start(), remaining);
        loop {
            now = step(&mut schedule, now);
            if now.wall >= resets_at {
                break;
            }
            left = left.saturating_sub(requests);
            let budget = RateBudget { limit: 960, remaining: left, resets_at };
            schedule.record_success(now, Some(RateUsage { budget, requests }));
        }
        // The first poll is made before the budget is known, so it may use requests of the reserve.
        prop_assert!(left >= remaining.saturating_sub(requests).min(960 / 5), "{left}");
    }
}
