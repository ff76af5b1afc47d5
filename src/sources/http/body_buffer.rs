//! An answer's bytes while they come in. They never move: a buffer that doubles holds three times the answer for
//! a moment, and the allocator keeps what it grew to. A large answer lies in pages of its own instead, which the
//! system sets aside as they are written to and takes back when it is dropped.

use std::io;

use bytes::Bytes;
use memmap2::{MmapMut, MmapOptions};

/// Up to this size an answer lies on the heap.
const MAX_HEAP_BYTES: usize = 64 << 10;
/// Pages are counted in steps of this.
const STEP: usize = 64 << 10;

/// The bytes so far.
pub(super) struct BodyBuffer {
    storage: Storage,
    max_bytes: usize,
}

enum Storage {
    Heap(Vec<u8>),
    Pages { map: MmapMut, len: usize },
}

impl BodyBuffer {
    /// Room for `max_bytes` at most; `promised` is what a header says of the length.
    pub fn new(promised: usize, max_bytes: usize) -> Self {
        Self {
            storage: Storage::Heap(Vec::with_capacity(promised.min(MAX_HEAP_BYTES))),
            max_bytes,
        }
    }

    /// How many bytes came.
    pub fn len(&self) -> usize {
        match &self.storage {
            Storage::Heap(bytes) => bytes.len(),
            Storage::Pages { len, .. } => *len,
        }
    }

    /// How much memory it takes once `more` bytes are added.
    pub fn capacity_with(&self, more: usize) -> usize {
        let len = self.len().saturating_add(more);
        match &self.storage {
            Storage::Heap(bytes) if len <= MAX_HEAP_BYTES => bytes.capacity().max(len),
            _ => len.div_ceil(STEP).saturating_mul(STEP),
        }
    }

    /// Adds a piece.
    ///
    /// # Errors
    /// The system has no memory for it, or it does not fit into `max_bytes`.
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

#[cfg(test)]
mod tests;
