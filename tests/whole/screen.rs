//! The dashboard on a terminal, as a person sees it.

use std::cell::RefCell;
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
/// The most times that a test reads the screen. Reading it so often takes about `WITHIN`.
const LOOKS: u32 = 1_000;

/// A dashboard on a terminal of 200×50. Dropping it ends it.
pub struct Screen {
    child: Box<dyn Child + Send + Sync>,
    terminal: Arc<Mutex<vt100::Parser>>,
    // Not read, but dropping it would close the terminal.
    _master: Box<dyn MasterPty + Send>,
    keys: RefCell<Box<dyn Write + Send>>,
}

impl Home {
    /// `hubwatch` with a configuration.
    pub fn dashboard(&self, config: &Path) -> Screen {
        self.dashboard_with(config, &[])
    }

    /// Starts the dashboard with `environment` added to its variables.
    pub fn dashboard_with(&self, config: &Path, environment: &[(&str, &Path)]) -> Screen {
        self.on_screen(config, &[], environment)
    }

    /// Starts a command on a terminal.
    pub fn on_screen(
        &self,
        config: &Path,
        arguments: &[&str],
        environment: &[(&str, &Path)],
    ) -> Screen {
        let program = self.program();
        let mut command = CommandBuilder::new(program.get_program());
        command.env_clear();
        for (name, value) in program.get_envs() {
            command.env(name, value.expect("nothing is taken away"));
        }
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        for (name, value) in environment {
            command.env(name, value);
        }
        command.cwd(self.path(""));
        command.arg("--config");
        command.arg(config);
        command.args(arguments);
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
            keys: RefCell::new(pair.master.take_writer().expect("its input")),
            _master: pair.master,
        }
    }
}

impl Screen {
    /// Waits until this text is shown.
    pub fn wait_for(&self, text: &str) {
        self.wait_until(text, |shown| shown.contains(text));
    }

    // If the condition is not met in time, the failure prints the screen.
    fn wait_until(&self, what: &str, done: impl Fn(&str) -> bool) {
        let mut looks = 0;
        until(WITHIN * 2, what, || {
            let shown = self.text();
            looks += 1;
            assert!(looks < LOOKS, "no `{what}` in:\n{shown}");
            done(&shown).then_some(())
        });
    }

    /// The lines that hold this text.
    pub fn lines_with(&self, text: &str) -> Vec<String> {
        let shown = self.text();
        let lines = shown.lines().filter(|line| line.contains(text));
        lines.map(str::to_owned).collect()
    }

    /// Types.
    pub fn keys(&self, keys: &str) {
        let mut terminal = self.keys.borrow_mut();
        terminal.write_all(keys.as_bytes()).expect("it is typed");
        terminal.flush().expect("it is typed");
    }

    /// Types, and waits until this text is shown.
    pub fn type_until(&self, keys: &str, text: &str) {
        self.keys(keys);
        self.wait_for(text);
    }

    /// Waits until this text is shown no more.
    pub fn wait_without(&self, text: &str) {
        self.wait_until(&format!("end of {text}"), |shown| !shown.contains(text));
    }

    /// Kills the dashboard, so that it cannot save or restore anything.
    pub fn kill(mut self) {
        self.child.kill().expect("it is killed");
        self.child.wait().expect("it is gone");
    }

    /// Leaves the dashboard by its key.
    pub fn quit(mut self) {
        self.keys("q");
        let left = until(WITHIN, "the end", || {
            self.child.try_wait().expect("its state")
        });
        assert!(left.success(), "{left:?}");
    }

    pub fn text(&self) -> String {
        let terminal = self.terminal.lock().expect("nobody panics with it");
        terminal.screen().contents()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // `kill` fails if the dashboard has already ended by itself.
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
