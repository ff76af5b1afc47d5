//! How many bytes of answers may be held at once, over all sources.
//!
//! Thirty answers that are each within their own limit can still be a gigabyte together. Nobody waits
//! for the budget: two answers, each half read and waiting for the other's bytes, would wait for ever.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes that all answers share. Clones share it too.
#[derive(Clone, Debug)]
pub struct ByteBudget {
    shared: Arc<BudgetState>,
}

#[derive(Debug)]
struct BudgetState {
    limit: u64,
    reserved: AtomicU64,
}

/// Bytes that one answer holds; given back on drop.
#[derive(Debug)]
pub struct Reservation {
    budget: ByteBudget,
    bytes: u64,
}

/// The budget is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exhausted;

impl ByteBudget {
    /// A budget of so many bytes.
    pub fn new(limit: u64) -> Self {
        let held = AtomicU64::new(0);
        Self {
            shared: Arc::new(BudgetState {
                limit,
                reserved: held,
            }),
        }
    }

    /// How many bytes it has in all.
    pub fn limit(&self) -> u64 {
        self.shared.limit
    }

    /// How many bytes are held now.
    pub fn reserved(&self) -> u64 {
        self.shared.reserved.load(Ordering::Relaxed)
    }

    /// An answer of no bytes yet.
    pub(super) fn reserve(&self) -> Reservation {
        Reservation {
            budget: self.clone(),
            bytes: 0,
        }
    }
}

impl Reservation {
    /// Holds `more` bytes.
    ///
    /// # Errors
    /// When not so many are left; then nothing more is held.
    pub(super) fn grow(&mut self, more: u64) -> Result<(), Exhausted> {
        let limit = self.budget.limit();
        self.budget
            .shared
            .reserved
            .try_update(Ordering::Relaxed, Ordering::Relaxed, |held| {
                held.checked_add(more).filter(|sum| *sum <= limit)
            })
            .map_err(|_| Exhausted)?;
        self.bytes = self.bytes.saturating_add(more);
        Ok(())
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.budget
            .shared
            .reserved
            .fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_dropped_comes_back() {
        let budget = ByteBudget::new(10);
        let mut first = budget.reserve();
        first.grow(7).unwrap();
        let mut second = budget.reserve();
        assert_eq!(second.grow(4), Err(Exhausted));
        assert_eq!(budget.reserved(), 7);
        drop(first);
        second.grow(10).unwrap();
        drop(second);
        assert_eq!(budget.reserved(), 0);
    }

    proptest! {
        #[test]
        fn the_limit_is_never_passed(limit in 0..1000u64, parts in proptest::collection::vec(0..300u64, 0..20)) {
            let budget = ByteBudget::new(limit);
            let mut held = Vec::new();
            for part in parts {
                let mut reservation = budget.reserve();
                let grown = reservation.grow(part);
                prop_assert!(budget.reserved() <= limit);
                prop_assert_eq!(grown.is_ok(), reservation.bytes == part);
                held.push(reservation);
            }
            prop_assert_eq!(budget.reserved(), held.iter().map(|one| one.bytes).sum::<u64>());
        }
    }
}
