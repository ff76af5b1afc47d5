//! The only way in which a test waits for a real socket or process: it checks a condition again and again until a
//! deadline.

use std::time::{Duration, Instant};

/// Calls `look` every 20 ms until it returns a value. Fails with `what` once `deadline` has passed.
pub fn until<T>(deadline: Duration, what: &str, look: impl FnMut() -> Option<T>) -> T {
    until_every(Duration::from_millis(20), deadline, what, look)
}

/// As [`until`], with a pause of its own between two tries, for an account that limits requests.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place where a test waits"
)]
pub fn until_every<T>(
    pause: Duration,
    deadline: Duration,
    what: &str,
    mut look: impl FnMut() -> Option<T>,
) -> T {
    let start = Instant::now();
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(
            start.elapsed() < deadline,
            "{what}: not within {deadline:?}"
        );
        std::thread::sleep(pause);
    }
}

#[test]
fn what_comes_in_time_is_returned() {
    let mut looks = 0..5;
    assert_eq!(
        until(Duration::from_secs(5), "the fourth look", || looks
            .next()
            .filter(|n| *n == 3)),
        3
    );
}

#[test]
#[should_panic(expected = "a thing that never comes: not within 40ms")]
fn what_does_not_come_fails_by_name() {
    until(
        Duration::from_millis(40),
        "a thing that never comes",
        || None::<()>,
    );
}
