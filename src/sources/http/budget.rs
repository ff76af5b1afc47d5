//! How many bytes of answers may be held at once, over all sources.
//!
//! Thirty answers that are each within their own limit can still be a gigabyte together. No answer that holds
//! bytes waits for more: two answers, each half read and waiting for the other's bytes, would wait for ever. One
//! that finds no room gives up what it holds, and is asked for again when there is room for a whole one.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::{Mutex, MutexGuard, Notify};

/// Bytes that all answers share. Clones share it too.
#[derive(Clone, Debug)]
pub struct ByteBudget {
    shared: Arc<BudgetState>,
}

#[derive(Debug)]
struct BudgetState {
    limit: u64,
    reserved: AtomicU64,
    released: Notify,
    /// Whose turn it is among those that found no room.
    turn: Mutex<()>,
}

/// The right to be asked for next.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    _guard: MutexGuard<'a, ()>,
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
                released: Notify::new(),
                turn: Mutex::new(()),
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

    /// Waits until there is room for `bytes` (or for all that there ever is), one after another.
    pub(super) async fn wait_for_room(&self, bytes: u64) -> Turn<'_> {
        let guard = self.shared.turn.lock().await;
        loop {
            let mut released = std::pin::pin!(self.shared.released.notified());
            released.as_mut().enable();
            if self.limit().saturating_sub(self.reserved()) >= bytes.min(self.limit()) {
                return Turn { _guard: guard };
            }
            released.await;
        }
    }

    /// Whether somebody waits for room.
    #[cfg(test)]
    pub(super) fn is_waited_for(&self) -> bool {
        self.shared.turn.try_lock().is_err()
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
    /// How many bytes it holds.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

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
        self.budget.shared.released.notify_waiters();
    }
}

#[cfg(test)]
mod tests;
