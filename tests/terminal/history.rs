//! Opens a case in the real program. The program then requests the case's history and draws it with the alert's
//! threshold.

use super::Demo;

#[test]
fn an_opened_case_shows_how_it_came_to_this() {
    let mut demo = Demo::start(&["--scenario", "shift"], &[], (200, 70));
    demo.pty.wait_for("sources live");
    demo.pty.send(b"/10% earthlab\r");
    demo.pty.wait_for("Cases 1 of");
    assert!(!demo.pty.screen().contents().contains("alerts at"));
    demo.pty.send(b"\r");
    demo.pty.wait_for("╌ alerts at ≤ 10 ╌");
    let text = demo.pty.screen().contents();
    assert!(text.contains("9 at ") && text.contains("6h ago"), "{text}");
    assert!(text.contains("10 │"), "{text}");
    demo.pty.send(b"\r");
    demo.pty.wait_for("┌ Hub earthlab/prod");
    demo.pty.wait_for("unchanged for 6h");
    demo.pty.send(b"\x03");
    assert_eq!(demo.pty.wait_for_exit(), 0);
    demo.assert_left();
}

#[test]
fn it_is_drawn_in_ascii_too() {
    let mut demo = Demo::start(&["--scenario", "shift", "--ascii"], &[], (120, 60));
    demo.pty.wait_for("sources live");
    demo.pty.send(b"/10% earthlab\r");
    demo.pty.wait_for("Cases 1 of");
    demo.pty.send(b"\r");
    demo.pty.wait_for("- alerts at <= 10 -");
    assert!(demo.pty.screen().contents().contains("***"));
    assert!(demo.pty.text().is_ascii());
}
