//! What is typed outlives the program, however it ends, and is never sent twice.

use std::fs;

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
        let screen = self.served.home.dashboard(&self.served.config);
        screen.wait_for("you are on call");
        screen
    }

    // Up to a note's empty line.
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

// What the draft files hold: each must be whole.
fn kept(home: &Home) -> Vec<Value> {
    let Ok(entries) = fs::read_dir(home.path("state/hubwatch/drafts")) else {
        return Vec::new();
    };
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let drafts = paths.filter(|path| path.extension().is_some_and(|end| end == "json"));
    // One may be moved away between the listing and the reading.
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
    screen.wait_for("1 draft was not sent: u goes on with it");
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
        // What an earlier round left stands there already.
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
    screen.wait_for("you are on call");
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
    screen.type_until("\r", "it is looked for first");
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
