//! Translates Go's regular expressions, which Alertmanager uses, for the `regex` crate. In Go, `\d`, `\w`, `\s` and
//! `\b` match only ASCII (<https://github.com/google/re2/wiki/Syntax>).

/// Replaces the Perl classes in `pattern` by classes that match ASCII only, as in Go. Where Go's syntax differs
/// otherwise, the pattern is unchanged, and the `regex` crate rejects it.
pub(super) fn with_ascii_classes(pattern: &str) -> String {
    let mut written = String::with_capacity(pattern.len());
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        let escaped = if c == '\\' { chars.next() } else { None };
        match escaped {
            None => written.push(c),
            Some(escaped) => match ascii_class(escaped) {
                Some(class) => written.push_str(class),
                None => written.extend([c, escaped]),
            },
        }
    }
    written
}

// The ASCII form of a class. This form also works inside another class.
fn ascii_class(escaped: char) -> Option<&'static str> {
    Some(match escaped {
        'd' => "[0-9]",
        'D' => "[^0-9]",
        'w' => "[0-9A-Za-z_]",
        'W' => "[^0-9A-Za-z_]",
        's' => r"[\t\n\f\r ]",
        'S' => r"[^\t\n\f\r ]",
        'b' => r"(?-u:\b)",
        _ => return None,
    })
}
