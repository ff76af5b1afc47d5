use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::app::fixture::incident;
use crate::domain::incident::{Person, Reference};
use crate::domain::operation::{Actor, Declaration, OutcomeDetail, OutgoingNote};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn batch(operations: Vec<Operation>, on: Vec<Incident>) -> OperationBatch {
    OperationBatch {
        number: 1,
        operations,
        incidents: on.into_iter().map(Arc::new).collect(),
        actor: Some(Actor {
            person: Person {
                id: "PADA".into(),
                name: "Ada".into(),
            },
            email: "ada@example.org".to_owned(),
        }),
    }
}

fn named(id: &str, number: u64, title: &str) -> Incident {
    Incident {
        number,
        title: title.to_owned(),
        ..incident(id)
    }
}

fn lines(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    text.lines().map(str::to_owned).collect()
}

#[test]
fn a_line_is_what_a_person_and_a_script_can_read() {
    let place = tempfile::tempdir().unwrap();
    let storm = vec![
        named("Q1", 5001, "home-nfs has 10% of space left"),
        named("Q2", 5002, "two\nlines \u{1b}[31mred\u{202e}"),
    ];
    let batch = batch(vec![Operation::Acknowledge], storm);
    let begun = begun_entries(&batch, at("2026-11-22T03:12:09.123456Z"), &|_| {
        String::new()
    });
    append(place.path(), &begun).unwrap();
    let outcome = Outcome {
        incident: Some("Q1".into()),
        operation: Operation::Acknowledge,
        result: OperationResult::Done,
        detail: OutcomeDetail::Confirmed {
            at: None,
            response_lost: false,
            other_acks: Vec::new(),
        },
        read_back: None,
        shown: None,
    };
    let at = at("2026-11-22T03:12:10Z");
    let ended = result_entries(&batch, &[outcome], at, &|_| {
        "acknowledged 03:12:09".to_owned()
    });
    append(place.path(), &ended).unwrap();
    assert_eq!(
        lines(&path(place.path())),
        [
            r#"{"at":"2026-11-22T03:12:09.123Z","who":"Ada","action":"acknowledge","incident":"Q1","number":5001,"title":"home-nfs has 10% of space left","result":"begun","detail":""}"#,
            r#"{"at":"2026-11-22T03:12:09.123Z","who":"Ada","action":"acknowledge","incident":"Q2","number":5002,"title":"two lines  [31mred ","result":"begun","detail":""}"#,
            r#"{"at":"2026-11-22T03:12:10Z","who":"Ada","action":"acknowledge","incident":"Q1","number":5001,"title":"home-nfs has 10% of space left","result":"done","detail":"acknowledged 03:12:09"}"#,
        ]
    );
    let mode = fs::metadata(path(place.path()))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn operations_stand_in_their_order_and_a_declaration_has_the_incident_that_it_opened() {
    let snooze = Operation::Snooze(Duration::from_secs(60));
    let note = Operation::Note(OutgoingNote {
        text: "resized".to_owned(),
        in_doubt: false,
    });
    let both = batch(
        vec![note, snooze],
        vec![named("Q1", 1, "a"), named("Q2", 2, "b")],
    );
    let words = |operation: &Operation| match operation {
        Operation::Note(note) => note.text.clone(),
        _ => String::new(),
    };
    let begun_both = begun_entries(&both, at("2026-11-22T03:00:00Z"), &words);
    let told: Vec<_> = begun_both
        .iter()
        .map(|line| (line.action, line.number, line.detail.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (OperationKind::Note, Some(1), "resized"),
            (OperationKind::Note, Some(2), "resized"),
            (OperationKind::Snooze, Some(1), ""),
            (OperationKind::Snooze, Some(2), ""),
        ]
    );
    let declare = Operation::Declare(Declaration {
        since: None,
        key: "k".to_owned(),
        title: "hub down".to_owned(),
        service: Reference {
            id: "PS1".into(),
            name: "Hubs".into(),
        },
        priority: None,
        hub: None,
        details: String::new(),
    });
    let declaring = batch(vec![declare.clone()], Vec::new());
    let first = begun_entries(&declaring, at("2026-11-22T03:00:00Z"), &words);
    assert_eq!(
        (first.len(), &first[0].incident, first[0].title.as_str()),
        (1, &None, "hub down")
    );
    let opened = Outcome {
        incident: Some("Q9".into()),
        operation: declare,
        result: OperationResult::Done,
        detail: OutcomeDetail::Confirmed {
            at: None,
            response_lost: false,
            other_acks: Vec::new(),
        },
        read_back: Some(Arc::new(named("Q9", 5009, "hub down"))),
        shown: None,
    };
    let last = result_entries(&declaring, &[opened], at("2026-11-22T03:00:01Z"), &|_| {
        String::new()
    });
    assert_eq!(
        (last[0].incident.as_deref(), last[0].number, last[0].result),
        (Some("Q9"), Some(5009), EntryResult::Done)
    );
}

fn entry(title: &str) -> Entry {
    let batch = batch(vec![Operation::Resolve], vec![named("Q1", 1, title)]);
    begun_entries(&batch, at("2026-11-22T03:00:00Z"), &|_| String::new()).remove(0)
}

#[test]
fn a_large_one_is_put_aside_and_one_old_one_is_kept() {
    let place = tempfile::tempdir().unwrap();
    let title = |line: &String| serde_json::from_str::<Entry>(line).unwrap().title;
    for n in 0..7 {
        append_to(place.path(), &[entry(&format!("{n}"))], 300).unwrap();
    }
    // A line has about 150 bytes, so two lines reach the test's limit of 300 bytes.
    let titles = |path: &Path| lines(path).iter().map(title).collect::<Vec<_>>();
    let (old, new) = (
        titles(&rotated_path(place.path())),
        titles(&path(place.path())),
    );
    let kept: Vec<String> = old.iter().chain(&new).cloned().collect();
    let expected: Vec<String> = (7 - kept.len()..7).map(|n| n.to_string()).collect();
    assert_eq!(kept, expected);
    assert!(old.len() >= 2 && !new.is_empty(), "{old:?} {new:?}");
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 2);
}

