use std::fs;

use super::*;

fn closed(end: EditorEnd) -> EditorResult {
    EditorResult {
        end,
        keep_running: true,
    }
}

fn cleared(saved: &[u8], end: EditorEnd) -> (Result<String, String>, usize) {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("drafts");
    let edit_file = EditFile::create(Some(&folder), "before").unwrap();
    assert_eq!(fs::read(edit_file.file()).unwrap(), b"before\n");
    fs::write(edit_file.file(), saved).unwrap();
    // Editors create a swap file beside the edited file.
    fs::write(edit_file.dir.path().join(".note.txt.swp"), saved).unwrap();
    let edit = edit_file.finish("vi", closed(end));
    (edit.text, fs::read_dir(folder).unwrap().count())
}

#[test]
fn what_was_saved_comes_back_without_its_last_line_end() {
    for (saved, text) in [
        ("a\n\nb\n", "a\n\nb"),
        ("a\r\nb\r\n", "a\nb"),
        ("", ""),
        ("  indented\n\n\n", "  indented"),
    ] {
        let cleared = cleared(saved.as_bytes(), EditorEnd::Exited(0));
        assert_eq!(cleared, (Ok(text.to_owned()), 0));
    }
    let (text, _) = cleared(b"caf\xe9 is down\n", EditorEnd::Exited(0));
    assert_eq!(text.unwrap(), "caf\u{fffd} is down");
}

#[test]
fn an_editor_that_failed_changes_nothing_but_one_that_was_killed_had_saved() {
    let why = |end| cleared(b"after\n", end).0;
    assert_eq!(why(EditorEnd::Exited(1)), Err("vi ended with 1".to_owned()));
    assert_eq!(
        why(EditorEnd::Exited(127)),
        Err("vi: not found (set $EDITOR)".to_owned())
    );
    assert_eq!(why(EditorEnd::Killed(15)), Ok("after".to_owned()));
    let unchanged = cleared(b"before\n", EditorEnd::Killed(15));
    assert_eq!(unchanged, (Err("vi was killed (signal 15)".to_owned()), 0));
}

#[test]
fn under_an_editor_that_stays_the_file_stays_too() {
    assert_eq!(
        cleared(b"after\n", EditorEnd::StillRunning),
        (Ok("after".to_owned()), 1)
    );
}

#[test]
fn only_the_owner_reads_it() {
    use std::os::unix::fs::PermissionsExt as _;
    for folder in [None, Some(tempfile::tempdir().unwrap())] {
        let inside = folder.as_ref().map(|place| place.path().join("drafts"));
        let edit_file = EditFile::create(inside.as_deref(), "secret").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(
            (mode(edit_file.dir.path()), mode(edit_file.file())),
            (0o700, 0o600)
        );
        let file = edit_file.file().to_owned();
        drop(edit_file);
        assert!(!file.exists());
    }
}
