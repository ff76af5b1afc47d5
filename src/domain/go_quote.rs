//! Go's string quoting, which Alertmanager uses in group keys.

use std::fmt::Write as _;

/// Quotes a text as Go's `strconv.Quote` does.
pub fn quote_like_go(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{b}' => out.push_str("\\v"),
            c if is_printable(c) => out.push(c),
            c => escape(&mut out, u32::from(c)),
        }
    }
    out.push('"');
    out
}

fn escape(out: &mut String, code: u32) {
    let _infallible = match code {
        0..0x80 => write!(out, "\\x{code:02x}"),
        0x80..0x1_0000 => write!(out, "\\u{code:04x}"),
        _ => write!(out, "\\U{code:08x}"),
    };
}

// Go's `unicode.IsPrint` accepts the characters that Rust's `escape_debug` leaves unescaped. The only difference is a
// combining mark at the beginning of a text. So the character is tested after an `a`.
fn is_printable(c: char) -> bool {
    match c {
        ' '..='~' => true,
        c if c.is_ascii() => false,
        c => {
            let behind_another = String::from_iter(['a', c]);
            behind_another.escape_debug().nth(1) == Some(c)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_quoted_as_go_quotes_them() {
        for (text, is) in [
            (
                "home-nfs has 10% of space left",
                r#""home-nfs has 10% of space left""#,
            ),
            ("detected  in the", r#""detected  in the""#),
            (r#"say "hi" \o/"#, r#""say \"hi\" \\o/""#),
            ("a\tb\nc\rd\u{7}\u{8}\u{b}\u{c}", r#""a\tb\nc\rd\a\b\v\f""#),
            ("\u{1}\u{7f}", r#""\x01\x7f""#),
            ("Zürich 東京 🚀 it's", r#""Zürich 東京 🚀 it's""#),
            ("e\u{301}", "\"e\u{301}\""),
            ("\u{301}", "\"\u{301}\""),
            ("no\u{a0}break\u{200b}", r#""no\u00a0break\u200b""#),
            ("\u{e0001}", r#""\U000e0001""#),
        ] {
            assert_eq!(quote_like_go(text), is);
        }
    }
}
