//! Shows addresses in the person's browser, where there is one on the machine that they sit at.

use std::ffi::OsString;
use std::path::Path;
use std::process::Stdio;

use reqwest::Url;
use tokio::process::Command;
use tokio::sync::mpsc;

use super::tasks::Tasks;
use crate::app::msg::{Msg, OpenedLink};

/// A person opens a few addresses at a time at most.
const ROOM: usize = 32;

/// What opens addresses, and how that went.
pub struct Links {
    browser: Option<String>,
    tell: mpsc::Sender<Msg>,
    told: mpsc::Receiver<Msg>,
}

/// How an address is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// A browser is being started; [`Links::next`] tells how that went.
    Browser,
    /// There is none: this address is to be copied.
    Copy(String),
}

/// What tells whether a browser would open before the person's eyes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Hints {
    is_mac: bool,
    /// `SSH_CONNECTION`: a browser would open on a desk far away.
    over_ssh: bool,
    /// `DISPLAY` or `WAYLAND_DISPLAY`.
    has_display: bool,
    /// `BROWSER`: programs, separated by colons.
    browser: Option<String>,
    /// `PATH`.
    path: Option<OsString>,
}

impl Hints {
    fn from_env() -> Self {
        let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        Self {
            is_mac: cfg!(target_os = "macos"),
            over_ssh: is_set("SSH_CONNECTION"),
            has_display: is_set("DISPLAY") || is_set("WAYLAND_DISPLAY"),
            browser: std::env::var("BROWSER").ok(),
            path: std::env::var_os("PATH"),
        }
    }

    fn program(&self) -> Option<String> {
        if self.over_ssh || !(self.is_mac || self.has_display) {
            return None;
        }
        let usual = if self.is_mac { "open" } else { "xdg-open" };
        let named = self.browser.iter().flat_map(|list| list.split(':'));
        let mut known = std::iter::once(usual).chain(named);
        known.find(|it| self.is_there(it)).map(str::to_owned)
    }

    fn is_there(&self, program: &str) -> bool {
        if program.is_empty() || program.contains('/') {
            return Path::new(program).is_file();
        }
        let path = self.path.iter().flat_map(std::env::split_paths);
        path.into_iter().any(|dir| dir.join(program).is_file())
    }
}

impl Links {
    /// By what the environment says.
    pub fn from_env() -> Self {
        Self::with(Hints::from_env().program())
    }

    fn with(browser: Option<String>) -> Self {
        let (tell, told) = mpsc::channel(ROOM);
        Self {
            browser,
            tell,
            told,
        }
    }

    /// Begins to show `url`.
    ///
    /// # Errors
    /// When it is no address of a web page.
    pub fn open(&self, url: &str, tasks: &Tasks) -> Result<Way, String> {
        let url = web_page(url)?;
        let Some(browser) = self.browser.clone() else {
            return Ok(Way::Copy(url));
        };
        let tell = self.tell.clone();
        tasks.spawn(async move {
            let shown = show(&browser, &url, &tell).await;
            if let Err(why) = shown {
                let _ended = tell.try_send(Msg::LinkOpened(Err(why)));
            }
        });
        Ok(Way::Browser)
    }

    /// How it went. Nothing is lost when the future is dropped.
    pub async fn next(&mut self) -> Msg {
        match self.told.recv().await {
            Some(msg) => msg,
            // It holds a sender itself.
            None => std::future::pending().await,
        }
    }
}

// Others' text that is given to a program: as a whole address, it is neither a flag nor a file.
fn web_page(url: &str) -> Result<String, String> {
    match Url::parse(url) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(url.into()),
        _ => Err("only addresses of web pages (http, https) are opened".to_owned()),
    }
}

