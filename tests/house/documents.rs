//! The files that a document names: between backquotes or as the target of a link.

use std::sync::LazyLock;

use regex::Regex;

static PATH: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[`(]\.?/?((?:src|tests|assets|benches)/[\w./-]*|config\.example\.toml)[`)]")
        .unwrap()
});

/// The paths in a document, from the project's root.
pub fn paths(text: &str) -> Vec<&str> {
    let found = PATH.captures_iter(text);
    found.map(|found| found.extract::<1>().1[0]).collect()
}

#[test]
fn paths_are_found_between_backquotes_and_in_links() {
    let text = "`src/lib.rs`, [a picture](assets/pictures/a.png), `cargo test`, `./tests/run`, src/none.rs";
    assert_eq!(
        paths(text),
        ["src/lib.rs", "assets/pictures/a.png", "tests/run"]
    );
}
