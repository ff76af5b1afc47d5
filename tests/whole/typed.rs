//! A typed text outlives the program, however it ends, and is never sent twice.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::home::Home;
use super::recorder::Recorder;
use super::screen::Screen;
use super::served::Served;
use super::writes::Caller;
use crate::until::until;

const WORDS: &str = "the volume is being resized, ten minutes more; then restart the hub";

struct World {
    served: Served,
    account: Caller,
    id: String,
    number: String,
}

impl World {
    fn start() -> Self {
        let served = Served::start(&["--scenario", "quiet", "--clusters", "8", "--hubs", "40"]);
        let account = Caller::of(&served.pagerduty());
        let id = account.incidents("triggered").remove(0);
        let answer = account.get(&format!("/incidents/{id}"));
        let number = answer["incident"]["incident_number"].to_string();
        Self {
            served,
            account,
            id,
            number,
        }
    }

    fn dashboard(&self) -> Screen {
        self.dashboard_with(&[])
    }

    fn dashboard_with(&self, environment: &[(&str, &Path)]) -> Screen {
        let (home, config) = (&self.served.home, &self.served.config);
        let screen = home.dashboard_with(config, environment);
        wait_for_all(&screen);
        screen
    }

    // A program for the person's editor or browser: `$1` is what it gets.
    fn script(&self, name: &str, lines: &str) -> PathBuf {
        let text = format!("#!/bin/sh\nPATH=/usr/bin:/bin\n{lines}\n");
        let path = self.served.home.write(name, &text);
        fs::set_permissions(&path, Permissions::from_mode(0o755)).expect("a program");
        path
    }

    // Opens the text field for a note on the incident.
    fn begin(&self, screen: &Screen) {
        screen.type_until(&format!("/#{}\r", self.number), "1 of ");
        screen.type_until("n", "ctrl-x editor");
    }

    fn notes(&self) -> Vec<String> {
        let answer = self.account.get(&format!("/incidents/{}/notes", self.id));
        let notes = answer["notes"].as_array().expect("a list");
        let texts = notes.iter().map(|note| note["content"].as_str());
        texts.map(|text| text.expect("a text").to_owned()).collect()
    }
}

// Waits for the on-calls and for the open incidents, since PagerDuty's answers arrive in any order.
fn wait_for_all(screen: &Screen) {
    screen.wait_for("sources live");
    screen.wait_for("you are on call");
    screen.wait_for(" yours ");
}

// The content of the draft files. Panics if a file does not contain a whole draft.
fn kept(home: &Home) -> Vec<Value> {
    let Ok(entries) = fs::read_dir(home.path("state/hubwatch/drafts")) else {
        return Vec::new();
    };
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let drafts = paths.filter(|path| path.extension().is_some_and(|end| end == "json"));
    // A draft may be moved between listing the directory and reading the file.
    let read = drafts.filter_map(|path| fs::read_to_string(path).ok());
    read.map(|text| serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}")))
        .collect()
}

fn holds(home: &Home, text: &str) -> bool {
    kept(home).iter().any(|draft| draft["text"] == text)
}

#[test]
fn killed_while_it_is_typed_the_note_is_there_on_the_next_start() {
    let world = World::start();
    let screen = world.dashboard();
    world.begin(&screen);
    screen.type_until(WORDS, WORDS);
    until(std::time::Duration::from_secs(10), "the draft", || {
        holds(&world.served.home, WORDS).then_some(())
    });
    screen.kill();

    let screen = world.dashboard();
    screen.wait_for("1 draft was not sent: u continues it");
    screen.type_until("u", WORDS);
    screen.type_until("\r", "write a note");
    screen.type_until("\r", " noted ");
    assert_eq!(world.notes(), [WORDS]);
    until(std::time::Duration::from_secs(10), "no draft", || {
        kept(&world.served.home).is_empty().then_some(())
    });
    screen.keys("\r");
    screen.wait_without("closes this");
    screen.quit();
}

#[test]
fn killed_at_any_moment_no_draft_is_torn() {
    let world = World::start();
    let mut longest = 0;
    for letters in [1, 7, 19, 34, 52] {
        let screen = world.dashboard();
        world.begin(&screen);
        // Removes the text that an earlier round left.
        screen.keys("\x15");
        let typed: String = WORDS.chars().take(letters).collect();
        let seen: String = typed
            .chars()
            .take(letters.saturating_sub(5).max(1))
            .collect();
        screen.keys(&typed);
        screen.wait_for(&seen);
        screen.kill();
        for draft in kept(&world.served.home) {
            let text = draft["text"].as_str().expect("a text");
            assert!(WORDS.starts_with(text), "{draft}");
            longest = longest.max(text.len());
        }
    }
    assert!(longest >= 34, "nothing was kept: {longest}");
}

