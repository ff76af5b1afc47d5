//! However it ends, the terminal is as it was, and no process or file is left.

use rustix::process::Signal;

use super::{Demo, PATIENCE, wait_until_gone};
use crate::until::until;

#[test]
fn quitting_gives_the_terminal_back() {
    let mut demo = Demo::quiet();
    demo.assert_taken();
    demo.pty.send(b"q");
    assert_eq!(demo.pty.wait_for_exit(), 0);
    demo.assert_left();
}

#[test]
fn the_signals_that_end_it_give_the_terminal_back() {
    for signal in [Signal::TERM, Signal::HUP, Signal::INT, Signal::QUIT] {
        let mut demo = Demo::quiet();
        demo.kill(signal);
        assert_eq!(demo.pty.wait_for_exit(), 0, "{signal:?}");
        demo.assert_left();
    }
}

#[test]
fn a_closed_terminal_ends_it() {
    let demo = Demo::quiet();
    let Demo { pty, place, .. } = demo;
    let mut running = pty.close();
    let pid = running.pid();
    running.wait_for_exit();
    wait_until_gone(pid);
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0);
}

#[test]
fn a_closed_terminal_ends_it_even_where_the_hang_up_is_ignored() {
    let demo = Demo::in_shell("-c", "trap '' HUP; exec {}", (120, 30));
    let mut running = demo.pty.close();
    let pid = running.pid();
    running.wait_for_exit();
    wait_until_gone(pid);
}

#[test]
fn ended_while_it_starts_it_leaves_nothing_either() {
    let mut demo = Demo::start(&[], &[], (120, 30));
    let place = demo.place.path().to_owned();
    let _folder = until(PATIENCE, "a folder", || {
        std::fs::read_dir(&place).ok()?.next()?.ok()
    });
    demo.kill(Signal::TERM);
    demo.pty.wait_for_exit();
    assert!(!demo.pty.screen().alternate_screen());
    demo.assert_nothing_left();
}

#[test]
fn a_terminal_that_nobody_reads_does_not_keep_it_from_ending() {
    let signals = [Signal::TERM, Signal::HUP, Signal::INT, Signal::QUIT];
    let signals = signals.map(|signal| (Some(signal), &b""[..]));
    for (signal, keys) in signals
        .into_iter()
        .chain([(None, &b"q"[..]), (None, b"\x03")])
    {
        let mut demo = Demo::quiet();
        let gate = demo.pty.gate();
        let closed = gate.lock().unwrap();
        demo.pty.fill();
        match signal {
            Some(signal) => demo.kill(signal),
            None => demo.pty.send(keys),
        }
        demo.pty.wait_until_gone();
        drop(closed);
        assert_eq!(demo.pty.wait_for_exit(), 0, "{signal:?} {keys:?}");
        demo.assert_left();
    }
}
