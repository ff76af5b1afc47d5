//! Inside a real GNU screen.

use portable_pty::CommandBuilder;
use tempfile::TempDir;

use super::pty::Pty;
use super::{PROGRAM, surround};
use crate::aloud;

#[test]
fn in_gnu_screen_a_copy_reaches_the_terminal_around_it() {
    if std::process::Command::new("screen")
        .arg("-v")
        .output()
        .is_err()
    {
        return aloud::skipped("a copy in a real GNU screen: there is no screen here");
    }
    let place = TempDir::new().unwrap();
    let mut command = CommandBuilder::new("screen");
    command.args([
        "-c",
        "/dev/null",
        "-U",
        PROGRAM,
        "demo",
        "--scenario",
        "shift",
    ]);
    let sockets = place.path().join("sockets");
    std::fs::create_dir(&sockets).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    std::fs::set_permissions(&sockets, mode).unwrap();
    let sockets = sockets.to_str().unwrap().to_owned();
    surround(&mut command, place.path(), &[("SCREENDIR", &sockets)]);
    let (mut pty, _) = Pty::start(command, 120, 60);
    pty.wait_for("sources live");
    pty.send(b"\r");
    pty.wait_for("Links");
    pty.send(b"1");
    pty.wait_for("Copy by hand");
    // `https://` in base64.
    assert!(
        pty.text().contains("\x1b]52;c;aHR0cHM6Ly"),
        "it was not sent"
    );
}
