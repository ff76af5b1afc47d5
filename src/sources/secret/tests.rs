use std::fs::{Permissions, set_permissions, write};
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use secrecy::ExposeSecret;
use tokio::io::AsyncReadExt;

use super::*;

fn env(name: &str) -> Option<String> {
    match name {
        "TOKEN" => Some("s3cret".to_owned()),
        "EMPTY" => Some(String::new()),
        _ => None,
    }
}

fn request(screen: TerminalState, millis: u64) -> SecretRequest<'static> {
    SecretRequest {
        name: "pagerduty.token",
        terminal: screen,
        timeout: Duration::from_millis(millis),
    }
}

async fn fetch(source: SecretRef, home: Option<&Path>) -> Result<FoundSecret, String> {
    let files = FileReader::new(std::sync::Arc::new(|job| job()));
    let surroundings = Environment {
        env: &env,
        home,
        files: &files,
    };
    let found =
        super::fetch_secret(&source, &surroundings, request(TerminalState::Free, 20_000)).await;
    found.map_err(|error| error.to_string())
}

fn sh(script: &str) -> SecretRef {
    SecretRef::Command(["sh", "-c", script].map(str::to_owned).to_vec())
}

fn exposed_secret(found: Result<FoundSecret, String>) -> String {
    found.unwrap().secret.expose_secret().to_owned()
}

#[tokio::test]
async fn the_environment_holds_it_or_is_named() {
    let env = |name: &str| fetch(SecretRef::Env(name.to_owned()), None);
    assert_eq!(exposed_secret(env("TOKEN").await), "s3cret");
    assert_eq!(
        env("MISSING").await.unwrap_err(),
        "the environment variable MISSING is not set"
    );
    assert_eq!(
        env("EMPTY").await.unwrap_err(),
        "the environment variable EMPTY is empty"
    );
}

#[tokio::test]
async fn a_file_loses_its_line_end_and_nothing_else() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("token");
    write(&path, " s3cret \n").unwrap();
    set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    let found = fetch(SecretRef::File("~/token".into()), Some(home.path()))
        .await
        .unwrap();
    assert_eq!(found.secret.expose_secret(), " s3cret ");
    assert_eq!(found.warning, None);
    assert!(!format!("{found:?}").contains("s3cret"));
}

#[tokio::test]
async fn a_file_that_everyone_reads_is_warned_of() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("token");
    write(&path, "s3cret").unwrap();
    set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
    let found = fetch(SecretRef::File(path), None).await.unwrap();
    assert!(found.warning.unwrap().contains("everyone on this machine"));
}

#[tokio::test]
async fn a_file_that_is_none_is_named() {
    let home = tempfile::tempdir().unwrap();
    let said = async |name: &str| {
        let source = SecretRef::File(Path::new("~").join(name));
        fetch(source, Some(home.path())).await.unwrap_err()
    };
    write(home.path().join("empty"), "\n").unwrap();
    write(home.path().join("binary"), b"\xff\xfe").unwrap();
    write(home.path().join("long"), vec![b'x'; 70_000]).unwrap();
    assert!(said("missing").await.ends_with("missing: not there"));
    assert!(said("empty").await.ends_with("empty: empty"));
    assert!(said("binary").await.ends_with("binary: not UTF-8"));
    assert!(said("long").await.ends_with("long: too long for a secret"));
    assert!(said("").await.ends_with("a directory"));
}

#[test]
fn a_tilde_is_home_only_at_the_front_and_alone() {
    let home = Path::new("/home/ada");
    let expanded = |path: &str| expand_home(Path::new(path), Some(home)).unwrap();
    assert_eq!(expanded("~/a/b"), Path::new("/home/ada/a/b"));
    assert_eq!(expanded("~"), home);
    assert_eq!(expanded("/a/~/b"), Path::new("/a/~/b"));
    assert_eq!(expanded("~bo/a"), Path::new("~bo/a"));
    assert!(expand_home(Path::new("~/a"), None).is_err());
}

#[tokio::test]
async fn a_commands_output_is_the_secret() {
    assert_eq!(
        exposed_secret(fetch(sh("echo s3cret; echo note >&2"), None).await),
        "s3cret"
    );
    assert_eq!(
        exposed_secret(fetch(sh("cat; echo closed"), None).await),
        "closed"
    );
}

