//! The memory for an answer's bytes, and the budget of bytes that all answers share.
//!
//! The bytes that have arrived are never moved. A buffer that doubles its size would hold three times the answer for a
//! moment, and the allocator would keep that memory. So a large answer gets memory pages of its own. The system
//! provides each page when it is first written to, and takes the pages back when the answer is dropped.
//!
//! Thirty answers, each within its own limit, can be a gigabyte together. So all answers share a budget. An answer that
//! holds bytes never waits for more: two half-read answers could otherwise wait for each other's bytes for ever. Such
//! an answer gives up its bytes if there is no more room. It is requested again when there is room for a whole answer.

use std::io;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use memmap2::{MmapMut, MmapOptions};
use tokio::sync::{Mutex, MutexGuard, Notify};

/// Larger answers get memory pages of their own.
const MAX_HEAP_BYTES: usize = 64 << 10;
/// The memory of a large answer is counted in steps of this size.
const STEP: usize = 64 << 10;

/// An answer's bytes. They count against the budget while they are held.
#[derive(Debug)]
pub struct Body {
    bytes: Bytes,
    _reservation: Reservation,
}

impl Body {
    pub(super) fn map(self, change: impl FnOnce(Bytes) -> Bytes) -> Self {
        Self {
            bytes: change(self.bytes),
            ..self
        }
    }

    pub(super) fn new(bytes: Bytes, held: Reservation) -> Self {
        Self {
            bytes,
            _reservation: held,
        }
    }
}

impl Deref for Body {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

/// The bytes received so far.
pub(super) struct BodyBuffer {
    storage: Storage,
    max_bytes: usize,
}

enum Storage {
    Heap(Vec<u8>),
    Pages { map: MmapMut, len: usize },
}

impl BodyBuffer {
    /// A buffer for at most `max_bytes`. `promised` is the length in the header.
    pub fn new(promised: usize, max_bytes: usize) -> Self {
        Self {
            storage: Storage::Heap(Vec::with_capacity(promised.min(MAX_HEAP_BYTES))),
            max_bytes,
        }
    }

    /// The number of bytes received.
    pub fn len(&self) -> usize {
        match &self.storage {
            Storage::Heap(bytes) => bytes.len(),
            Storage::Pages { len, .. } => *len,
        }
    }

    /// The memory that the buffer takes once `more` bytes are added.
    pub fn capacity_with(&self, more: usize) -> usize {
        let len = self.len().saturating_add(more);
        match &self.storage {
            Storage::Heap(bytes) if len <= MAX_HEAP_BYTES => bytes.capacity().max(len),
            _ => len.div_ceil(STEP).saturating_mul(STEP),
        }
    }

    /// Adds a piece of the answer.
    ///
    /// # Errors
    /// The system has no memory for the piece, or the piece does not fit into `max_bytes`.
    pub fn push(&mut self, piece: &[u8]) -> io::Result<()> {
        let end = self.len().saturating_add(piece.len());
        if let Storage::Heap(bytes) = &mut self.storage {
            if end <= MAX_HEAP_BYTES {
                bytes.reserve_exact(piece.len());
                bytes.extend_from_slice(piece);
                return Ok(());
            }
            self.storage = move_to_pages(bytes, self.max_bytes)?;
        }
        if let Storage::Pages { map, len } = &mut self.storage {
            let free = map.get_mut(*len..end).ok_or(io::ErrorKind::FileTooLarge)?;
            free.copy_from_slice(piece);
            *len = end;
        }
        Ok(())
    }

    pub fn into_bytes(self) -> Bytes {
        match self.storage {
            Storage::Heap(bytes) => bytes.into(),
            Storage::Pages { map, len } => Bytes::from_owner(Pages { map, len }),
        }
    }
}

fn move_to_pages(bytes: &[u8], max_bytes: usize) -> io::Result<Storage> {
    let size = max_bytes.max(bytes.len()).max(1);
    let mut map = MmapOptions::new().len(size).no_reserve_swap().map_anon()?;
    let begun = map
        .get_mut(..bytes.len())
        .ok_or(io::ErrorKind::FileTooLarge)?;
    begun.copy_from_slice(bytes);
    Ok(Storage::Pages {
        map,
        len: bytes.len(),
    })
}

struct Pages {
    map: MmapMut,
    len: usize,
}

impl AsRef<[u8]> for Pages {
    fn as_ref(&self) -> &[u8] {
        self.map.get(..self.len).unwrap_or_default()
    }
}

/// The budget of bytes that all answers share. Clones share the same budget.
#[derive(Clone, Debug)]
pub struct ByteBudget {
    shared: Arc<BudgetState>,
}

#[derive(Debug)]
struct BudgetState {
    limit: u64,
    reserved: AtomicU64,
    released: Notify,
    /// Locked by an answer that waits for bytes of the budget. That answer gets the next bytes that become free.
    turn: Mutex<()>,
}

/// The right to be the next answer that gets bytes of the budget.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    _guard: MutexGuard<'a, ()>,
}

/// The bytes that one answer holds. They return to the budget on drop.
#[derive(Debug)]
pub struct Reservation {
    budget: ByteBudget,
    bytes: u64,
}

/// The budget is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exhausted;

impl ByteBudget {
    /// A budget of `limit` bytes.
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

    /// The size of the whole budget.
    pub fn limit(&self) -> u64 {
        self.shared.limit
    }

    /// The number of bytes that are held now.
    pub fn reserved(&self) -> u64 {
        self.shared.reserved.load(Ordering::Relaxed)
    }

    /// Waits until there is room for `bytes`, or until the whole budget is free if `bytes` is more. Callers are served
    /// one after another.
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

    /// Whether an answer waits for room.
    #[cfg(test)]
    pub(super) fn is_waited_for(&self) -> bool {
        self.shared.turn.try_lock().is_err()
    }

    /// A reservation of no bytes yet.
    pub(super) fn reserve(&self) -> Reservation {
        Reservation {
            budget: self.clone(),
            bytes: 0,
        }
    }
}

impl Reservation {
    /// The number of bytes that the reservation holds.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Adds `more` bytes to the reservation.
    ///
    /// # Errors
    /// When fewer bytes are left. The reservation then stays as it was.
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