#[test]
fn a_half_line_swallows_nothing() {
    let place = tempfile::tempdir().unwrap();
    fs::write(path(place.path()), "{\"at\":\"2026").unwrap();
    append(place.path(), &[entry("whole")]).unwrap();
    append(place.path(), &[]).unwrap();
    let lines = lines(&path(place.path()));
    assert_eq!(lines.len(), 2);
    assert_eq!(
        serde_json::from_str::<Entry>(&lines[1]).unwrap(),
        entry("whole")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn programs_that_write_at_once_lose_no_line() {
    let place = tempfile::tempdir().unwrap();
    let tasks = crate::runtime::tasks::Tasks::on_current_runtime();
    let journal = || crate::runtime::journal::Journal {
        dir: Some(place.path().into()),
        tasks: tasks.clone(),
        zone: crate::domain::zone::Zone::UTC,
        time: std::sync::Arc::new(crate::runtime::clock::SystemClock::start()),
    };
    let (ada, bo) = (journal(), journal());
    for n in 0..40 {
        let line = |who: &str| vec![entry(&format!("{who} {n}")), entry("again")];
        let (one, other) = tokio::join!(ada.append(line("Ada")), bo.append(line("Bo")));
        one.unwrap();
        other.unwrap();
    }
    let lines = lines(&path(place.path()));
    let whole = lines
        .iter()
        .filter(|line| serde_json::from_str::<Entry>(line).is_ok());
    assert_eq!((lines.len(), whole.count()), (160, 160));
}

fn begun() -> Vec<Entry> {
    let batch = batch(vec![Operation::Acknowledge], vec![named("Q1", 1, "a")]);
    begun_entries(&batch, at("2026-11-22T03:12:09Z"), &|_| String::new())
}

#[test]
fn a_link_in_the_place_of_the_journal_is_not_followed() {
    let place = tempfile::tempdir().unwrap();
    let theirs = place.path().join("theirs");
    fs::write(&theirs, "theirs").unwrap();
    std::os::unix::fs::symlink(&theirs, path(place.path())).unwrap();
    let error = append(place.path(), &begun()).unwrap_err();
    assert!(error.to_string().contains("link"), "{error}");
    assert_eq!(fs::read_to_string(&theirs).unwrap(), "theirs");
}

#[test]
fn a_fifo_in_the_place_of_the_journal_is_not_waited_for() {
    let place = tempfile::tempdir().unwrap();
    crate::files::make_fifo(&path(place.path()));
    append(place.path(), &begun()).unwrap_err();
}
