//! The dashboard on a terminal, as a person sees it.

use std::io::{Read, Write};
use std::num::NonZero;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use super::home::Home;
use crate::until::until;

const SIZE: PtySize = PtySize {
    rows: 50,
    cols: 200,
    pixel_width: 0,
    pixel_height: 0,
};
const WITHIN: Duration = Duration::from_secs(30);

/// A dashboard on a terminal of 200×50. Dropping it ends it.
pub struct Screen {
    child: Box<dyn Child + Send + Sync>,
    terminal: Arc<Mutex<vt100::Parser>>,
    master: Box<dyn MasterPty + Send>,
}

impl Home {
    /// `hubwatch` with a configuration.
    pub fn dashboard(&self, config: &Path) -> Screen {
        let program = self.program();
        let mut command = CommandBuilder::new(program.get_program());
        command.env_clear();
        for (name, value) in program.get_envs() {
            command.env(name, value.expect("nothing is taken away"));
        }
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        command.cwd(self.path(""));
        command.arg("--config");
        command.arg(config);
        let pair = native_pty_system().openpty(SIZE).expect("a pty");
        let child = pair.slave.spawn_command(command);
        let cells = |count| NonZero::new(count).expect("some");
        let terminal = vt100::Parser::new(cells(SIZE.rows), cells(SIZE.cols), 0);
        let terminal = Arc::new(Mutex::new(terminal));
        let reader = pair.master.try_clone_reader().expect("its output");
        show(reader, Arc::clone(&terminal));
        Screen {
            child: child.expect("the program starts"),
            terminal,
            master: pair.master,
        }
    }
}

impl Screen {
    /// Waits until this text is shown.
    pub fn wait_for(&self, text: &str) {
        until(WITHIN, text, || self.text().contains(text).then_some(()));
    }

    /// The lines that hold this text.
    pub fn lines_with(&self, text: &str) -> Vec<String> {
        let shown = self.text();
        let lines = shown.lines().filter(|line| line.contains(text));
        lines.map(str::to_owned).collect()
    }

    /// Leaves the dashboard by its key.
    pub fn quit(mut self) {
        let mut keys = self.master.take_writer().expect("its input");
        keys.write_all(b"q").expect("it is typed");
        let left = until(WITHIN, "the end", || {
            self.child.try_wait().expect("its state")
        });
        assert!(left.success(), "{left:?}");
    }

    fn text(&self) -> String {
        let terminal = self.terminal.lock().expect("nobody panics with it");
        terminal.screen().contents()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a pty can only be read by blocking"
)]
fn show(mut reader: Box<dyn Read + Send>, terminal: Arc<Mutex<vt100::Parser>>) {
    std::thread::spawn(move || {
        let mut bytes = [0; 4096];
        while let Ok(count @ 1..) = reader.read(&mut bytes) {
            let mut terminal = terminal.lock().expect("nobody panics with it");
            terminal.process(&bytes[..count]);
        }
    });
}
