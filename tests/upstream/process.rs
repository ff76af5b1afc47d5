//! A real Prometheus or Alertmanager on a free loopback port, in a folder of its own.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use super::http;
use crate::{aloud, until::until};

/// Another program may take the port after the port was found free and before the started program listens there.
const ATTEMPTS: usize = 5;
const READY_WITHIN: Duration = Duration::from_secs(60);

/// A running program. Dropping it kills it and removes its folder.
pub struct Upstream {
    child: Child,
    address: SocketAddr,
    folder: TempDir,
}

impl Upstream {
    /// Starts the first of `names` that is installed, in a folder with these `files`. If none is installed, prints that
    /// the test is skipped and returns `None`. `arguments` gets the folder and the address to listen on. Returns as
    /// soon as `/-/ready` answers with 200.
    pub fn start(
        names: &[&str],
        files: &[(&str, &str)],
        arguments: impl Fn(&Path, SocketAddr) -> Vec<String>,
    ) -> Option<Self> {
        let addresses = (0..ATTEMPTS).map(|_| free_address());
        Self::start_at(names, files, addresses, arguments)
    }

    /// Starts the program at the first of these addresses that is free.
    pub fn start_at(
        names: &[&str],
        files: &[(&str, &str)],
        addresses: impl IntoIterator<Item = SocketAddr>,
        arguments: impl Fn(&Path, SocketAddr) -> Vec<String>,
    ) -> Option<Self> {
        let Some(program) = names.iter().find_map(|name| in_path(name)) else {
            aloud::skipped(&format!("{} is not installed", names[0]));
            return None;
        };
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        for address in addresses {
            let mut child = spawn(&program, folder.path(), arguments(folder.path(), address));
            if is_ready(&mut child, address) {
                return Some(Self {
                    child,
                    address,
                    folder,
                });
            }
        }
        panic!(
            "{} does not start:\n{}",
            program.display(),
            log(folder.path())
        );
    }

    /// The program's address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The program's address to poll, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The program's log so far.
    pub fn log(&self) -> String {
        log(self.folder.path())
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        // The program may have ended by itself. Then there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn in_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
}

/// An address on loopback that nothing listens on.
pub fn free_address() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("its address")
}

fn spawn(program: &Path, folder: &Path, arguments: Vec<String>) -> Child {
    let log = File::create(folder.join("log")).expect("a log");
    Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(log.try_clone().expect("a log"))
        .stderr(log)
        .spawn()
        .expect("an installed program starts")
}

/// Returns `false` if the program ended before it was ready.
fn is_ready(child: &mut Child, address: SocketAddr) -> bool {
    until(READY_WITHIN, "ready", || {
        if child.try_wait().expect("its state").is_some() {
            return Some(false);
        }
        let answer = http::get(address, "/-/ready");
        answer.filter(|(status, _)| *status == 200).map(|_| true)
    })
}

fn log(folder: &Path) -> String {
    fs::read_to_string(folder.join("log")).unwrap_or_default()
}
