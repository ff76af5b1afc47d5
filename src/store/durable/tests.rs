use std::os::unix::fs::symlink;

use super::*;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_file_is_its_owners_and_nothing_lies_beside_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.json");
    for text in ["a longer first text", "second"] {
        replace(&path, text.as_bytes()).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
    assert_eq!(mode(&path), 0o600);
    assert_eq!(fs::read_dir(&dir).unwrap().count(), 1);
    remove(&path).unwrap();
    remove(&path).unwrap();
    assert_eq!(fs::read_dir(&dir).unwrap().count(), 0);
}

#[test]
fn a_link_in_the_place_of_a_private_file_goes_and_what_it_leads_to_stays() {
    let dir = tempfile::tempdir().unwrap();
    let (path, theirs) = (dir.path().join("a.json"), dir.path().join("theirs"));
    fs::write(&theirs, "theirs").unwrap();
    symlink(&theirs, &path).unwrap();
    replace(&path, b"ours").unwrap();
    assert_eq!(fs::read_to_string(&theirs).unwrap(), "theirs");
    assert_eq!(fs::read_to_string(&path).unwrap(), "ours");
}

#[test]
fn what_cannot_be_written_leaves_nothing_behind() {
    let place = tempfile::tempdir().unwrap();
    let taken = place.path().join("a.json");
    fs::create_dir(&taken).unwrap();
    assert!(replace(&taken, b"x").is_err());
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
}

#[test]
fn a_bare_name_lies_in_the_present_directory() {
    assert_eq!(parent(Path::new("a.json")), Path::new("."));
    sync_parent(Path::new("Cargo.toml")).unwrap();
}

#[test]
fn a_shared_file_keeps_its_link_and_its_permissions() {
    let dir = tempfile::tempdir().unwrap();
    let (real, link) = (dir.path().join("real.toml"), dir.path().join("link.toml"));
    fs::write(&real, "old").unwrap();
    fs::set_permissions(&real, Permissions::from_mode(0o640)).unwrap();
    symlink(&real, &link).unwrap();
    assert!(write_shared(&link, b"new", false).is_err());
    write_shared(&link, b"new", true).unwrap();
    assert_eq!(fs::read_to_string(&real).unwrap(), "new");
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(mode(&real), 0o640);
    assert_eq!(fs::read_dir(&dir).unwrap().count(), 2);
}

#[test]
fn a_shared_file_is_never_a_device_a_fifo_or_a_link_to_nowhere() {
    let dir = tempfile::tempdir().unwrap();
    let (fifo, dangling) = (dir.path().join("fifo"), dir.path().join("dangling"));
    crate::files::make_fifo(&fifo);
    symlink(dir.path().join("nowhere/x"), &dangling).unwrap();
    assert!(write_shared(&fifo, b"x", true).is_err());
    assert!(write_shared(Path::new("/dev/null"), b"x", true).is_err());
    assert!(write_shared(&dangling, b"x", false).is_err());
}
