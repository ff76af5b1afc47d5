//! A terminal that takes no bytes, as over a dead SSH link: the program of `on_event` runs all the same.

use super::*;

#[test]
fn a_terminal_that_takes_no_bytes_holds_no_hook_up_and_rings_once_when_it_takes_them_again() {
    let world = World::start();
    let mut watcher = Watcher::start(&world, "blocked", ADA);
    let gate = watcher.pty.gate();
    let closed = gate.lock().unwrap();
    watcher.pty.fill();
    let (bells, title) = (watcher.bells(), watcher.title());

    world.down("leap/prod");
    until(WITHIN, "the first hook", || {
        (watcher.hooked() == ["hub_down"]).then_some(())
    });
    world.down("dune/prod");
    until(WITHIN, "the second hook", || {
        (watcher.hooked() == ["hub_down", "hub_down"]).then_some(())
    });
    assert!(watcher.pty.is_full());
    assert_eq!((watcher.bells(), watcher.title()), (bells, title));

    drop(closed);
    watcher.pty.resize(160, 45);
    watcher.wait_for_bell(1);
    watcher.wait_for("2 ✖");
    watcher.wait_for_title("2 hubs down");
    watcher.assert_still(1, "both events rang with one bell");
    let text = watcher.pty.text();
    for title in ["leap/prod is down", "dune/prod is down"] {
        assert_eq!(
            text.matches(&format!("\u{1b}]9;hubwatch: {title}")).count(),
            1
        );
    }
}
