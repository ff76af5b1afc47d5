//! Tests which events ring, by the bytes on a terminal and by a hook. The sources are real servers.

mod blocked;

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use portable_pty::CommandBuilder;
use serde_json::{Value, json};

use super::home::Home;
use super::page_server::PageServer;
use super::served::Served;
use super::writes::Caller;
use crate::terminal::pty::Pty;
use crate::until::until;

const WITHIN: Duration = Duration::from_secs(30);

/// How long the terminal must be silent before bells are counted. This is less than the time between two frames, and a
/// bell follows its frame at once.
const SILENCE: Duration = Duration::from_millis(300);

const WELL: &str = "HTTP/1.1 200 OK\r\nX-JupyterHub-Version: 5.4.4\r\nContent-Length: 2\r\n\
                    Connection: close\r\n\r\n{}";

/// A wrong page of a hub. Its length depends on the hub's name, since the same wrong page from hubs of several clusters
/// would count as a failure of our own network.
fn wrong(hub: &str) -> String {
    let body = "x".repeat(hub.bytes().map(usize::from).sum());
    format!(
        "HTTP/1.1 503 Service Unavailable\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

/// Hubs that the test serves, the PagerDuty of the demo's quiet world, and a status page of ours with planned work on
/// one hub.
struct World {
    served: Served,
    account: Caller,
    hubs: Vec<(&'static str, PageServer)>,
    page: PageServer,
}

const HUBS: [&str; 8] = [
    "leap/prod",
    "leap/staging",
    "maap/prod",
    "reef/prod",
    "dune/prod",
    "fern/prod",
    "moss/prod",
    "lava/prod",
];

impl World {
    fn start() -> Self {
        let served = Served::start(&["--scenario", "quiet", "--clusters", "4", "--hubs", "8"]);
        let summary = r#"{"status":{"description":"Fine"},"components":[],"incidents":[],
            "scheduled_maintenances":[{"id":"m1","name":"Work on prod.maap.example","status":"in_progress",
            "scheduled_for":"2020-01-01T00:00:00Z","scheduled_until":"2100-01-01T00:00:00Z"}]}"#;
        let page = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n{summary}",
            summary.len()
        );
        Self {
            account: Caller::of(&served.pagerduty()),
            served,
            hubs: HUBS.map(|hub| (hub, PageServer::http(WELL))).into(),
            page: PageServer::http(&page),
        }
    }

    fn set(&self, hub: &str, answer: &str) {
        let mut hubs = self.hubs.iter();
        let (_, server) = hubs.find(|(name, _)| *name == hub).expect("a hub");
        server.set(answer);
    }

    fn down(&self, hub: &str) {
        self.set(hub, &wrong(hub));
    }

    /// A hook that appends each event to a file, as one line.
    fn keeping_hook(&self, name: &str) -> String {
        let events = self.events_file(name);
        format!(
            "[\"sh\", \"-c\", \"{{ cat; echo; }} >> {}\"]",
            events.display()
        )
    }

    /// A configuration for this world.
    fn config(&self, name: &str, (email, token): (&str, &str), hook: &str) -> PathBuf {
        let home = &self.served.home;
        let clusters = HUBS.map(|hub| hub.split_once('/').expect("a hub").0);
        let mut clusters = clusters.to_vec();
        clusters.dedup();
        let cluster = |cluster: &&str| {
            let hubs = self.hubs.iter().filter_map(|(hub, server)| {
                let (of, name) = hub.split_once('/')?;
                (of == *cluster).then(|| {
                    format!(
                        "{{ name = \"{name}\", domain = \"{name}.{cluster}.example\", \
                         health_url = \"{}/hub/health\" }}",
                        server.url()
                    )
                })
            });
            let hubs: Vec<String> = hubs.collect();
            format!(
                "[[cluster]]\nname = \"{cluster}\"\nhubs = [{}]\n",
                hubs.join(", ")
            )
        };
        let clusters: String = clusters.iter().map(cluster).collect();
        let token = home.write(&format!("{name}-token"), token);
        let text = format!(
            "[me]\nemail = \"{email}\"\n[team]\nplaceholders = [\"support@example.org\"]\n\
             [poll]\npagerduty = \"3s\"\noncalls = \"30s\"\nstatus_page = \"1s\"\nprobe = \"500ms\"\n\
             probe_confirm = \"200ms\"\n\
             [pagerduty]\nurl = \"{}\"\ntoken = {{ file = \"{}\" }}\n\
             [[status_page]]\nname = \"Hubs\"\nkind = \"statuspage\"\nours = true\nurl = \"{}\"\n\
             [notify]\non_event_timeout = \"1s\"\non_event = {hook}\n{clusters}",
            self.served.pagerduty(),
            token.display(),
            self.page.url(),
        );
        home.write(&format!("{name}.toml"), &text)
    }

    fn events_file(&self, name: &str) -> PathBuf {
        self.served.home.path(&format!("{name}-events"))
    }

    fn user(&self, name: &str) -> Value {
        let users = self.account.get("/users?limit=100");
        let mut users = users["users"].as_array().expect("a list").iter();
        let user = users.find(|user| user["name"] == name || user["email"] == name);
        json!({ "assignee": { "id": user.expect("a user")["id"], "type": "user_reference" } })
    }

    fn change(&self, incident: &str, change: Value) {
        let mut body = json!({ "type": "incident_reference" });
        for (key, value) in change.as_object().expect("an object") {
            body[key] = value.clone();
        }
        let put = format!("PUT /incidents/{incident}");
        let (status, answer) = self.account.call(&put, Some(&json!({ "incident": body })));
        assert_eq!(status, 200, "{answer}");
    }

    fn assign(&self, incident: &str, name: &str) {
        self.change(incident, json!({ "assignments": [self.user(name)] }));
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let (status, answer) = self.account.call(&format!("POST {path}"), Some(body));
        assert!(matches!(status, 200 | 201), "{path}: {status} {answer}");
        answer
    }
}

/// A running dashboard for this world, and the terminal that it writes to.
struct Watcher<'a> {
    world: &'a World,
    name: &'static str,
    pty: Pty,
}

