use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use chrono::DateTime;

use super::*;
use crate::app::msg::Msg;
use crate::runtime::inbox::Inbox;

fn script(place: &Path, text: &str, timeout: Duration) -> HookSettings {
    let path = place.join("hook");
    std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    HookSettings {
        command: vec![path.to_string_lossy().into_owned(), "argument".to_owned()],
        timeout,
    }
}

fn event() -> Event {
    Event::test(DateTime::UNIX_EPOCH)
}

const LONG: Duration = Duration::from_secs(20);

#[tokio::test]
async fn a_hook_gets_the_event_and_prints_to_nowhere() {
    let place = tempfile::tempdir().unwrap();
    let seen = place.path().join("seen");
    let text = format!("cat > {}; echo out; echo err >&2", seen.display());
    let hook = script(place.path(), &text, LONG);
    let input = serde_json::to_vec(&event()).unwrap();
    assert_eq!(run_hook(&hook, &input).await, Ok(()));
    let got: serde_json::Value = serde_json::from_slice(&std::fs::read(seen).unwrap()).unwrap();
    assert_eq!(got["test"], true);
    assert_eq!(got["schema"], 1);
}

#[tokio::test]
async fn a_hook_that_does_not_read_has_not_failed() {
    let place = tempfile::tempdir().unwrap();
    let hook = script(place.path(), "exit 0", LONG);
    let input = vec![b'x'; 1 << 20];
    assert_eq!(run_hook(&hook, &input).await, Ok(()));
}

#[tokio::test]
async fn a_hook_that_fails_or_is_not_there_is_said() {
    let place = tempfile::tempdir().unwrap();
    let hook = script(place.path(), "exit 3", LONG);
    let why = run_hook(&hook, b"{}").await.unwrap_err();
    assert!(why.ends_with("/hook failed (exit status: 3)"), "{why}");
    let hook = HookSettings {
        command: vec!["/nowhere/hook".to_owned()],
        timeout: LONG,
    };
    let why = run_hook(&hook, b"{}").await.unwrap_err();
    assert!(why.starts_with("/nowhere/hook cannot be started"), "{why}");
}

#[tokio::test]
async fn a_hook_that_hangs_is_killed_with_what_it_started() {
    let place = tempfile::tempdir().unwrap();
    let pids = place.path().join("pids");
    let text = format!(
        "sleep 600 & echo $! > {0}; echo $$ >> {0}; wait",
        pids.display()
    );
    let hook = script(place.path(), &text, Duration::from_millis(700));
    let why = run_hook(&hook, b"{}").await.unwrap_err();
    assert!(
        why.ends_with("did not end within 700ms and was killed"),
        "{why}"
    );
    let text = std::fs::read_to_string(&pids).unwrap();
    let pids: Vec<i32> = text.lines().map(|line| line.parse().unwrap()).collect();
    assert_eq!(pids.len(), 2, "{text}");
    let is_gone = |pid: &i32| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        // A killed process whose parent has not waited for it yet is a zombie.
        stat.is_empty() || stat.contains(") Z ")
    };
    for _ in 0..100 {
        if pids.iter().all(is_gone) {
            return;
        }
        crate::runtime::clock::sleep(Duration::from_millis(20)).await;
    }
    panic!("still there: {pids:?}");
}

#[tokio::test]
async fn many_events_start_a_few_hooks_at_once_and_nothing_waits() {
    let place = tempfile::tempdir().unwrap();
    let hook = script(place.path(), "sleep 600", LONG);
    let tasks = Tasks::on_current_runtime();
    let mut inbox = Inbox::default();
    let runner = HookRunner::new(hook, inbox.sender());
    for _ in 0..50 {
        runner.start(&event(), &tasks);
    }
    let said = inbox.next().await;
    assert!(
        matches!(&said, Msg::Complaint(text) if text.contains("too many events")),
        "{said:?}"
    );
    assert_eq!(
        runner.started.load(Ordering::SeqCst),
        MAX_RUNNING + MAX_WAITING
    );
    tasks.stop().await;
    assert_eq!(runner.started.load(Ordering::SeqCst), 0, "all are ended");
}
