//! The demo's own random number generator, so that a seed gives the same shift on every machine.

/// SplitMix64: one addition and three mixing steps for each number.
#[derive(Clone, Debug)]
pub struct Rng(u64);

impl Rng {
    /// A generator that starts from `seed`.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }

    /// A number below `limit`; 0 if `limit` is 0.
    pub fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit).unwrap_or(u64::MAX);
        let drawn = self.draw().checked_rem(limit).unwrap_or(0);
        usize::try_from(drawn).unwrap_or(0)
    }

    /// A random item of `all`; `None` if `all` is empty.
    pub fn pick<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        all.get(self.below(all.len()))
    }

    /// A random number between `low` and `high`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * unit(self.draw())
    }

    /// An id like PagerDuty's: `prefix`, then capital letters and digits.
    pub fn id(&mut self, prefix: &str, length: usize) -> String {
        const SIGNS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        let signs = (0..length).map(|_| char::from(*self.pick(SIGNS).unwrap_or(&b'0')));
        prefix.chars().chain(signs).collect()
    }
}

fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

/// Maps every value to a number from 0 to below 1.
#[expect(
    clippy::cast_precision_loss,
    reason = "53 bits are what a float can hold"
)]
fn unit(value: u64) -> f64 {
    (value >> 11) as f64 / (1_u64 << 53) as f64
}

/// A number from 0 to below 1. The same arguments always give the same number.
pub fn noise(seed: u64, words: &[&str], step: i64) -> f64 {
    let start = mix(seed ^ mix(step.cast_unsigned()));
    let mixed = words
        .iter()
        .flat_map(|word| word.bytes().chain([0xFF]))
        .fold(start, |sum, byte| {
            (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
        });
    unit(mix(mixed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_numbers_are_the_published_ones() {
        let mut rng = Rng::new(1_234_567);
        assert_eq!(rng.draw(), 6_457_827_717_110_365_317);
        assert_eq!(rng.draw(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn noise_depends_on_every_word_and_stays_below_one() {
        let one = noise(1, &["a", "bc"], 3);
        assert_eq!(one, noise(1, &["a", "bc"], 3));
        assert_ne!(one, noise(1, &["ab", "c"], 3));
        assert_ne!(one, noise(1, &["a", "bc"], 4));
        assert!((0.0..1.0).contains(&one));
    }

    #[test]
    fn nothing_to_pick_from_gives_nothing() {
        assert_eq!(Rng::new(1).pick::<u8>(&[]), None);
        assert_eq!(Rng::new(1).below(0), 0);
    }
}
