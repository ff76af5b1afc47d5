//! The buffer returns the bytes that it was given and takes no more memory than it needs. The budget's limit holds, and
//! dropped bytes return to the budget.

use proptest::prelude::*;

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
