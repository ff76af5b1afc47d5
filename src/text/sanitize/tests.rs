//! Any text is safe after `clean`.

use proptest::prelude::*;

use super::*;

#[test]
fn sequences_go_and_their_text_stays() {
    assert_eq!(clean("\u{1b}[31mred\u{1b}[0m alert"), "red alert");
    assert_eq!(clean("a\u{1b}]0;title\u{7}b"), "ab");
    assert_eq!(clean("a\u{1b}]8;;http://x.test\u{1b}\\link"), "alink");
    assert_eq!(clean("a\u{1b}]0;never ends"), "a0;never ends");
    assert_eq!(clean("\u{9b}31mc1"), "31mc1");
}

#[test]
fn what_misleads_the_eye_is_gone() {
    assert_eq!(clean("pro\u{202e}d\u{200b}\u{2066}x"), "prodx");
    assert_eq!(clean("two\nlines\tand a tab"), "two lines and a tab");
    assert_eq!(clean("e\u{301}\u{301}\u{301}\u{301}"), "e\u{301}\u{301}");
    assert_eq!(clean("plain  with two spaces"), "plain  with two spaces");
}

#[test]
fn truncation_counts_cells() {
    assert_eq!(fit("leap/prod", 9, "…"), "leap/prod");
    assert_eq!(fit("leap/prod", 5, "…"), "leap…");
    assert_eq!(fit("日本語", 5, "…"), "日本…");
    assert_eq!(fit("日本語", 4, "…"), "日…");
    assert_eq!(fit("leap prod", 6, "…"), "leap…");
    assert_eq!(fit("leap", 1, "…"), "l");
    assert_eq!(fit("leap", 0, "…"), "");
}

#[test]
fn ascii_keeps_what_it_can() {
    assert_eq!(clean_ascii("Zoë’s “hub” – 日"), "Zo?'s \"hub\" - ??");
}

proptest! {
    #[test]
    fn nothing_unsafe_gets_through(text in any::<String>()) {
        let safe = clean(&text);
        prop_assert!(safe.chars().all(|c| !c.is_control() && !is_invisible(c)));
        prop_assert_eq!(clean(&safe), safe.clone(), "it is clean already");
        prop_assert!(clean_ascii(&text).bytes().all(|b| (b' '..=b'~').contains(&b)));
    }

    #[test]
    fn what_fits_fits(text in any::<String>(), cells in 0_usize..40) {
        let safe = clean(&text);
        let cut = fit(&safe, cells, "…");
        prop_assert!(width(&cut) <= cells);
        prop_assert!(cut.width() <= cells);
    }
}

// If `clean` searched the whole text for the end of each sequence, this test would take minutes.
#[test]
fn sequences_without_end_are_looked_for_once() {
    for opening in ["\u{1b}]", "\u{1b}P", "\u{1b}_x"] {
        let text = opening.repeat(100_000);
        let shown = clean(&text);
        assert!(shown.chars().all(|char| char == 'x'), "{opening:?}");
    }
    // A sequence without an end does not hide an earlier complete sequence.
    assert_eq!(clean("\u{1b}]0;title\u{7}a\u{1b}]b\u{1b}]c"), "abc");
}
