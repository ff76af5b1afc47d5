//! Obstacles where the program keeps files: links, FIFOs, directories that others can write to, locks that another
//! program holds.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, FileType, Mode, mknodat};

use super::home::{Home, Run};
use super::served::Served;

const ONE_HUB: &str = "[[cluster]]\nname = \"leap\"\nhubs = [{ name = \"prod\", \
                       health_url = \"http://127.0.0.1:1/hub/health\" }]\n";

const CHECK: [&str; 5] = ["check", "--timeout", "3s", "--config", "c.toml"];

fn home() -> (Home, PathBuf) {
    let home = Home::new();
    home.write("c.toml", ONE_HUB);
    let state = home.path("state").join("hubwatch");
    fs::create_dir_all(&state).expect("a folder");
    set_mode(&state, 0o700);
    (home, state)
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("permissions");
}

fn make_fifo(path: &Path) {
    mknodat(CWD, path, FileType::Fifo, Mode::RWXU, 0).expect("a FIFO");
}

fn assert_looked(run: &Run) {
    assert!(run.out.starts_with("HUBWATCH UNKNOWN - probes"), "{run:?}");
}

#[test]
fn a_state_folder_that_others_can_write_to_is_not_used_and_that_is_said() {
    let (home, state) = home();
    set_mode(&state, 0o777);
    let run = home.run_to_end(&CHECK);
    assert_looked(&run);
    assert_eq!(
        run.err,
        format!(
            "hubwatch: the state folder {}: others may write to it (chmod 700): hubwatch goes on without state\n",
            state.display()
        )
    );
    assert_eq!(fs::read_dir(&state).expect("the folder").count(), 0);
}

#[test]
fn a_state_folder_that_is_a_file_is_said() {
    let (home, state) = home();
    fs::remove_dir(&state).expect("an empty folder");
    fs::write(&state, "").expect("a file");
    let run = home.run_to_end(&CHECK);
    assert_looked(&run);
    assert!(run.err.contains("goes on without state"), "{run:?}");
}

#[test]
fn a_fifo_for_a_state_file_is_not_waited_for() {
    let (home, state) = home();
    for name in ["time-boxes.json", "failing-probes.json"] {
        make_fifo(&state.join(name));
    }
    let run = home.run_to_end(&CHECK);
    assert_looked(&run);
    for name in ["time-boxes.json", "failing-probes.json"] {
        let said = |line: &str| line.contains(name) && line.contains("cannot be read");
        assert!(run.err.lines().any(said), "{name}: {run:?}");
    }
}

#[test]
fn a_state_file_that_was_cut_is_kept_and_said() {
    let (home, state) = home();
    fs::write(state.join("failing-probes.json"), "[{\"hub\":").expect("a file");
    let run = home.run_to_end(&CHECK);
    assert_looked(&run);
    let said = "the state file failing-probes.json cannot be read: ";
    assert!(run.err.contains(said), "{run:?}");
    let kept = fs::read_to_string(state.join("failing-probes.json.unreadable"));
    assert_eq!(kept.expect("the file"), "[{\"hub\":");
}

#[test]
fn the_log_is_its_owners_only_and_a_fifo_for_it_is_not_waited_for() {
    let (home, _) = home();
    let run = home.run_to_end(&[&CHECK[..], &["--log-file", "log"]].concat());
    assert_looked(&run);
    let mode = fs::metadata(home.path("log")).expect("the log");
    assert_eq!(mode.permissions().mode() & 0o777, 0o600);
    make_fifo(&home.path("fifo"));
    let run = home.run_to_end(&[&CHECK[..], &["--log-file", "fifo"]].concat());
    assert_eq!(run.code, 3, "{run:?}");
}

#[test]
fn an_acknowledgement_goes_through_though_the_journal_is_a_link_or_locked() {
    let served = Served::start(&["--scenario", "quiet"]);
    let state = served.home.path("state").join("hubwatch");
    fs::create_dir_all(&state).expect("a folder");
    set_mode(&state, 0o700);
    let (journal, theirs) = (state.join("journal.jsonl"), served.home.path("theirs"));
    let config = served.config.to_str().expect("UTF-8");
    let incidents = open_incidents(&served);
    let ack = |incident: &str| {
        let run = served
            .home
            .run_to_end(&["ack", incident, "--yes", "--config", config]);
        assert_eq!(run.code, 0, "{run:?}");
        run.err
    };
    fs::write(&theirs, "theirs").expect("a file");
    symlink(&theirs, &journal).expect("a link");
    let said = ack(&incidents[0]);
    assert!(
        said.contains("the journal cannot be written: it is a link"),
        "{said}"
    );
    assert_eq!(fs::read_to_string(&theirs).expect("the file"), "theirs");
    fs::remove_file(&journal).expect("the link");
    let locked = fs::File::create(&journal).expect("a file");
    locked.lock().expect("a lock");
    let said = ack(&incidents[1]);
    assert!(said.contains("another program holds its lock"), "{said}");
}

fn open_incidents(served: &Served) -> Vec<String> {
    let report = served.check(&["--format", "json"]).json();
    let cases = super::home::list(&report, "cases").iter();
    let open: Vec<String> = cases
        .filter(|case| case["incident"]["status"] == "triggered")
        .filter_map(|case| case["incident"]["id"].as_str().map(str::to_owned))
        .collect();
    assert!(open.len() >= 2, "{open:?}");
    open
}

#[test]
fn a_served_world_writes_through_a_link_and_refuses_standard_output() {
    let home = Home::new();
    for name in ["/dev/stdout", "fifo"] {
        if name == "fifo" {
            make_fifo(&home.path(name));
        }
        let run = home.run_to_end(&["demo", "--serve", "--write-config", name]);
        assert_eq!(run.code, 2, "{run:?}");
        assert!(run.err.contains(name), "{run:?}");
    }
}