#[tokio::test]
async fn a_command_that_fails_says_why_and_not_what() {
    let said = async |source| fetch(source, None).await.unwrap_err();
    let failed = sh("echo s3cret; echo 'no such entry' >&2; echo more >&2; exit 3");
    assert_eq!(
        said(failed).await,
        "the command sh: ended with 3: no such entry"
    );
    assert_eq!(said(sh("true")).await, "the command sh: printed nothing");
    let missing = SecretRef::Command(vec!["no-such-command-here".to_owned()]);
    assert_eq!(
        said(missing).await,
        "the command no-such-command-here: not found"
    );
    assert!(said(SecretRef::Command(Vec::new())).await.contains("empty"));
}

#[tokio::test]
async fn a_command_that_hangs_runs_out_of_time() {
    let words = ["sleep", "100"].map(str::to_owned);
    let hung = command::run(&words, request(TerminalState::Free, 50)).await;
    let text = hung.unwrap_err().to_string();
    assert_eq!(
        text,
        "the command for pagerduty.token (sleep) did not end within 50ms: does it wait for a passphrase?"
    );
}

/// The command's processes hold a pipe open. The pipe closes when the last of them has ended.
#[tokio::test]
async fn under_the_screen_a_hanging_command_ends_with_all_it_started() {
    let directory = tempfile::tempdir().unwrap();
    let fifo = directory.path().join("fifo");
    let mode = rustix::fs::Mode::from_raw_mode(0o600);
    rustix::fs::mknodat(rustix::fs::CWD, &fifo, rustix::fs::FileType::Fifo, mode, 0).unwrap();
    let mut alive = tokio::net::unix::pipe::OpenOptions::new()
        .open_receiver(&fifo)
        .unwrap();
    let script = format!(
        "{{ echo started; exec sleep 100; }} >{} & wait",
        fifo.display()
    );
    let words = ["sh", "-c", &script].map(str::to_owned);
    let hung = command::run(&words, request(TerminalState::Taken, 1000)).await;
    assert!(hung.is_err());
    let mut text = String::new();
    let ended = alive.read_to_string(&mut text);
    tokio::time::timeout(Duration::from_secs(20), ended)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(text, "started\n");
}

#[tokio::test]
async fn of_a_command_the_first_line_counts_and_of_every_place_no_byte_order_mark() {
    for script in [
        "echo s3cret; echo; echo user: ada",
        r"printf '\n  \n  s3cret  \r\nrest'",
        r"printf '\357\273\277s3cret\n'",
    ] {
        assert_eq!(
            exposed_secret(fetch(sh(script), None).await),
            "s3cret",
            "{script}"
        );
    }
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("token");
    write(&path, "\u{feff}s3cret\n").unwrap();
    let found = fetch(SecretRef::File(path), None).await;
    assert_eq!(exposed_secret(found), "s3cret");
}

#[tokio::test]
async fn what_a_command_prints_in_place_of_a_token_is_none() {
    for script in [r#"echo '{"token": "s3cret"}'"#, r"printf 'a\033[0mb'"] {
        let error = fetch(sh(script), None).await.unwrap_err();
        assert_eq!(
            error, "the command sh: its output is not a token",
            "{script}"
        );
    }
}

#[tokio::test]
async fn a_child_that_keeps_the_pipe_open_does_not_hold_up_the_secret() {
    let script = "echo s3cret; sleep 45 </dev/null 2>/dev/null &";
    assert_eq!(exposed_secret(fetch(sh(script), None).await), "s3cret");
}

#[tokio::test]
async fn a_pipe_for_a_file_is_not_waited_for() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&path).status();
    assert!(made.unwrap().success());
    let error = fetch(SecretRef::File(path.clone()), None)
        .await
        .unwrap_err();
    assert_eq!(
        error,
        format!("the file {}: not a regular file", path.display())
    );
}

/// A script that writes "started" into a FIFO. The script holds the FIFO open as long as it lives.
fn holding(fifo: &Path) -> (String, tokio::net::unix::pipe::Receiver) {
    let mode = rustix::fs::Mode::from_raw_mode(0o600);
    rustix::fs::mknodat(rustix::fs::CWD, fifo, rustix::fs::FileType::Fifo, mode, 0).unwrap();
    let alive = tokio::net::unix::pipe::OpenOptions::new()
        .open_receiver(fifo)
        .unwrap();
    let script = format!(
        "{{ echo started; exec sleep 100; }} >{} & wait",
        fifo.display()
    );
    (script, alive)
}

