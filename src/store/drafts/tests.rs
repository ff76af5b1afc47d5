use std::path::Path;

use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;
use crate::domain::ids::{CaseId, HubKey};
use crate::domain::note::TimeBoxVerdict;
use crate::domain::operation::{DraftIncident, Purpose};

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
}

fn draft(case: &str, purpose: Purpose, text: &str, seconds: i64) -> Draft {
    Draft {
        case: case.parse().unwrap(),
        purpose,
        incidents: vec![DraftIncident {
            incident: "Q1".into(),
            number: 5001,
            title: "home-nfs has 10% of space left".to_owned(),
        }],
        text: text.to_owned(),
        at: at(seconds),
        in_doubt: false,
        declaration_key: None,
        account: None,
    }
}

fn folder(dir: &Path, run: &str) -> DraftStore {
    DraftStore::new(dir.to_owned(), run.to_owned())
}

fn texts(found: &RecoveredDrafts) -> Vec<&str> {
    found.drafts.iter().map(|one| one.text.as_str()).collect()
}

#[test]
fn what_was_kept_is_there_for_the_next_run_word_for_word() {
    let place = tempfile::tempdir().unwrap();
    let dir = dir(place.path());
    let drafts = [
        draft("pd:Q1", Purpose::Note, "resized, waiting\n\"quotes\" ✓", 1),
        draft("pd:Q1", Purpose::Extend(15), "the volume resizes", 2),
        draft(
            "alert:00000000000000ab",
            Purpose::Verdict(TimeBoxVerdict::Fixed),
            "",
            3,
        ),
        draft("hub:leap/../../prod", Purpose::Declare, "hub down", 4),
    ];
    let mut first = folder(&dir, "1-a");
    for draft in &drafts {
        first.save(draft).unwrap();
    }
    drop(first);
    let found = folder(&dir, "2-b").adopt_drafts(at(10)).unwrap();
    assert_eq!(found.drafts, drafts);
    assert_eq!(found.unreadable, []);
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
}

#[test]
fn a_place_where_nothing_was_ever_kept_stays_untouched() {
    let place = tempfile::tempdir().unwrap();
    let mut watching = folder(&dir(place.path()), "1-a");
    assert_eq!(
        watching.adopt_drafts(at(0)).unwrap(),
        RecoveredDrafts::default()
    );
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0);
}

#[test]
fn two_programs_lose_nothing_of_each_other() {
    let place = tempfile::tempdir().unwrap();
    let note = |text, seconds| draft("pd:Q1", Purpose::Note, text, seconds);
    let (mut ada, mut bo) = (folder(place.path(), "1-a"), folder(place.path(), "2-b"));
    ada.save(&note("Ada's", 1)).unwrap();
    // The other program is still running, so its draft is not shown here.
    assert_eq!(texts(&bo.adopt_drafts(at(1)).unwrap()), [""; 0]);
    bo.save(&note("Bo's", 2)).unwrap();
    bo.discard(&note("", 0).key()).unwrap();
    drop((ada, bo));
    let found = folder(place.path(), "3-c").adopt_drafts(at(3)).unwrap();
    assert_eq!(texts(&found), ["Ada's"]);
}

#[test]
fn of_two_that_find_a_draft_one_gets_it() {
    let place = tempfile::tempdir().unwrap();
    folder(place.path(), "1-a")
        .save(&draft("pd:Q1", Purpose::Note, "left", 1))
        .unwrap();
    let (mut ada, mut bo) = (folder(place.path(), "2-b"), folder(place.path(), "3-c"));
    let left = [
        ada.find_leftovers(at(2)).unwrap(),
        bo.find_leftovers(at(2)).unwrap(),
    ];
    assert_eq!(left[0], left[1]);
    assert_eq!(texts(&ada.adopt_drafts(at(2)).unwrap()), ["left"]);
    let late = draft("pd:Q1", Purpose::Note, "left", 1);
    assert_eq!(bo.claim(&left[1].drafts[0], late), None);
    // Discarding removes the draft for good. hubwatch also discards a draft after it has sent the text.
    ada.discard(&draft("pd:Q1", Purpose::Note, "", 0).key())
        .unwrap();
    drop((ada, bo));
    assert_eq!(
        folder(place.path(), "4-d").adopt_drafts(at(3)).unwrap(),
        RecoveredDrafts::default()
    );
}

