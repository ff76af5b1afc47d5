//! Small random changes of the times at which sources are polled. The same seed gives the same changes.

use std::time::Duration;

/// An interval is lengthened or shortened by at most this part of it.
const MAX_DEVIATION: f64 = 0.1;

/// A stream of pseudo-random numbers (splitmix64, Steele, Lea and Flood 2014).
#[derive(Clone, Debug)]
pub struct Jitter {
    state: u64,
}

impl Jitter {
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// A time near `span`, up to a tenth longer or shorter.
    pub fn around(&mut self, span: Duration) -> Duration {
        span.mul_f64(1.0 - MAX_DEVIATION + 2.0 * MAX_DEVIATION * self.fraction())
    }

    /// A time from zero up to `span`.
    pub fn up_to(&mut self, span: Duration) -> Duration {
        span.mul_f64(self.fraction())
    }

    /// A number in `0..1`. It is from the upper 53 bits, which a float can represent exactly.
    #[expect(clippy::cast_precision_loss, reason = "53 bits are what a float holds")]
    fn fraction(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_is_splitmix64() {
        let mut jitter = Jitter::new(1_234_567);
        assert_eq!(jitter.next(), 6_457_827_717_110_365_317);
        assert_eq!(jitter.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn seeds_differ_and_repeat() {
        let first = |seed| Jitter::new(seed).around(Duration::from_secs(30));
        assert_eq!(first(7), first(7));
        assert_ne!(first(7), first(8));
    }
}
