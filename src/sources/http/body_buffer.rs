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

    /// All bytes.
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
mod tests {
    use super::*;

    fn filled(pieces: usize, size: usize) -> BodyBuffer {
        let mut buffer = BodyBuffer::new(0, pieces * size);
        for at in 0..pieces {
            let piece = vec![u8::try_from(at % 251).unwrap(); size];
            buffer.push(&piece).unwrap();
        }
        buffer
    }

    #[test]
    fn pieces_come_out_as_they_went_in() {
        for (pieces, size) in [
            (0, 1),
            (1, 3),
            (64, 1 << 10),
            (65, 1 << 10),
            (300, 16 << 10),
        ] {
            let bytes = filled(pieces, size).into_bytes();
            assert_eq!(bytes.len(), pieces * size);
            let told = bytes.chunks(size).map(|piece| piece[0]);
            assert!(told.eq((0..pieces).map(|at| u8::try_from(at % 251).unwrap())));
        }
    }

    #[test]
    fn what_it_takes_is_never_twice_what_came() {
        let mut buffer = BodyBuffer::new(0, 8 << 20);
        let piece = [0; 10_000];
        while buffer.len() + piece.len() <= 8 << 20 {
            let capacity = buffer.capacity_with(piece.len());
            buffer.push(&piece).unwrap();
            assert!(capacity >= buffer.len() && capacity < buffer.len() + STEP);
        }
    }

    #[test]
    fn more_than_the_limit_does_not_fit() {
        let mut buffer = BodyBuffer::new(0, 100_000);
        buffer.push(&[1; 90_000]).unwrap();
        buffer.push(&[1; 20_000]).unwrap_err();
        assert_eq!(buffer.len(), 90_000);
    }
}