#[test]
fn of_two_with_one_key_the_newer_comes_first_and_the_older_after_it() {
    let place = tempfile::tempdir().unwrap();
    let note = |text, seconds| draft("pd:Q1", Purpose::Note, text, seconds);
    let (mut ada, mut bo) = (folder(place.path(), "1-a"), folder(place.path(), "2-b"));
    ada.save(&note("newer", 9)).unwrap();
    bo.save(&note("older", 5)).unwrap();
    drop((ada, bo));
    let mut next = folder(place.path(), "3-c");
    assert_eq!(texts(&next.adopt_drafts(at(10)).unwrap()), ["newer"]);
    next.discard(&note("", 0).key()).unwrap();
    drop(next);
    let found = folder(place.path(), "4-d").adopt_drafts(at(10)).unwrap();
    assert_eq!(texts(&found), ["older"]);
}

#[test]
fn what_cannot_be_read_is_told_and_stays() {
    let place = tempfile::tempdir().unwrap();
    let whole = draft("pd:Q1", Purpose::Note, "whole", 1);
    folder(place.path(), "1-a").save(&whole).unwrap();
    let half = serde_json::to_string(&whole).unwrap();
    for (name, text) in [
        ("half.1-a.json", half.split_at(half.len() / 2).0),
        ("empty.json", ""),
        ("mine.json", "[1]"),
        ("notes.txt", "not ours"),
    ] {
        fs::write(place.path().join(name), text).unwrap();
    }
    let mut next = folder(place.path(), "2-b");
    let found = next.adopt_drafts(at(2)).unwrap();
    assert_eq!(texts(&found), ["whole"]);
    let unreadable = found.unreadable.iter();
    let names: Vec<_> = unreadable
        .map(|(path, _)| path.file_name().unwrap())
        .collect();
    assert_eq!(names, ["empty.json", "half.1-a.json", "mine.json"]);
    next.discard(&whole.key()).unwrap();
    drop(next);
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 4);
}

#[test]
fn what_was_saved_in_an_editor_after_a_kill_is_in_the_draft_that_it_came_from() {
    let place = tempfile::tempdir().unwrap();
    let open = |name: &str, before: &str, saved: &str| {
        let dir = place.path().join(name);
        fs::create_dir(&dir).unwrap();
        let laid = edits::create_edit(&dir, before).unwrap();
        fs::write(&laid.path, saved).unwrap();
        laid
    };
    folder(place.path(), "1-a")
        .save(&draft("pd:Q1", Purpose::Note, "begun\n", 1))
        .unwrap();
    drop(open("edit-7-0", "begun\n", "begun and saved\n"));
    drop(open("edit-7-1", "closed\n", "closed\n\n"));
    drop(open("edit-7-2", "from nowhere", "saved\n"));
    let waited_for = open("edit-8-0", "begun\n", "still open\n");
    let found = folder(place.path(), "2-b").adopt_drafts(at(2)).unwrap();
    assert_eq!(texts(&found), ["begun and saved"]);
    let unreadable: Vec<_> = found.unreadable.iter().map(|(path, _)| path).collect();
    assert_eq!(unreadable, [&place.path().join("edit-7-2/note.txt")]);
    assert!(waited_for.path.exists());
    // The recovered text is not only returned, but also saved.
    let again = folder(place.path(), "3-c").adopt_drafts(at(3)).unwrap();
    assert_eq!(texts(&again), ["begun and saved"]);
    assert!(!place.path().join("edit-7-0").exists());
}

#[test]
fn a_text_that_may_be_of_two_drafts_comes_to_neither() {
    let place = tempfile::tempdir().unwrap();
    let mut first = folder(place.path(), "1-a");
    for (case, text) in [("pd:Q1", "same"), ("pd:Q2", "same"), ("pd:Q3", "")] {
        first.save(&draft(case, Purpose::Note, text, 1)).unwrap();
    }
    drop(first);
    for (name, before) in [("edit-7-0", "same"), ("edit-7-1", "")] {
        fs::create_dir(place.path().join(name)).unwrap();
        let laid = edits::create_edit(&place.path().join(name), before).unwrap();
        fs::write(&laid.path, "saved\n").unwrap();
    }
    let found = folder(place.path(), "2-b").adopt_drafts(at(2)).unwrap();
    let mut texts = texts(&found);
    texts.sort_unstable();
    assert_eq!(texts, ["", "same", "same"]);
    assert_eq!(found.unreadable.len(), 2);
}

