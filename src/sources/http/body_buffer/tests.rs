//! What goes in comes out, and takes no more than it must.

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