#[tokio::test]
async fn what_a_command_started_ends_when_nobody_waits_for_it_any_more() {
    let directory = tempfile::tempdir().unwrap();
    for terminal in [TerminalState::Free, TerminalState::Taken] {
        let fifo = directory.path().join(format!("{terminal:?}"));
        let (script, mut alive) = holding(&fifo);
        let words = ["sh", "-c", &script].map(str::to_owned);
        let mut text = [0; 8];
        {
            let running = command::run(&words, request(terminal, 20_000));
            tokio::select! {
                _ = running => panic!("it ended"),
                read = alive.read_exact(&mut text) => drop(read.unwrap()),
            }
        }
        assert_eq!(&text, b"started\n");
        let mut rest = Vec::new();
        let ended = alive.read_to_end(&mut rest);
        tokio::time::timeout(Duration::from_secs(20), ended)
            .await
            .unwrap()
            .unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_file_system_that_hangs_is_named_and_takes_one_thread() {
    use std::sync::{Arc, Mutex};
    type Jobs = Arc<Mutex<Vec<Box<dyn FnOnce() + Send>>>>;
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("token");
    write(&path, "s3cret").unwrap();
    let jobs = Jobs::default();
    let queue = Arc::clone(&jobs);
    let files = FileReader::new(Arc::new(move |job| queue.lock().unwrap().push(job)));
    for _ in 0..3 {
        let error = files.read(path.clone()).await.unwrap_err();
        let expected = format!(
            "the file {}: its file system does not answer",
            path.display()
        );
        assert_eq!(error.to_string(), expected);
    }
    let stuck = std::mem::take(&mut *jobs.lock().unwrap());
    assert_eq!(stuck.len(), 1);
    for job in stuck {
        job();
    }
    let (found, ()) = tokio::join!(files.read(path.clone()), async {
        let job = jobs.lock().unwrap().pop().unwrap();
        job();
    });
    assert_eq!(found.unwrap().secret.expose_secret(), "s3cret");
}

#[tokio::test]
async fn without_a_terminal_no_command_waits_for_another() {
    let directory = tempfile::tempdir().unwrap();
    let fifo = directory.path().join("fifo");
    let (hangs, _alive) = holding(&fifo);
    let wanted = [("slow", sh(&hangs)), ("quick", sh("echo s3cret"))];
    let wanted = wanted.map(|(name, reference)| WantedSecret::new(name, &reference));
    let quick = wanted[1].clone();
    let time = std::sync::Arc::new(crate::sources::testing::TestClock::at(0));
    let secrets = Secrets::new(wanted, time, std::sync::Arc::new(|job| job()));
    let options = FetchOptions {
        screen: TerminalState::Taken,
        deadline: None,
        on_slow: &|_| {},
        on_warning: &|_| {},
    };
    let waited = [quick.clone()];
    tokio::select! {
        () = secrets.fetch_all(&options) => panic!("one of them hangs"),
        () = secrets.wait_until_fetched(&waited) => {}
    }
    let found = secrets.get(&quick.reference).unwrap();
    assert_eq!(found.expose_secret(), "s3cret");
}

#[tokio::test]
async fn on_a_terminal_a_command_that_hangs_holds_up_no_other_and_each_runs_once() {
    let directory = tempfile::tempdir().unwrap();
    let log = directory.path().join("log");
    let logged = |name: &str, rest: &str| sh(&format!("echo {name} >>{}; {rest}", log.display()));
    let wanted = [
        ("first", logged("first", "echo one")),
        ("slow", logged("slow", "exec sleep 1000")),
        ("last", logged("last", "echo two")),
    ];
    let wanted = wanted.map(|(name, reference)| WantedSecret::new(name, &reference));
    let time = std::sync::Arc::new(crate::sources::testing::TestClock::at(0));
    let now = crate::domain::now::TimeSource::now(&*time);
    let secrets = Secrets::new(wanted.clone(), time, std::sync::Arc::new(|job| job()));
    secrets
        .run_commands(&FetchOptions {
            screen: TerminalState::Free,
            deadline: Some(now.plus(Duration::from_secs(2))),
            on_slow: &|_| {},
            on_warning: &|_| {},
        })
        .await;
    let said = |at: usize| match secrets.get(&wanted[at].reference) {
        Ok(secret) => secret.expose_secret().to_owned(),
        Err(error) => error.text,
    };
    assert_eq!(said(0), "one");
    assert!(said(1).contains("did not end within 1s"), "{}", said(1));
    assert_eq!(said(2), "the secret was not fetched");
    secrets.run_remaining_commands(&|_| {}).await;
    assert_eq!(said(2), "two");
    let ran = std::fs::read_to_string(log).unwrap();
    assert_eq!(ran, "first\nslow\nlast\n");
}