#[test]
fn litter_is_swept_when_it_is_old_and_nobodys() {
    let place = tempfile::tempdir().unwrap();
    let names = ["x.7-0.tmp", "7-a.lock", "8-b.lock", "kept.json"];
    for name in names {
        fs::write(place.path().join(name), "").unwrap();
    }
    let held = fs::File::open(place.path().join("8-b.lock")).unwrap();
    held.lock().unwrap();
    let written = fs::metadata(place.path().join("kept.json")).unwrap();
    let written = DateTime::<Utc>::from(written.modified().unwrap());
    let there = |name: &str| place.path().join(name).exists();
    let look = |hours| {
        let now = written + TimeDelta::hours(hours);
        folder(place.path(), "9-c").adopt_drafts(now).unwrap();
        names.map(there)
    };
    assert_eq!(look(1), [true, true, true, true]);
    assert_eq!(look(25), [false, false, true, true]);
}

#[test]
fn a_place_that_cannot_be_written_is_an_error_and_shows_what_it_holds() {
    let place = tempfile::tempdir().unwrap();
    let taken = place.path().join("drafts");
    fs::write(&taken, "a file").unwrap();
    let mut folder = folder(&taken, "1-a");
    assert!(folder.adopt_drafts(at(0)).is_err());
    assert!(folder.save(&draft("pd:Q1", Purpose::Note, "x", 1)).is_err());
}

#[derive(Clone, Debug)]
enum Step {
    Keep(usize, String),
    Discard(usize),
    /// The program is killed and started again.
    Restart,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (0..3usize, ".{0,12}").prop_map(|(which, text)| Step::Keep(which, text)),
        2 => (0..3usize).prop_map(Step::Discard),
        1 => Just(Step::Restart),
    ];
    prop::collection::vec(step, 0..24)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn what_is_found_is_what_was_last_said_of_each(steps in steps()) {
        let place = tempfile::tempdir().unwrap();
        let case = |which: usize| CaseId::Hub(HubKey::new("leap", format!("hub{which}")));
        let note = |which, text: &str| Draft {
            case: case(which),
            ..draft("pd:Q1", Purpose::Note, text, 1)
        };
        let mut expected = BTreeMap::new();
        let mut run = 0;
        let mut now = folder(place.path(), "0-a");
        for step in steps {
            match step {
                Step::Keep(which, text) => {
                    now.save(&note(which, &text)).unwrap();
                    expected.insert(which, text);
                }
                Step::Discard(which) => {
                    now.discard(&note(which, "").key()).unwrap();
                    expected.remove(&which);
                }
                Step::Restart => {
                    run += 1;
                    drop(now);
                    now = folder(place.path(), &format!("{run}-a"));
                    now.adopt_drafts(at(2)).unwrap();
                }
            }
        }
        drop(now);
        let mut found = folder(place.path(), "end").adopt_drafts(at(2)).unwrap().drafts;
        found.sort_by_key(|one| one.case.clone());
        let expected: Vec<Draft> = expected
            .into_iter()
            .map(|(which, text)| note(which, &text))
            .collect();
        prop_assert_eq!(found, expected);
    }
}

#[test]
fn a_draft_on_the_disk_keeps_its_names() {
    let written = serde_json::to_value(draft("pd:Q1", Purpose::Note, "resizing", 1)).unwrap();
    let names: Vec<&str> = written
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(
        names,
        [
            "about",
            "at",
            "case",
            "declared_as",
            "in_doubt",
            "purpose",
            "text"
        ]
    );
}

#[test]
fn a_folder_of_drafts_that_is_a_link_is_not_followed() {
    let place = tempfile::tempdir().unwrap();
    let (dir, theirs) = (dir(place.path()), place.path().join("theirs"));
    fs::create_dir(&theirs).unwrap();
    std::os::unix::fs::symlink(&theirs, &dir).unwrap();
    let mut drafts = folder(&dir, "1-a");
    assert!(drafts.adopt_drafts(at(1)).is_err());
    assert!(
        drafts
            .save(&draft("pd:Q1", Purpose::Note, "text", 1))
            .is_err()
    );
    assert_eq!(fs::read_dir(&theirs).unwrap().count(), 0);
}

#[test]
fn neither_a_fifo_nor_a_link_among_drafts_is_read() {
    let place = tempfile::tempdir().unwrap();
    let dir = place.path();
    state_dir::create(dir).unwrap();
    for name in ["a.json", "b.lock", "b.b.json"] {
        crate::files::make_fifo(&dir.join(name));
    }
    let theirs = dir.join("theirs");
    let text = serde_json::to_vec(&draft("pd:Q1", Purpose::Note, "theirs", 1)).unwrap();
    fs::write(&theirs, text).unwrap();
    std::os::unix::fs::symlink(&theirs, dir.join("link.json")).unwrap();
    let found = folder(dir, "2-c").adopt_drafts(at(2)).unwrap();
    assert_eq!(found.drafts, []);
    assert_eq!(found.unreadable.len(), 3, "{found:?}");
}
