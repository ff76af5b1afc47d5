use std::io::Read as _;

use futures_util::FutureExt as _;
use rustix::fs::OFlags;
use rustix::pipe::PipeFlags;

use super::*;

/// A terminal that takes a limited number of bytes until they are read, and its other end.
fn terminal() -> (TerminalOutput, File) {
    let (reader, writer) = rustix::pipe::pipe_with(PipeFlags::CLOEXEC).unwrap();
    for end in [&reader, &writer] {
        rustix::fs::fcntl_setfl(end, OFlags::NONBLOCK).unwrap();
    }
    (TerminalOutput::to_tty(File::from(writer)), reader.into())
}

/// Writes until the terminal takes no more. Returns all bytes that were written.
fn fill(output: &mut TerminalOutput) -> Vec<u8> {
    let mut all = Vec::new();
    while !output.is_blocked() {
        let frame: Vec<u8> = (0..10_000).map(|at: u32| at.to_le_bytes()[0]).collect();
        output.write_all(&frame).unwrap();
        all.extend(frame);
    }
    all
}

fn read(reader: &mut File) -> Vec<u8> {
    let mut bytes = Vec::new();
    let ended = reader.read_to_end(&mut bytes).unwrap_err();
    assert_eq!(ended.kind(), io::ErrorKind::WouldBlock);
    bytes
}

#[test]
fn bytes_that_the_terminal_does_not_take_wait_in_their_order() {
    let (mut output, mut reader) = terminal();
    let mut sent = fill(&mut output);
    output.clone().write_all(b"a bell").unwrap();
    sent.extend(b"a bell");
    let mut read_so_far = read(&mut reader);
    assert!(read_so_far.len() < sent.len() && output.is_blocked());
    while output.is_blocked() {
        output.write_unwritten().unwrap();
        read_so_far.extend(read(&mut reader));
    }
    assert_eq!(read_so_far, sent);
    output.write_all(b"at once").unwrap();
    assert_eq!(read(&mut reader), b"at once");
}

#[tokio::test(start_paused = true)]
async fn after_a_wait_in_vain_only_a_terminal_that_took_something_is_waited_for_again() {
    let (mut output, mut reader) = terminal();
    fill(&mut output);
    assert!(output.settle().now_or_never().is_none(), "it waits");
    assert!(!output.settle().await.unwrap());
    assert!(!output.settle().now_or_never().unwrap().unwrap());
    read(&mut reader);
    assert!(output.settle().await.unwrap());
    fill(&mut output);
    assert!(output.settle().now_or_never().is_none(), "it waits again");
}

#[test]
fn a_blocked_terminal_keeps_only_so_many_sequences() {
    let (mut output, mut reader) = terminal();
    let long = vec![b'x'; MAX_UNWRITTEN_BYTES + 1];
    fill(&mut output);
    output.write_sequence(b"short").unwrap();
    let refused = output.write_sequence(&long).unwrap_err();
    assert_eq!(refused.to_string(), "the terminal takes no output");
    read(&mut reader);
    output.write_unwritten().unwrap();
    assert!(!output.is_blocked());
    output.write_sequence(&long).unwrap();
}

#[tokio::test]
async fn a_blocked_terminal_is_writable_once_it_is_read() {
    let (mut output, mut reader) = terminal();
    let nothing_waits = timeout(Duration::ZERO, output.writable()).await;
    assert!(nothing_waits.is_err());
    fill(&mut output);
    assert!(timeout(Duration::ZERO, output.writable()).await.is_err());
    read(&mut reader);
    output.writable().await.unwrap();
    assert!(output.settle().await.unwrap());
    assert!(!output.is_blocked());
}

#[tokio::test(start_paused = true)]
async fn a_terminal_that_nobody_reads_does_not_settle() {
    let (mut output, _reader) = terminal();
    assert!(output.settle().await.unwrap());
    fill(&mut output);
    assert!(!output.settle().await.unwrap());
    assert!(output.is_blocked(), "no byte is lost");
}

#[test]
fn the_last_bytes_do_not_wait_for_ever() {
    let (mut output, mut reader) = terminal();
    fill(&mut output);
    output.write_last(b"last").unwrap();
    assert!(!output.is_blocked());
    read(&mut reader);
    output.write_last(b"last").unwrap();
    assert_eq!(read(&mut reader), b"last");
}

#[tokio::test]
async fn a_terminal_that_is_gone_is_an_error() {
    let (mut output, reader) = terminal();
    fill(&mut output);
    drop(reader);
    output.writable().await.unwrap();
    assert!(output.settle().await.is_err());
    assert!(output.write_all(b"x").is_err());
    assert!(output.write_last(b"x").is_err());
}
