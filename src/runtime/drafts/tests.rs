use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{DateTime, Utc};
use proptest::prelude::*;

use super::*;
use crate::domain::ids::CaseId;
use crate::domain::operation::Purpose;
use crate::runtime::clock::SystemClock;
use crate::runtime::inbox::Inbox;
use crate::store::state_dir::StateDirError;

fn time() -> Arc<dyn TimeSource> {
    Arc::new(SystemClock::start())
}

fn note(case: &str, text: &str) -> Draft {
    Draft {
        case: CaseId::Incident(case.into()),
        purpose: Purpose::Note,
        incidents: Vec::new(),
        text: text.to_owned(),
        at: DateTime::UNIX_EPOCH,
        in_doubt: false,
        declaration_key: None,
        account: None,
    }
}

fn left_in(state: &Path) -> Vec<(String, String)> {
    let mut next = DraftStore::new(drafts::dir(state), "the-next-run".to_owned());
    let found = next.adopt_drafts(DateTime::<Utc>::UNIX_EPOCH).unwrap();
    assert_eq!(found.unreadable, []);
    let texts = found.drafts.into_iter();
    let mut texts: Vec<_> = texts.map(|it| (it.case.to_string(), it.text)).collect();
    texts.sort();
    texts
}

fn texts(msg: Msg) -> Vec<String> {
    match msg {
        Msg::DraftsLoaded(drafts) => drafts.into_iter().map(|draft| draft.text).collect(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_is_typed_is_there_for_the_next_run_when_the_program_ends() {
    let place = tempfile::tempdir().unwrap();
    let tasks = Tasks::on_current_runtime();
    let inbox = Inbox::default();
    let drafts = Drafts::open(
        DraftStorage::Dir(place.path()),
        time(),
        &tasks,
        inbox.sender(),
    );
    for end in 1..=200 {
        drafts.save(note("Q1", &"x".repeat(end)), &tasks);
    }
    drafts.save(note("Q2", "sent"), &tasks);
    drafts.discard(note("Q2", "").key(), &tasks);
    drop(drafts);
    tasks.stop().await;
    let tasks = Tasks::on_current_runtime();
    let mut inbox = Inbox::default();
    let _next = Drafts::open(
        DraftStorage::Dir(place.path()),
        time(),
        &tasks,
        inbox.sender(),
    );
    assert_eq!(texts(inbox.next().await), ["x".repeat(200)]);
}

#[tokio::test]
async fn a_place_that_cannot_be_written_is_told_and_so_is_no_place_but_not_in_the_demo() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("state");
    std::fs::write(&file, "").unwrap();
    let tasks = Tasks::on_current_runtime();
    let mut inbox = Inbox::default();
    let drafts = Drafts::open(DraftStorage::Dir(&file), time(), &tasks, inbox.sender());
    assert!(matches!(inbox.next().await, Msg::Complaint(_)));
    drafts.save(note("Q1", "x"), &tasks);
    assert!(matches!(inbox.next().await, Msg::DraftSaveFailed { .. }));
    let homeless = Drafts::open(
        DraftStorage::Unavailable(&StateDirError::NoHomeDirectory),
        time(),
        &tasks,
        inbox.sender(),
    );
    homeless.save(note("Q1", "x"), &tasks);
    assert!(matches!(inbox.next().await, Msg::DraftSaveFailed { .. }));
    let demo = Drafts::open(DraftStorage::Disabled, time(), &tasks, inbox.sender());
    demo.save(note("Q1", "x"), &tasks);
    assert!(matches!(inbox.next().await, Msg::DraftSaved(_)));
    tasks.stop().await;
    assert!(inbox.arrived().is_none());
}

#[tokio::test]
async fn what_cannot_be_read_is_told_beside_what_can() {
    let place = tempfile::tempdir().unwrap();
    let dir = drafts::dir(place.path());
    DraftStore::new(dir.clone(), "1-a".to_owned())
        .save(&note("Q1", "whole"))
        .unwrap();
    std::fs::write(dir.join("half.json"), "{\"case\":").unwrap();
    let tasks = Tasks::on_current_runtime();
    let mut inbox = Inbox::default();
    let _drafts = Drafts::open(
        DraftStorage::Dir(place.path()),
        time(),
        &tasks,
        inbox.sender(),
    );
    let (mut found, mut complaints) = (Vec::new(), Vec::new());
    for _ in 0..2 {
        match inbox.next().await {
            Msg::Complaint(text) => complaints.push(text),
            msg => found.extend(texts(msg)),
        }
    }
    assert_eq!(found, ["whole"]);
    assert!(complaints[0].contains("half.json"), "{complaints:?}");
}

/// A reader always sees a whole draft, an older or a newer one. Once the first draft is saved, there is always a draft.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_sees_whole_drafts_only() {
    let place = tempfile::tempdir().unwrap();
    let tasks = Tasks::on_current_runtime();
    let inbox = Inbox::default();
    let drafts = Drafts::open(
        DraftStorage::Dir(place.path()),
        time(),
        &tasks,
        inbox.sender(),
    );
    let dir = drafts::dir(place.path());
    let (stop, seen) = (tasks.stop_token(), Arc::new(AtomicUsize::new(0)));
    let looks = Arc::clone(&seen);
    // If `look` panics, the reading task drops `looking`. The writing loop below then ends.
    let (looking, looks_end) = tokio::sync::watch::channel(());
    tasks.spawn_blocking(move || {
        let _until_it_ends = looking;
        while !stop.is_cancelled() {
            looks.fetch_add(look(&dir), Ordering::SeqCst);
        }
    });
    let mut length = 0;
    while seen.load(Ordering::SeqCst) < 300 && looks_end.has_changed().is_ok() {
        length = (length + 7) % 2000;
        drafts.save(note("Q1", &"word ".repeat(length)), &tasks);
        tokio::task::yield_now().await;
    }
    let failed = looks_end.has_changed().is_err();
    tasks.stop().await;
    assert!(!failed, "what was read was no whole draft");
}

fn look(dir: &Path) -> usize {
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    let whole = entries.filter(|entry| entry.path().extension().is_some_and(|it| it == "json"));
    let texts = whole.map(|entry| std::fs::read(entry.path()).unwrap());
    let drafts: Vec<Draft> = texts
        .map(|bytes| serde_json::from_slice(&bytes).unwrap())
        .collect();
    drafts.len()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn however_fast_it_is_typed_and_sent_the_last_word_counts(
        steps in prop::collection::vec((0..3u8, prop::option::of("[a-z]{0,6}"), any::<bool>()), 0..40)
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let place = tempfile::tempdir().unwrap();
        let mut expected = BTreeMap::new();
        runtime.block_on(async {
            let tasks = Tasks::on_current_runtime();
            let inbox = Inbox::default();
            let drafts = Drafts::open(DraftStorage::Dir(place.path()), time(), &tasks, inbox.sender());
            for (which, text, pauses) in steps {
                let case = format!("Q{which}");
                match text {
                    Some(text) => {
                        drafts.save(note(&case, &text), &tasks);
                        expected.insert(format!("pd:{case}"), text);
                    }
                    None => {
                        drafts.discard(note(&case, "").key(), &tasks);
                        expected.remove(&format!("pd:{case}"));
                    }
                }
                if pauses {
                    tokio::task::yield_now().await;
                }
            }
            tasks.stop().await;
        });
        prop_assert_eq!(left_in(place.path()), expected.into_iter().collect::<Vec<_>>());
    }
}
