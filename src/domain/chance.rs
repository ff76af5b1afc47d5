//! A test whether a count is larger than chance explains.

/// Whether `count` is larger than chance explains if `usual` is expected. It must exceed `usual` by at least `margin`
/// plus twice the square root of `usual`, which is about two standard deviations of a Poisson distribution. The margin
/// allows for small numbers, whose distribution is wider above `usual`, and for many hubs that are compared at once.
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
