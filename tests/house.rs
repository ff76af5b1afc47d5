//! Checks the rules of the code base: allowed imports, lengths of files, forbidden words. Each check is itself tested
//! with code that it must reject.

mod circles;
mod documents;
mod files;
mod imports;
mod names;
mod paths;

use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn imports_point_down_and_pure_rooms_stay_pure() {
    let wrongs: Vec<String> = rust_files()
        .iter()
        .flat_map(|(file, text)| imports::wrongs(file, text))
        .collect();
    none(&wrongs);
}

#[test]
fn files_import_each_other_only_where_it_is_explained() {
    none(&circles::wrongs(&rust_files()));
}

#[test]
fn names_mean_one_thing() {
    let rust = rust_files();
    let mut wrongs = names::duplicate_types(&rust);
    let renames = |(file, text): &(String, String)| names::clashing_renames(file, text);
    wrongs.extend(rust.iter().flat_map(renames));
    none(&wrongs);
}

#[test]
fn files_are_short() {
    let lengths: Vec<(String, usize)> = rust_files()
        .iter()
        .map(|(file, text)| (file.clone(), text.lines().count()))
        .collect();
    assert!(lengths.len() > 20, "the walk found {} files", lengths.len());
    none(&files::too_long(&lengths));
}

#[test]
fn nothing_is_left_for_later() {
    let mut wrongs = Vec::new();
    for (file, text) in texts_under(&["src", "tests", "assets"]) {
        let words = files::forbidden_words(&text);
        wrongs.extend(words.iter().map(|word| format!("{file}: {word}")));
    }
    none(&wrongs);
}

#[test]
fn hosts_are_nobodys() {
    let mut wrongs = Vec::new();
    for (file, text) in texts_under(&["tests", "assets"]) {
        let hosts = files::foreign_hosts(&text);
        wrongs.extend(hosts.iter().map(|host| format!("{file}: {host}")));
    }
    none(&wrongs);
}

#[test]
fn documents_name_files_that_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut wrongs = Vec::new();
    for document in ["ARCHITECTURE.md", "README.md"] {
        let text = fs::read_to_string(root.join(document)).unwrap();
        let paths = documents::paths(&text);
        assert!(!paths.is_empty(), "{document} names no file");
        let gone = paths.into_iter().filter(|path| !root.join(path).exists());
        wrongs.extend(gone.map(|path| format!("{document}: {path}")));
    }
    none(&wrongs);
}

fn none(wrongs: &[String]) {
    assert!(wrongs.is_empty(), "\n{}", wrongs.join("\n"));
}

/// Every source file of the program.
fn rust_files() -> Vec<(String, String)> {
    let mut files = texts_under(&["src"]);
    files.retain(|(file, _)| file.ends_with(".rs"));
    files
}

/// Every text file under the folders given, by its path from the project's root.
fn texts_under(folders: &[&str]) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in folders {
        walk(&root.join(folder), &mut found);
    }
    let name = |path: &Path| path.strip_prefix(root).unwrap().display().to_string();
    found
        .iter()
        .filter_map(|path| Some((name(path), fs::read_to_string(path).ok()?)))
        .collect()
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, found);
        } else {
            found.push(path);
        }
    }
    found.sort();
}
