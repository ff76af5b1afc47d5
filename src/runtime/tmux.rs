//! What tmux reports about the pane in which hubwatch runs.

use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::timeout;

/// How long tmux may take to answer.
const TMUX_TIMEOUT: Duration = Duration::from_secs(2);

/// Which escape sequences tmux passes on to the terminal around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passthrough {
    /// Sequences from all panes, visible or not.
    All,
    /// Only sequences from visible panes.
    Visible,
    Off,
    /// All sequences, since tmux before 3.3 has no option for the passthrough.
    Unrestricted,
}

/// What tmux reports about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TmuxFacts {
    /// `None` if tmux did not answer.
    pub version: Option<String>,
    /// The `TERM` of the terminal around tmux.
    pub terminal: Option<String>,
    /// `None` if tmux did not answer.
    pub passthrough: Option<Passthrough>,
}

/// Asks tmux for its version and its options.
pub async fn ask_tmux() -> TmuxFacts {
    let version = ask(&["display-message", "-p", "#{version}"]).await;
    let passthrough = ask(&["show-options", "-Apqv", "allow-passthrough"]).await;
    TmuxFacts {
        passthrough: passthrough.and_then(|value| parse_passthrough(&value)),
        version: version.filter(|text| !text.is_empty()),
        terminal: ask(&["display-message", "-p", "#{client_termname}"])
            .await
            .filter(|text| !text.is_empty()),
    }
}

// The answer is empty if tmux does not know the option.
fn parse_passthrough(value: &str) -> Option<Passthrough> {
    match value {
        "all" => Some(Passthrough::All),
        "on" => Some(Passthrough::Visible),
        "off" => Some(Passthrough::Off),
        "" => Some(Passthrough::Unrestricted),
        _ => None,
    }
}

async fn ask(arguments: &[&str]) -> Option<String> {
    let output = Command::new("tmux")
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = timeout(TMUX_TIMEOUT, output).await.ok()?.ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tmux_without_the_option_passes_everything_on() {
        assert_eq!(parse_passthrough(""), Some(Passthrough::Unrestricted));
        assert_eq!(parse_passthrough("on"), Some(Passthrough::Visible));
        assert_eq!(parse_passthrough("off"), Some(Passthrough::Off));
        assert_eq!(parse_passthrough("all"), Some(Passthrough::All));
        assert_eq!(parse_passthrough("perhaps"), None);
    }
}
