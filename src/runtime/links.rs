//! Opens addresses in a browser, if one can open on the machine in front of the person.

use std::ffi::OsString;
use std::path::Path;
use std::process::Stdio;

use reqwest::Url;
use tokio::process::Command;

use super::inbox::InboxSender;
use super::tasks::Tasks;
use crate::app::msg::Msg;

/// Opens addresses in a browser and reports failures.
pub struct LinkOpener {
    browser: Option<String>,
    inbox: InboxSender,
}

/// How a link is opened for the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenMethod {
    /// A browser is being started; the inbox receives the result.
    Browser,
    /// There is no browser, so the caller must copy this address.
    Copy(String),
}

/// The hints on whether a browser would open on the machine in front of the person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct BrowserHints {
    is_mac: bool,
    /// `SSH_CONNECTION` is set, so a browser would open on the remote machine.
    over_ssh: bool,
    /// `DISPLAY` or `WAYLAND_DISPLAY` is set.
    has_display: bool,
    /// `BROWSER`: programs, separated by colons.
    browser: Option<String>,
    /// The variable `PATH`.
    path: Option<OsString>,
}

impl BrowserHints {
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

    fn find_browser(&self) -> Option<String> {
        if self.over_ssh || !(self.is_mac || self.has_display) {
            return None;
        }
        let usual = if self.is_mac { "open" } else { "xdg-open" };
        let named = self.browser.iter().flat_map(|list| list.split(':'));
        let mut known = std::iter::once(usual).chain(named);
        known.find(|it| self.is_installed(it)).map(str::to_owned)
    }

    fn is_installed(&self, program: &str) -> bool {
        if program.is_empty() || program.contains('/') {
            return Path::new(program).is_file();
        }
        let path = self.path.iter().flat_map(std::env::split_paths);
        path.into_iter().any(|dir| dir.join(program).is_file())
    }
}

impl LinkOpener {
    /// Finds the browser from the environment variables.
    pub fn from_env(inbox: InboxSender) -> Self {
        Self {
            browser: BrowserHints::from_env().find_browser(),
            inbox,
        }
    }

    /// Begins to open `url`.
    ///
    /// # Errors
    /// When `url` is not the address of a web page.
    pub fn open(&self, url: &str, tasks: &Tasks) -> Result<OpenMethod, String> {
        let url = check_web_url(url)?;
        let Some(browser) = self.browser.clone() else {
            return Ok(OpenMethod::Copy(url));
        };
        let inbox = self.inbox.clone();
        tasks.spawn(async move {
            if let Err(why) = run_browser(&browser, &url, &inbox).await {
                inbox.send(Msg::LinkOpened(Err(why)));
            }
        });
        Ok(OpenMethod::Browser)
    }
}

// `url` comes from outside and is passed to a program. A complete web address can be neither a flag nor a file name.
fn check_web_url(url: &str) -> Result<String, String> {
    match Url::parse(url) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(url.into()),
        _ => Err("only addresses of web pages (http, https) are opened".to_owned()),
    }
}

// The browser may outlive hubwatch, so it has its own process group and no access to the terminal.
async fn run_browser(browser: &str, url: &str, inbox: &InboxSender) -> Result<(), String> {
    let mut child = Command::new(browser)
        .arg(url)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .map_err(|error| format!("{browser}: {error}"))?;
    inbox.send(Msg::LinkOpened(Ok(url.to_owned())));
    // Waits for the browser. Otherwise it would stay a zombie until hubwatch ends.
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
    use crate::runtime::inbox::Inbox;

    fn with_browser(browser: Option<String>, inbox: &Inbox) -> LinkOpener {
        LinkOpener {
            browser,
            inbox: inbox.sender(),
        }
    }

    #[test]
    fn a_browser_opens_only_where_the_person_sits() {
        let place = tempfile::tempdir().unwrap();
        for name in ["xdg-open", "firefox", "open"] {
            std::fs::write(place.path().join(name), "").unwrap();
        }
        let desktop = BrowserHints {
            has_display: true,
            path: Some(place.path().into()),
            ..BrowserHints::default()
        };
        let program = |hints: &BrowserHints| hints.find_browser();
        assert_eq!(program(&desktop).as_deref(), Some("xdg-open"));
        let over_ssh = |hints: BrowserHints| BrowserHints {
            over_ssh: true,
            ..hints
        };
        assert_eq!(program(&over_ssh(desktop.clone())), None);
        let console = BrowserHints {
            has_display: false,
            browser: Some("firefox".to_owned()),
            ..desktop.clone()
        };
        assert_eq!(program(&console), None);
        let mac = BrowserHints {
            is_mac: true,
            ..console
        };
        assert_eq!(program(&mac).as_deref(), Some("open"));
        assert_eq!(program(&over_ssh(mac)), None);
        std::fs::remove_file(place.path().join("xdg-open")).unwrap();
        assert_eq!(program(&desktop), None);
        let named = BrowserHints {
            browser: Some("epiphany:firefox".to_owned()),
            ..desktop
        };
        assert_eq!(program(&named).as_deref(), Some("firefox"));
    }

    #[test]
    fn only_web_pages_are_opened() {
        let url = "https://example.org/issues/new?title=hub%20down&body=a%0Ab";
        assert_eq!(check_web_url(url).as_deref(), Ok(url));
        for other in [
            "file:///etc/passwd",
            "javascript:alert(1)",
            "-h",
            "example.org",
            "",
        ] {
            assert!(check_web_url(other).is_err(), "{other}");
        }
        assert_eq!(
            check_web_url("https://example.org/a b\n\u{1b}").unwrap(),
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
        let (tasks, mut inbox) = (Tasks::on_current_runtime(), Inbox::default());
        let links = with_browser(Some(browser.clone()), &inbox);
        let url = "https://example.org/issues/new";
        assert_eq!(links.open(url, &tasks), Ok(OpenMethod::Browser));
        let opened = inbox.next().await;
        assert!(matches!(opened, Msg::LinkOpened(Ok(shown)) if shown == url));
        // The browser did start, but failed later.
        let failed = inbox.next().await;
        let words = format!("{browser}: exit status: 4");
        assert!(matches!(failed, Msg::LinkOpened(Err(why)) if why == words));
        let lines = std::fs::read_to_string(seen).unwrap();
        let lines: Vec<&str> = lines.lines().collect();
        assert_eq!(lines, ["/dev/null", "/dev/null", "/dev/null", url]);
    }

    #[tokio::test]
    async fn a_browser_that_is_gone_is_told() {
        let tasks = Tasks::on_current_runtime();
        let mut inbox = Inbox::default();
        let links = with_browser(Some("/nowhere/browser".to_owned()), &inbox);
        links.open("https://example.org/", &tasks).unwrap();
        assert!(matches!(inbox.next().await, Msg::LinkOpened(Err(_))));
        let copying = with_browser(None, &inbox);
        assert_eq!(
            copying.open("https://example.org/", &tasks),
            Ok(OpenMethod::Copy("https://example.org/".to_owned()))
        );
    }
}