// It outlives us, has a group of its own, and can write on no screen of ours.
async fn show(browser: &str, url: &str, tell: &mpsc::Sender<Msg>) -> Result<(), String> {
    let mut child = Command::new(browser)
        .arg(url)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .map_err(|error| format!("{browser}: {error}"))?;
    let _ended = tell.try_send(Msg::LinkOpened(Ok(OpenedLink::Browser(url.to_owned()))));
    // Waited for, or its remains would stay as long as we do.
    match child.wait().await {
        Ok(status) if !status.success() => Err(format!("{browser}: {status}")),
        Ok(_) => Ok(()),
        Err(error) => Err(format!("{browser}: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_browser_opens_only_where_the_person_sits() {
        let place = tempfile::tempdir().unwrap();
        for name in ["xdg-open", "firefox", "open"] {
            std::fs::write(place.path().join(name), "").unwrap();
        }
        let desk = Hints {
            has_display: true,
            path: Some(place.path().into()),
            ..Hints::default()
        };
        let program = |hints: &Hints| hints.program();
        assert_eq!(program(&desk).as_deref(), Some("xdg-open"));
        let far = |hints: Hints| Hints {
            over_ssh: true,
            ..hints
        };
        assert_eq!(program(&far(desk.clone())), None);
        let console = Hints {
            has_display: false,
            browser: Some("firefox".to_owned()),
            ..desk.clone()
        };
        assert_eq!(program(&console), None);
        let mac = Hints {
            is_mac: true,
            ..console
        };
        assert_eq!(program(&mac).as_deref(), Some("open"));
        assert_eq!(program(&far(mac)), None);
        std::fs::remove_file(place.path().join("xdg-open")).unwrap();
        assert_eq!(program(&desk), None);
        let named = Hints {
            browser: Some("epiphany:firefox".to_owned()),
            ..desk
        };
        assert_eq!(program(&named).as_deref(), Some("firefox"));
    }

    #[test]
    fn only_web_pages_are_opened() {
        let url = "https://example.org/issues/new?title=hub%20down&body=a%0Ab";
        assert_eq!(web_page(url).as_deref(), Ok(url));
        for other in [
            "file:///etc/passwd",
            "javascript:alert(1)",
            "-h",
            "example.org",
            "",
        ] {
            assert!(web_page(other).is_err(), "{other}");
        }
        assert_eq!(
            web_page("https://example.org/a b\n\u{1b}").unwrap(),
            "https://example.org/a%20b"
        );
    }

    fn script(place: &Path, text: &str) -> String {
        let path = place.join("browser");
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path.to_string_lossy().into_owned()
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn the_browser_gets_the_address_and_nothing_of_the_terminal() {
        let place = tempfile::tempdir().unwrap();
        let seen = place.path().join("seen");
        let own = "/proc/$$/fd";
        let look = format!("$(readlink {own}/0 {own}/1 {own}/2)");
        let tell = format!("printf '%s\\n' \"$ends\" \"$@\" > {}", seen.display());
        let text = format!("#!/bin/sh\nends=\"{look}\"\n{tell}\nexit 4\n");
        let browser = script(place.path(), &text);
        let (tasks, mut links) = (Tasks::here(), Links::with(Some(browser.clone())));
        let url = "https://example.org/issues/new";
        assert_eq!(links.open(url, &tasks), Ok(Way::Browser));
        let opened = links.next().await;
        assert!(matches!(opened, Msg::LinkOpened(Ok(OpenedLink::Browser(shown))) if shown == url));
        // It did start, and then could not.
        let failed = links.next().await;
        let words = format!("{browser}: exit status: 4");
        assert!(matches!(failed, Msg::LinkOpened(Err(why)) if why == words));
        let lines = std::fs::read_to_string(seen).unwrap();
        let lines: Vec<&str> = lines.lines().collect();
        assert_eq!(lines, ["/dev/null", "/dev/null", "/dev/null", url]);
    }

    #[tokio::test]
    async fn a_browser_that_is_gone_is_told() {
        let tasks = Tasks::here();
        let mut links = Links::with(Some("/nowhere/browser".to_owned()));
        links.open("https://example.org/", &tasks).unwrap();
        assert!(matches!(links.next().await, Msg::LinkOpened(Err(_))));
        let copying = Links::with(None);
        assert_eq!(
            copying.open("https://example.org/", &tasks),
            Ok(Way::Copy("https://example.org/".to_owned()))
        );
    }
}