impl<'a> Watcher<'a> {
    fn start(world: &'a World, name: &'static str, who: (&str, &str)) -> Self {
        Self::start_with_hook(world, name, who, &world.keeping_hook(name))
    }

    fn start_with_hook(
        world: &'a World,
        name: &'static str,
        who: (&str, &str),
        hook: &str,
    ) -> Self {
        let config = world.config(name, who, hook);
        let program = world.served.home.program();
        let mut command = CommandBuilder::new(program.get_program());
        command.env_clear();
        for (name, value) in program.get_envs() {
            command.env(name, value.expect("nothing is taken away"));
        }
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        // Each dashboard gets its own state directory. Otherwise an outage that one dashboard has seen would not be new
        // to the other.
        let state = Home::path(&world.served.home, &format!("{name}-state"));
        command.env("XDG_STATE_HOME", state);
        command.args(["--config".as_ref(), config.as_os_str()]);
        let (pty, _) = Pty::start(command, 160, 45);
        let mut watcher = Self { world, name, pty };
        watcher.wait_for("sources live");
        watcher
    }

    // `Pty::wait_until` gives up only once the screen is silent. This screen is never silent for long, so this function
    // counts its reads and gives up after many.
    fn wait_until(&mut self, what: &str, done: impl Fn(&Pty) -> bool) {
        let pty = &mut self.pty;
        let mut looks = 0;
        until(WITHIN * 2, what, || {
            pty.read_for(Duration::from_millis(20));
            looks += 1;
            assert!(looks < 500, "no `{what}` in:\n{}", pty.screen().contents());
            done(pty).then_some(())
        });
    }

    fn wait_for(&mut self, text: &str) {
        self.wait_until(text, |pty| pty.screen().contents().contains(text));
    }

    fn bells(&self) -> usize {
        self.pty.text().matches('\u{7}').count()
    }

    /// Waits for the bell with this number. Returns the kinds of all events for which the hook has been started so far.
    fn wait_for_bell(&mut self, number: usize) -> Vec<String> {
        let bells = |pty: &Pty| pty.text().matches('\u{7}').count();
        let what = format!("bell {number}");
        self.wait_until(&what, |pty| bells(pty) >= number);
        assert_eq!(self.bells(), number);
        until(WITHIN, "the hook", || {
            Some(self.hooked()).filter(|kinds| kinds.len() >= number)
        })
    }

    /// Waits until the terminal is silent, and asserts that exactly this many bells have rung.
    fn assert_still(&mut self, bells: usize, what: &str) {
        self.pty.read_for(SILENCE);
        assert_eq!(self.bells(), bells, "{what}: {:?}", self.hooked());
    }

    fn hooked(&self) -> Vec<String> {
        let text = fs::read_to_string(self.world.events_file(self.name)).unwrap_or_default();
        let events = text.lines().filter(|line| !line.is_empty());
        let kinds = events.filter_map(|line| {
            let event: Value = serde_json::from_str(line).ok()?;
            Some(event["event"].as_str()?.to_owned())
        });
        kinds.collect()
    }

    fn title(&self) -> String {
        let text = self.pty.text();
        let title = text.rsplit("\u{1b}]2;").next().unwrap_or_default();
        title.split('\u{1b}').next().unwrap_or_default().to_owned()
    }

    fn wait_for_title(&mut self, part: &str) {
        let is_there = |pty: &Pty| {
            let text = pty.text();
            let title = text.rsplit("\u{1b}]2;").next().unwrap_or_default();
            title
                .split('\u{1b}')
                .next()
                .unwrap_or_default()
                .contains(part)
        };
        self.wait_until(part, is_there);
    }
}

const DEE: (&str, &str) = ("dee@example.org", "demo-account-token");
const ADA: (&str, &str) = ("ada@example.org", "u+demo-token");