#[test]
fn killed_while_it_is_sent_it_is_looked_for_and_not_sent_twice() {
    let world = World::start();
    let recorder = Recorder::start(&world.served.pagerduty(), &[]);
    let mut config = world.served.table();
    config["pagerduty"]["url"] = recorder.url().into();
    let through = world.served.write("through.toml", &config);
    recorder.hold_answers_to_writes();
    let screen = world.served.home.dashboard(&through);
    wait_for_all(&screen);
    world.begin(&screen);
    screen.type_until(WORDS, WORDS);
    screen.type_until("\r", "write a note");
    screen.type_until("\r", "waiting for PagerDuty");
    until(std::time::Duration::from_secs(10), "the write", || {
        (world.notes() == [WORDS]).then_some(())
    });
    screen.kill();
    assert!(
        kept(&world.served.home)
            .iter()
            .any(|draft| draft["in_doubt"] == true)
    );

    let screen = world.dashboard();
    screen.wait_for("1 draft was not sent");
    screen.type_until("u", WORDS);
    screen.type_until("\r", "hubwatch looks for it first");
    screen.type_until("\r", "noted ");
    assert_eq!(world.notes(), [WORDS]);
    drop(screen);

    let journal = fs::read_to_string(world.served.home.path("state/hubwatch/journal.jsonl"));
    let journal = journal.expect("the journal");
    let lines = journal
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"));
    let lines: Vec<Value> = lines.collect();
    let said = lines
        .iter()
        .map(|line| (&line["result"], &line["action"], &line["who"]));
    let said: Vec<_> = said.map(|(a, b, c)| format!("{a} {b} {c}")).collect();
    assert_eq!(
        said,
        [
            "\"begun\" \"note\" \"Ada\"",
            "\"begun\" \"note\" \"Ada\"",
            "\"done\" \"note\" \"Ada\"",
        ]
    );
    assert!(!journal.contains("demo-token"));
}

#[test]
fn an_editor_gives_back_its_text_and_the_screen() {
    let world = World::start();
    let editor = world.script("editor", "sed -i 's/begun/begun, and ended there/' \"$1\"");
    let screen = world.dashboard_with(&[("EDITOR", &editor)]);
    world.begin(&screen);
    screen.type_until("begun", "begun");
    screen.type_until("\x18", "begun, and ended there");
    screen.wait_for("ctrl-x editor");
    screen.wait_for("you are on call");
    screen.type_until("\r", "write a note");
    screen.type_until("\r", " noted ");
    assert_eq!(world.notes(), ["begun, and ended there"]);
    screen.keys("\r");
    screen.wait_without("closes this");
    screen.quit();
}

#[test]
fn an_editor_that_fails_takes_nothing() {
    let world = World::start();
    let editor = world.script("editor", "echo lost > \"$1\"; exit 3");
    let screen = world.dashboard_with(&[("EDITOR", &editor)]);
    world.begin(&screen);
    screen.type_until("begun", "begun");
    screen.type_until("\x18", "ended with 3");
    screen.wait_for("begun");
    assert_eq!(kept(&world.served.home)[0]["text"], "begun");
    assert!(world.notes().is_empty());
}

#[test]
fn a_text_that_no_disk_takes_is_not_called_kept_and_leaving_asks() {
    let world = World::start();
    let file = world.served.home.write("a-file", "");
    let screen = world.dashboard_with(&[("XDG_STATE_HOME", &file)]);
    world.begin(&screen);
    screen.type_until("resizing", "resizing");
    screen.keys("\x1b");
    screen.wait_without("ctrl-x editor");
    screen.wait_for("is not on the disk");
    screen.type_until("q", "quitting loses your text");
    screen.quit();
}

#[test]
fn a_follow_up_opens_in_the_browser_or_is_copied() {
    let world = World::start();
    let seen = world.served.home.path("seen");
    let browser = world.script("browser", &format!("echo \"$1\" > '{}'", seen.display()));
    let screen = world.dashboard_with(&[("BROWSER", &browser), ("DISPLAY", Path::new(":0"))]);
    screen.type_until(&format!("/#{}\r", world.number), "filter: ");
    screen.type_until("i", "opened in the browser");
    let url = until(std::time::Duration::from_secs(10), "the address", || {
        fs::read_to_string(&seen)
            .ok()
            .filter(|url| url.ends_with('\n'))
    });
    assert!(
        url.starts_with("https://") && url.contains(&world.id),
        "{url}"
    );
    drop(screen);

    let taking: (&str, &Path) = ("TERM", Path::new("xterm-kitty"));
    let screen = world.dashboard_with(&[taking]);
    screen.type_until(&format!("/#{}\r", world.number), "filter: ");
    screen.type_until("i", "no browser here; copied: https://");
    screen.quit();

    // This terminal does not say whether it can copy. So the screen shows the address for copying by hand.
    let screen = world.dashboard();
    screen.type_until(&format!("/#{}\r", world.number), "filter: ");
    screen.type_until("i", "Copy by hand");
    assert_eq!(screen.lines_with("no browser here").len(), 1);
    assert_eq!(screen.lines_with("https://").len(), 1);
    screen.keys("\x1b");
    screen.wait_without("Copy by hand");
    screen.quit();
    assert!(world.notes().is_empty());
}
