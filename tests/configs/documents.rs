//! README and the pages of `docs/`: every configuration in them can be parsed, every link leads somewhere, and every
//! command is one that the program accepts.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser as _;
use hubwatch::cli::Cli;
use hubwatch::config::{ParseContext, parse};

/// A document with its path from the project's root.
pub struct Document {
    pub path: PathBuf,
    pub text: String,
}

/// README and the pages of `docs/`.
pub fn all() -> Vec<Document> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let pages = fs::read_dir(root.join("docs")).expect("a folder");
    let pages = pages.map(|page| page.expect("a page").path());
    let documents = pages.chain([root.join("README.md")]).map(|path| Document {
        text: fs::read_to_string(&path).expect("a text"),
        path,
    });
    documents.collect()
}

/// The code blocks of one language.
fn blocks<'a>(text: &'a str, language: &str) -> Vec<&'a str> {
    let opening = format!("\n```{language}\n");
    text.split(opening.as_str())
        .skip(1)
        .map(|rest| rest.split("\n```").next().expect("a block"))
        .collect()
}

/// The arguments of each `hubwatch` command in the document, in words, without comments and redirections.
pub fn commands(document: &Document) -> Vec<Vec<String>> {
    let lines = blocks(&document.text, "sh")
        .into_iter()
        .flat_map(str::lines);
    let commands = lines.filter_map(|line| {
        let line = line.split(" #").next()?.split(" >>").next()?.trim();
        let arguments = line.strip_prefix("hubwatch")?;
        Some(words(arguments))
    });
    commands.collect()
}

// Splits the text at blanks, but not within double quotes.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (index, piece) in text.split('"').enumerate() {
        match index % 2 {
            0 => words.extend(piece.split_whitespace().map(str::to_owned)),
            _ => words.push(piece.to_owned()),
        }
    }
    words
}

#[test]
fn their_configurations_are_read() {
    let mut read = 0;
    for document in all() {
        let around = ParseContext {
            home: Some("/home/ada".into()),
            ..ParseContext::bare("README.md")
        };
        for block in blocks(&document.text, "toml") {
            let config = parse(block, &around).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(config.warnings, []);
            read += 1;
        }
    }
    assert_eq!(read, 7);
}

#[test]
fn their_links_lead_somewhere() {
    let mut links = 0;
    for document in all() {
        let folder = document.path.parent().expect("a folder");
        for link in document.text.split("](").skip(1) {
            let link = link.split(')').next().expect("a link");
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = folder.join(file);
            assert!(target.is_file(), "{link} is not there");
            if !heading.is_empty() {
                let text = fs::read_to_string(&target).expect("a text").to_lowercase();
                let title = format!("\n## {}\n", heading.replace('-', " "));
                assert!(text.contains(&title), "no heading {heading} in {file}");
            }
            links += 1;
        }
    }
    assert!(links >= 15, "{links}");
}

#[test]
fn their_commands_are_taken() {
    let mut taken = 0;
    for command in all().iter().flat_map(commands) {
        let arguments = ["hubwatch"]
            .into_iter()
            .chain(command.iter().map(String::as_str));
        if let Err(error) = Cli::try_parse_from(arguments) {
            panic!("{command:?}: {error}");
        }
        taken += 1;
    }
    assert!(taken >= 20, "{taken}");
}

#[test]
fn a_command_ends_at_its_comment_and_keeps_what_is_quoted() {
    let text = "x\n```sh\nhubwatch note 5001 \"resizing it\" --yes   # a comment\ncargo run\nhubwatch import d >> f\n```\n";
    let document = Document {
        path: PathBuf::new(),
        text: text.to_owned(),
    };
    let expected = [
        vec!["note", "5001", "resizing it", "--yes"],
        vec!["import", "d"],
    ];
    assert_eq!(commands(&document), expected);
}
