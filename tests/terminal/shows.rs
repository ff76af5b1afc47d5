//! The screen: the first frame, keys, sizes; and no output while nothing changes.

use std::time::Duration;

use super::Demo;

#[test]
fn the_first_frame_stands_before_any_source_answered() {
    let mut demo = Demo::start(&[], &[], (120, 30));
    demo.pty.wait_for("asking, nothing is known yet");
    demo.pty.wait_for("DEMO");
    demo.pty.wait_for("sources live");
}

#[test]
fn keys_show_what_they_should() {
    let mut demo = Demo::quiet();
    let (help, sources, typed) = ("On the panes", "┌ Sources", "no such thing");
    for (key, shown, gone) in [
        ("?", help, None),
        ("\x1b", "q quit", Some(help)),
        ("s", sources, None),
        ("\x1b", "q quit", Some(sources)),
        ("/", "esc ", Some("q quit")),
        (typed, typed, None),
        ("\x1b", "q quit", Some(typed)),
        ("j", "▌ P2", None),
        ("\r", "esc ", Some("q quit")),
        ("\x1b", "q quit", None),
        ("r", "q quit", None),
    ] {
        demo.pty.send(key.as_bytes());
        demo.pty.wait_until(shown, |pty| {
            let text = pty.screen().contents();
            text.contains(shown) && gone.is_none_or(|gone| !text.contains(gone))
        });
    }
    demo.pty.send(b"q");
    assert_eq!(demo.pty.wait_for_exit(), 0);
}

#[test]
fn keys_typed_in_a_burst_all_count() {
    let mut demo = Demo::quiet();
    // A hundred times round the four panes from the first one, and then one step further, to the hubs.
    let mut keys = "\t".repeat(401);
    keys.push('?');
    demo.pty.send(keys.as_bytes());
    demo.pty.wait_for("On the panes");
    demo.pty.send(b"\x03");
    assert_eq!(demo.pty.wait_for_exit(), 0);
    demo.assert_left();
}

#[test]
fn every_size_is_drawn_as_it_comes() {
    let mut demo = Demo::quiet();
    for (cols, rows, shown) in [
        (30, 4, "sources"),
        (1, 1, ""),
        (250, 80, "q quit"),
        (60, 12, "sources"),
        (120, 30, "q quit"),
    ] {
        demo.pty.resize(cols, rows);
        demo.pty.wait_until("a word of the verdict", |pty| {
            !pty.screen().contents().trim().is_empty()
        });
        demo.pty.wait_for(shown);
    }
    demo.pty.send(b"q");
    assert_eq!(demo.pty.wait_for_exit(), 0);
    demo.assert_left();
}

#[test]
fn nothing_is_written_while_nothing_changes() {
    let mut demo = Demo::quiet();
    demo.pty.read_for(Duration::from_secs(2));
    let before = demo.pty.text().len();
    demo.pty.read_for(Duration::from_secs(5));
    let added = demo.pty.text().len() - before;
    // The minute may have changed during the wait. Then the digits of the clock and of the ages are written.
    assert!(added < 600, "{added} bytes");
}

#[test]
fn much_that_is_typed_into_the_filter_does_not_keep_its_end_waiting() {
    let mut demo = Demo::quiet();
    // A paste in a terminal without bracketed paste, then the keys with which a person would leave the filter and the
    // program.
    demo.pty
        .send(format!("/{}", "word ".repeat(4000)).as_bytes());
    demo.pty.wait_for("word word");
    demo.pty.send(b"\x1b");
    demo.pty.wait_for("q quit");
    demo.pty.send(b"q");
    assert_eq!(demo.pty.wait_for_exit(), 0);
}
