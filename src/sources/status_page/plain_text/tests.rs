//! Messages without their HTML.

use proptest::prelude::*;

use super::*;

#[test]
fn tags_go_and_entities_come() {
    for (html, plain) in [
        (
            "<p>We <b>look</b> in&shy;to it.</p><p>More&nbsp;soon</p>",
            "We look in&shy;to it. More soon",
        ),
        ("a<br/>b<BR>c", "a b c"),
        (
            "1 < 2 &amp;&amp; 3 &gt; 2 &#8212; &#x41;",
            "1 < 2 && 3 > 2 — A",
        ),
        ("&lt;b&gt;", "<b>"),
        (
            "x<!-- <p>not</p> -->y<script>alert('<p>')</script>z",
            "xy z",
        ),
        ("red \u{1b}[31m&#27;[0m\n\tline", "red [31m [0m line"),
        ("cut <a href=\"http", "cut"),
        ("&#xffffffff; & &;", "&#xffffffff; & &;"),
    ] {
        assert_eq!(from_html(html), plain, "{html}");
    }
}

proptest! {
    #[test]
    fn whatever_comes_nothing_is_left_to_obey(html in "(<|>|&|;|#|x|/|p|!|-|\u{1b}|é|[ -~]){0,60}") {
        prop_assert!(!from_html(&html).contains(char::is_control));
    }
}

// This test takes minutes if the parser searches the whole rest of the text for the end of each tag and entity.
#[test]
fn text_full_of_openings_is_read_in_one_pass_and_cut() {
    for opening in ["&", "&amp", "<", "<b", "<!--", "<script>", "&#x10ffff"] {
        let text = opening.repeat(4 << 20 >> opening.len().ilog2());
        let read = from_html(&text);
        assert!(read.len() <= 4 << 10, "{opening}");
    }
    assert_eq!(
        from_html("&#x10ffff;&#0000065;&eacute;&&amp;"),
        "\u{10ffff}A&eacute;&&"
    );
}
