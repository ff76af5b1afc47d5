//! Every configuration in the README is one that is read.

use hubwatch::config::{ParseContext, parse};

const README: &str = include_str!("../../README.md");

/// The blocks between fences of one language.
fn blocks<'a>(text: &'a str, language: &str) -> Vec<&'a str> {
    let opening = format!("\n```{language}\n");
    text.split(opening.as_str())
        .skip(1)
        .map(|rest| rest.split("\n```").next().unwrap())
        .collect()
}

#[test]
fn its_configurations_are_read() {
    let blocks = blocks(README, "toml");
    assert_eq!(blocks.len(), 4);
    let around = ParseContext {
        home: Some("/home/ada".into()),
        ..ParseContext::bare("README.md")
    };
    for block in blocks {
        let config = parse(block, &around).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(config.warnings, []);
    }
}

#[test]
fn its_files_are_there() {
    let linked: Vec<&str> = README
        .split("](")
        .skip(1)
        .map(|rest| rest.split(')').next().unwrap())
        .collect();
    assert!(linked.len() >= 5);
    for file in linked {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        assert!(path.is_file(), "{file} is not there");
    }
}
