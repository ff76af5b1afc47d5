//! Tests of blocks, literals, and texts that are neither.

use super::*;
use crate::config::import::quoted_text::without_comments;

#[test]
fn comments_go_and_strings_stay() {
    let text = "a # b\n'// c' /* d\n */ \"#\\\"#\" // e";
    assert_eq!(without_comments(text), "a \n'// c'   \"#\\\"#\" ");
    assert_eq!(without_comments("/* never closed"), " ");
    assert_eq!(without_comments("'never closed # x"), "'never closed # x");
    assert_eq!(
        without_comments("||| it's # a text ||| # b"),
        "||| it's # a text ||| "
    );
}

#[test]
fn a_block_is_found_by_what_begins_it_and_holds_only_its_own() {
    let text =
        "x: {version: '1'}, metadata +: { a: {version: '2'}, 'version': \"no\", version: '3' }";
    let found = block(text, &["metadata", "+", ":", "{"]).unwrap();
    assert_eq!(literal(&found, "version"), Some("3"));
    assert_eq!(block(text, &["meta", "{"]), None);
    assert_eq!(block("notmetadata {a}", &["metadata", "{"]), None);
    assert_eq!(
        block("metadata {never closed", &["metadata", "{"]).unwrap(),
        "never closed"
    );
}

#[test]
fn what_is_no_literal_is_not_read() {
    for text in [
        "version: v",
        "version: '1.' + minor",
        "version: '1.'\n  + minor",
        "myversion: '1'",
        "version: '1",
        "",
        "version",
    ] {
        assert_eq!(literal(text, "version"), None, "{text}");
    }
    assert_eq!(
        literal("version = \"1.34\"\nx = 1", "version"),
        Some("1.34")
    );
    assert_eq!(literal("\"version\" : \"1.34\"", "version"), Some("1.34"));
}

proptest::proptest! {
    #[test]
    fn no_text_is_too_odd(text in "[-a-z{}()'\"\\\\:=#/* \né]{0,60}") {
        let text = without_comments(&text);
        let found = block(&text, &["a", "{"]);
        literal(found.as_deref().unwrap_or(&text), "a");
    }
}
