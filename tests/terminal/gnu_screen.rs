//! Inside a real GNU screen.

use portable_pty::CommandBuilder;
use tempfile::TempDir;

use super::pty::Pty;
use super::{PROGRAM, surround};
use crate::aloud;

/// The directory for the sockets of a GNU screen server. Dropping it ends the server.
pub struct Sockets {
    place: TempDir,
    session: &'static str,
}

impl Sockets {
    pub fn new(session: &'static str) -> Self {
        let place = TempDir::new().unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
        std::fs::set_permissions(place.path(), mode).unwrap();
        Self { place, session }
    }

    pub fn path(&self) -> &str {
        self.place.path().to_str().unwrap()
    }
}

impl Drop for Sockets {
    fn drop(&mut self) {
        let mut quit = std::process::Command::new("screen");
        quit.args(["-S", self.session, "-X", "quit"]);
        // The server may have ended by itself.
        let _ = quit.env("SCREENDIR", self.path()).output();
    }
}

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
        "-S",
        "hubwatch-copies",
        PROGRAM,
        "demo",
        "--scenario",
        "shift",
    ]);
    let sockets = Sockets::new("hubwatch-copies");
    surround(&mut command, place.path(), &[("SCREENDIR", sockets.path())]);
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
