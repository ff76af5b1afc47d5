//! A hub that only the probes see down: one look has no time to try twice, so the next one remembers.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use chrono::{DateTime, TimeDelta, Utc};

use super::home::{Home, Run};
use super::recorder::Recorder;

struct Watched {
    home: Home,
    config: PathBuf,
    _gone: Recorder,
}

impl Watched {
    fn start() -> Self {
        // Nobody has that header: it answers 401 to everyone.
        let gone = Recorder::start("http://127.0.0.1:9", &[("X-Nobody", "")]);
        let home = Home::new();
        let text = format!(
            "[[cluster]]\nname = \"leap\"\nhubs = [{{ name = \"prod\", health_url = \"{}/hub/health\" }}]\n",
            gone.url()
        );
        let config = home.write("config.toml", &text);
        Self {
            home,
            config,
            _gone: gone,
        }
    }

    fn line(&self) -> Run {
        let config = self.config.to_str().expect("UTF-8");
        self.home.run(&["line", "--config", config])
    }

    fn file(&self) -> PathBuf {
        self.home.path("state/hubwatch/failing-probes.json")
    }

    /// As if what was remembered had been seen so much earlier.
    fn earlier(&self, by: TimeDelta) {
        let text = std::fs::read(self.file()).expect("it is remembered");
        let mut kept: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
        for name in ["first", "latest"] {
            let at: DateTime<Utc> =
                serde_json::from_value(kept[0][name].clone()).expect("a moment");
            kept[0][name] = serde_json::to_value(at - by).expect("JSON");
        }
        std::fs::write(self.file(), kept.to_string()).expect("a file");
    }
}

#[test]
fn a_line_a_minute_later_confirms_what_the_first_one_saw() {
    let watched = Watched::start();
    let first = watched.line();
    assert!(first.out.contains("WARN leap/prod degraded"), "{first:?}");
    let mode = std::fs::metadata(watched.file())
        .expect("it is remembered")
        .permissions();
    assert_eq!(mode.mode() & 0o777, 0o600);

    let at_once = watched.line();
    assert!(
        at_once.out.contains("WARN leap/prod degraded"),
        "too soon: {at_once:?}"
    );
    watched.earlier(TimeDelta::minutes(1));
    let second = watched.line();
    assert!(second.out.contains("CRIT leap/prod down 1m"), "{second:?}");
}

#[test]
fn what_was_seen_long_ago_confirms_nothing_and_neither_does_garbage() {
    let watched = Watched::start();
    watched.line();
    watched.earlier(TimeDelta::hours(1));
    let later = watched.line();
    assert!(later.out.contains("WARN leap/prod degraded"), "{later:?}");
    std::fs::write(watched.file(), "[{\"hub\":7}]").expect("a file");
    let anyway = watched.line();
    assert!(anyway.out.contains("WARN leap/prod degraded"), "{anyway:?}");
}
