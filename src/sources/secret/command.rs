//! A secret that a command prints.

use std::process::{ExitStatus, Stdio};

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use super::{Errand, Found, Screen, SecretError};

/// No secret and no complaint is longer.
const LONGEST: u64 = 64 * 1024;

/// So much of a complaint is shown.
const LONGEST_COMPLAINT: usize = 200;

/// Runs the command and takes what it prints.
pub async fn run(words: &[String], errand: Errand<'_>) -> Result<Found, SecretError> {
    let Some((program, arguments)) = words.split_first() else {
        return Err(SecretError("the command for a secret is empty".to_owned()));
    };
    let refuse = |why: String| SecretError(format!("the command {program}: {why}"));
    let child = command(program, arguments, errand.screen)
        .spawn()
        .map_err(|error| refuse(spawn_words(&error)))?;
    let group = Group::of(&child, errand.screen);
    let output = timeout(errand.patience, output(child)).await;
    let output = match output {
        Ok(Ok(output)) => output,
        Ok(Err(error)) => return Err(refuse(error.to_string())),
        Err(_) => {
            group.kill();
            return Err(hung(program, errand));
        }
    };
    if !output.status.success() {
        return Err(refuse(complaint(&output)));
    }
    let text =
        String::from_utf8(output.printed).map_err(|_| refuse("printed no UTF-8".to_owned()))?;
    super::found(text.trim(), || refuse("printed nothing".to_owned()).0)
}

fn hung(program: &str, errand: Errand<'_>) -> SecretError {
    SecretError(format!(
        "the command for {} ({program}) did not end within {}: does it wait for a passphrase?",
        errand.name,
        humantime::format_duration(errand.patience)
    ))
}

fn command(program: &str, arguments: &[String], screen: Screen) -> Command {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    if screen == Screen::Taken {
        // Outside the terminal's foreground group, whoever reads keys from it is stopped.
        command.process_group(0).env_remove("GPG_TTY");
    }
    command
}

/// The command and what it started, where they have a group of their own.
struct Group(Option<Pid>);

impl Group {
    fn of(child: &Child, screen: Screen) -> Self {
        let id = child.id().filter(|_| screen == Screen::Taken);
        let id = id.and_then(|id| i32::try_from(id).ok());
        Self(id.and_then(Pid::from_raw))
    }

    fn kill(&self) {
        if let Some(group) = self.0 {
            let _ended = kill_process_group(group, Signal::KILL);
        }
    }
}

struct Output {
    status: ExitStatus,
    printed: Vec<u8>,
    complained: Vec<u8>,
}

async fn output(mut child: Child) -> std::io::Result<Output> {
    let (printed, complained) = (child.stdout.take(), child.stderr.take());
    let (printed, complained, status) =
        tokio::try_join!(read(printed), read(complained), child.wait())?;
    Ok(Output {
        status,
        printed,
        complained,
    })
}

async fn read(pipe: Option<impl AsyncRead + Unpin>) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(pipe) = pipe {
        pipe.take(LONGEST).read_to_end(&mut bytes).await?;
    }
    Ok(bytes)
}

fn spawn_words(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "not found".to_owned(),
        std::io::ErrorKind::PermissionDenied => "may not be run".to_owned(),
        _ => error.to_string(),
    }
}

/// How it ended, and the first thing it said about that.
fn complaint(output: &Output) -> String {
    let end = match output.status.code() {
        Some(code) => format!("ended with {code}"),
        None => "was killed".to_owned(),
    };
    let text = String::from_utf8_lossy(&output.complained);
    let line = text.lines().map(str::trim).find(|line| !line.is_empty());
    match line {
        None => end,
        Some(line) => {
            let line: String = line
                .chars()
                .filter(|char| !char.is_control())
                .take(LONGEST_COMPLAINT)
                .collect();
            format!("{end}: {line}")
        }
    }
}
