//! A secret that comes from a command's output.

use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use super::{FoundSecret, SecretError, SecretRequest, TerminalState};

/// The most bytes that are read of the output and of the error output.
const MAX_BYTES: u64 = 64 * 1024;

/// How long the output is still read after the command's end.
const PIPE_GRACE: Duration = Duration::from_millis(200);

/// The number of characters of the command's error output that are shown.
const MAX_STDERR_CHARS: usize = 200;

/// Runs the command and returns its output as the secret.
pub async fn run(words: &[String], request: SecretRequest<'_>) -> Result<FoundSecret, SecretError> {
    let Some((program, arguments)) = words.split_first() else {
        return Err(SecretError::Refused(
            "the command for a secret is empty".to_owned(),
        ));
    };
    let refuse = |why: String| SecretError::Refused(format!("the command {program}: {why}"));
    let child = build_command(program, arguments, request.terminal)
        .spawn()
        .map_err(|error| refuse(spawn_error_text(&error)))?;
    let processes = CommandProcesses::of_child(&child, request.terminal);
    let output = timeout(request.timeout, collect_output(child, processes)).await;
    let output = match output {
        Ok(Ok(output)) => output,
        Ok(Err(error)) => return Err(refuse(error.to_string())),
        Err(_) => return Err(timeout_error(program, request)),
    };
    if !output.status.success() {
        return Err(refuse(failure_text(&output)));
    }
    let text = String::from_utf8(output.stdout)
        .map_err(|_| refuse("printed text that is not UTF-8".to_owned()))?;
    let line = first_line(&text);
    if line.starts_with('{') || line.contains(char::is_control) {
        return Err(refuse("its output is not a token".to_owned()));
    }
    super::parse_secret(line, || refuse("printed nothing".to_owned()))
}

// The first line that is not empty. Password stores print a name or an address below the secret.
fn first_line(text: &str) -> &str {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = text.lines().map(str::trim);
    lines.find(|line| !line.is_empty()).unwrap_or_default()
}

fn timeout_error(program: &str, request: SecretRequest<'_>) -> SecretError {
    SecretError::TimedOut(format!(
        "the command for {} ({program}) did not end within {}: does it wait for a passphrase?",
        request.name,
        humantime::format_duration(request.timeout)
    ))
}

fn build_command(program: &str, arguments: &[String], screen: TerminalState) -> Command {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    if screen == TerminalState::Taken {
        // The command gets a process group of its own, so that the system stops the command if it reads from the
        // terminal.
        command.process_group(0).env_remove("GPG_TTY");
    }
    command
}

/// The command and the processes that it started. Dropping this value kills the processes. The value is dropped when
/// the command has ended or timed out, or when the program ends.
enum CommandProcesses {
    /// The processes have a group of their own.
    Group(Pid),
    /// The processes are in our group, which has the terminal. They can be found as the command's descendants while the
    /// command lives.
    Descendants(Pid),
    /// The processes have ended.
    Ended,
}

impl CommandProcesses {
    fn of_child(child: &Child, terminal: TerminalState) -> Self {
        let pid = child.id().and_then(|id| i32::try_from(id).ok());
        match (pid.and_then(Pid::from_raw), terminal) {
            (None, _) => Self::Ended,
            (Some(pid), TerminalState::Taken) => Self::Group(pid),
            (Some(pid), TerminalState::Free) => Self::Descendants(pid),
        }
    }

    // After the wait, the system may give the command's process id to another process. A search by this id could then
    // find processes that the command did not start. A group's id remains valid.
    fn child_ended(&mut self) {
        if let Self::Descendants(_) = self {
            *self = Self::Ended;
        }
    }
}

impl Drop for CommandProcesses {
    fn drop(&mut self) {
        match self {
            Self::Group(group) => {
                let _ended = kill_process_group(*group, Signal::KILL);
            }
            Self::Descendants(pid) => {
                for descendant in descendants(*pid) {
                    let _ended = kill_process(descendant, Signal::KILL);
                }
            }
            Self::Ended => {}
        }
    }
}

// The process and its descendants. Only Linux lists a process' children. On other systems only the process itself is
// returned.
fn descendants(pid: Pid) -> Vec<Pid> {
    let mut found = vec![pid];
    let mut next = 0;
    while let Some(pid) = found.get(next).map(|pid| pid.as_raw_nonzero()) {
        let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
        let children = children.unwrap_or_default();
        let children = children.split_whitespace();
        found.extend(children.filter_map(|child| Pid::from_raw(child.parse().ok()?)));
        next += 1;
    }
    found
}

struct CommandOutput {
    status: ExitStatus,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
}

async fn collect_output(
    mut child: Child,
    processes: CommandProcesses,
) -> std::io::Result<CommandOutput> {
    // This variable must be dropped before the child, since descendants can be found only while the child lives.
    let mut processes = processes;
    let pipes = (child.stdout.take(), child.stderr.take());
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut reading = Box::pin(async {
        tokio::try_join!(
            read_pipe(pipes.0, &mut stdout),
            read_pipe(pipes.1, &mut stderr)
        )
    });
    let status = tokio::select! {
        read = &mut reading => {
            read?;
            child.wait().await?
        }
        status = child.wait() => {
            // The command has ended, so its output is complete. But a process that it started may keep the pipe open
            // for ever.
            if let Ok(read) = timeout(PIPE_GRACE, &mut reading).await {
                read?;
            }
            status?
        }
    };
    processes.child_ended();
    drop(reading);
    Ok(CommandOutput {
        status,
        stdout,
        stderr,
    })
}

async fn read_pipe(
    pipe: Option<impl AsyncRead + Unpin>,
    bytes: &mut Vec<u8>,
) -> std::io::Result<()> {
    if let Some(pipe) = pipe {
        pipe.take(MAX_BYTES).read_to_end(bytes).await?;
    }
    Ok(())
}

fn spawn_error_text(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "not found".to_owned(),
        std::io::ErrorKind::PermissionDenied => "may not be run".to_owned(),
        _ => error.to_string(),
    }
}

/// How the command ended, with the first line of its error output.
fn failure_text(output: &CommandOutput) -> String {
    let end = match output.status.code() {
        Some(code) => format!("ended with {code}"),
        None => "was killed".to_owned(),
    };
    let text = String::from_utf8_lossy(&output.stderr);
    let line = text.lines().map(str::trim).find(|line| !line.is_empty());
    match line {
        None => end,
        Some(line) => {
            let line: String = line
                .chars()
                .filter(|char| !char.is_control())
                .take(MAX_STDERR_CHARS)
                .collect();
            format!("{end}: {line}")
        }
    }
}