#[test]
fn each_event_rings_once_and_what_is_no_event_does_not() {
    let world = World::start();
    let [mine, other, ..] = &world.account.incidents("triggered")[..] else {
        panic!("too few incidents");
    };
    world.assign(mine, "Dee");
    world.assign(other, "Dee");
    // An incident about a hub. It is acknowledged and snoozed before the hub goes down.
    let page = world.post(
        "/incidents",
        &json!({ "incident": {
            "type": "incident",
            "title": "An uptime check on PROJECT Uptime Check URL labels {project_id=p, host=prod.reef.example} is failing.",
            "service": { "id": "PVHUBURL", "type": "service_reference" },
        } }),
    );
    let page = page["incident"]["id"].as_str().expect("an id").to_owned();
    world.change(&page, json!({ "status": "acknowledged" }));
    world.post(
        &format!("/incidents/{page}/snooze"),
        &json!({ "duration": 36_000 }),
    );

    let mut on_call = Watcher::start(&world, "ada", ADA);
    let mut off_call = Watcher::start(&world, "off", DEE);
    on_call.wait_for("you are on call");
    on_call.assert_still(0, "there already");

    // A staging hub, a hub in planned maintenance, and a hub whose incident is snoozed.
    for hub in ["leap/staging", "maap/prod", "reef/prod"] {
        world.down(hub);
    }
    on_call.wait_for("3 ✖");
    on_call.assert_still(0, "staging, maintenance, snoozed");

    world.down("leap/prod");
    assert_eq!(on_call.wait_for_bell(1), ["hub_down"]);
    on_call.wait_for_title("2 hubs down");
    for _ in 0..2 {
        world.set("leap/prod", WELL);
        on_call.wait_for("3 ✖");
        world.down("leap/prod");
        on_call.wait_for("4 ✖");
    }
    on_call.assert_still(1, "the same hub again, and again");

    world.assign(mine, "Ada");
    assert_eq!(on_call.wait_for_bell(2).last().expect("a kind"), "mine");
    world.assign(mine, "Bo");
    world.assign(other, "support@example.org");
    assert_eq!(on_call.wait_for_bell(3).last().expect("a kind"), "unowned");
    world.assign(other, "Ada");
    assert_eq!(on_call.wait_for_bell(4).last().expect("a kind"), "mine");
    world.change(other, json!({ "status": "acknowledged" }));
    let note = json!({ "note": { "content": "[hubwatch] time-box start 1s" } });
    world.post(&format!("/incidents/{other}/notes"), &note);
    assert_eq!(on_call.wait_for_bell(5).last().expect("a kind"), "time_box");
    let kinds = ["hub_down", "mine", "unowned", "mine", "time_box"];
    assert_eq!(on_call.hooked(), kinds);
    world.assign(mine, "Dee");
    on_call.assert_still(5, "another person's");

    // The terminal has the focus, so somebody sits in front of it.
    on_call.pty.send(b"\x1b[I");
    on_call.pty.send(b"j");
    world.down("dune/prod");
    on_call.wait_for("5 ✖");
    on_call.assert_still(5, "focus and keys");
    world.assign(mine, "Ada");
    world.change(mine, json!({ "status": "acknowledged" }));
    on_call.pty.send(b"\x1b[O");
    on_call.assert_still(5, "acknowledged before anybody had to be called");
    let notifications = on_call.pty.text().matches("\u{1b}]9;hubwatch: ").count();
    assert_eq!(notifications, 5);

    off_call.wait_for("not on call");
    off_call.wait_for("5 ✖");
    off_call.assert_still(0, "not on call");

    let mut late = Watcher::start(&world, "late", ADA);
    late.wait_for("5 ✖");
    late.assert_still(0, "down when it started");
    assert!(late.title().contains("3 hubs down"), "{}", late.title());

    on_call.pty.send(b"q");
    assert_eq!(on_call.pty.wait_for_exit(), 0);
    let text = on_call.pty.text();
    assert!(text.rfind("\u{1b}[23;2t") > text.rfind("\u{1b}]2;✖"));
}

#[test]
fn a_hook_that_is_not_there_or_hangs_is_said_and_holds_nothing() {
    let world = World::start();
    let gone = r#"["/nowhere/hook"]"#;
    let mut gone = Watcher::start_with_hook(&world, "gone", ADA, gone);
    let hanging = r#"["sh", "-c", "echo noise; echo noise >&2; sleep 600 & sleep 600"]"#;
    let mut hanging = Watcher::start_with_hook(&world, "hanging", ADA, hanging);
    world.down("leap/prod");
    gone.wait_for("on_event: /nowhere/hook cannot be started");
    hanging.wait_for("on_event: sh did not end within 1s and was killed");
    for watcher in [&mut gone, &mut hanging] {
        assert_eq!(watcher.bells(), 1);
        watcher.pty.send(b"s");
        watcher.wait_for("Sources");
        watcher.wait_for("on_event: ");
        assert!(!watcher.pty.screen().contents().contains("noise"));
        watcher.pty.send(b"\x1b");
    }
}
