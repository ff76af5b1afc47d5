//! Configurations that are read and ones that are refused, with the messages a person sees.

pub mod documents;
mod shipped;

use std::fs;
use std::path::{Path, PathBuf};

use hubwatch::config::{Config, ParseContext, parse};

const HERE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/configs");

fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(HERE).join(folder);
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "toml"))
        .collect();
    files.sort();
    files
}

fn read(file: &Path) -> Result<Config, String> {
    let text = fs::read_to_string(file).unwrap();
    let name = file.file_name().unwrap();
    parse(&text, &ParseContext::bare(name)).map_err(|error| error.to_string())
}

#[test]
fn valid_ones_are_read() {
    for file in files("valid") {
        if let Err(error) = read(&file) {
            panic!("{error}");
        }
    }
}

#[test]
fn invalid_ones_are_refused_with_these_words() {
    let files = files("invalid");
    assert!(files.len() >= 20);
    for file in files {
        let name = file.file_stem().unwrap().to_str().unwrap();
        let Err(message) = read(&file) else {
            panic!("{name} was read")
        };
        assert!(!message.contains("NotForTheScreen"), "{message}");
        assert_words("invalid", name, &message);
    }
}

fn assert_words(folder: &str, name: &str, message: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new(HERE).join(folder));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, message));
}

#[test]
fn what_may_do_harm_is_read_with_these_warnings() {
    for file in files("warned") {
        let name = file.file_stem().unwrap().to_str().unwrap();
        let config = read(&file).unwrap_or_else(|error| panic!("{error}"));
        let warnings = config.warnings.iter().map(ToString::to_string);
        assert_words("warned", name, &warnings.collect::<Vec<_>>().join("\n\n"));
    }
    for file in files("valid") {
        assert_eq!(read(&file).unwrap().warnings, []);
    }
}
