//! A test whether a count is too large to be chance.

/// Whether `count` is too large to be chance if `usual` is expected. The count must exceed `usual` by at least `margin`
/// plus twice the square root of `usual`. That root is about one standard deviation of a Poisson distribution. The
/// margin is needed for two reasons: small expected numbers have a wider distribution, and many hubs are compared at
/// once.
pub fn is_beyond_chance(count: f64, usual: f64, margin: f64) -> bool {
    count >= usual + 2.0 * usual.sqrt() + margin
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_more_than_usual_are_chance() {
        let beyond = |count, usual| is_beyond_chance(count, usual, 2.0);
        assert!(!beyond(1.0, 0.0) && beyond(2.0, 0.0));
        assert!(!beyond(3.0, 0.25) && beyond(4.0, 0.25));
        assert!(!beyond(9.0, 4.0) && beyond(10.0, 4.0));
    }
}
