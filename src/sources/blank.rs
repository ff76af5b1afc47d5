//! Blanks secrets in upstreams' texts. An upstream or a proxy may repeat a key in an error. The key would then reach
//! the screen, the log, JSON and mails. So every secret that was fetched is blanked in such texts.
//!
//! The list of secrets is global, like the log: an error must be safe even where the code does not know the secret.

use std::borrow::Cow;
use std::io;
use std::ops::Range;
use std::sync::{PoisonError, RwLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use reqwest::Url;

/// Shorter secrets are not blanked, since they may occur in harmless text. An error answer that repeats such a secret
/// is dropped as a whole.
pub const MIN_CHARS: usize = 8;

/// The text that replaces a secret.
const BLANK: &str = "[secret]";

static KNOWN: RwLock<Vec<Form>> = RwLock::new(Vec::new());

/// A form in which a secret may occur.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Form {
    text: String,
    /// Whether the form may be part of a longer run of base64. If so, the whole run is blanked.
    is_base64: bool,
}

/// Adds a secret to be blanked from now on: its plain text, its escaped forms in JSON and URLs, and its base64.
pub fn remember(secret: &str) {
    if secret.chars().count() < MIN_CHARS {
        return;
    }
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    for form in forms(secret) {
        if !known.contains(&form) {
            known.push(form);
        }
    }
    // The longest form comes first, so that a form is blanked before another form that is part of it.
    known.sort_by_key(|form| std::cmp::Reverse(form.text.len()));
}

fn forms(secret: &str) -> Vec<Form> {
    let plain = |text: String| Form {
        text,
        is_base64: false,
    };
    let in_json = serde_json::to_string(secret).unwrap_or_default();
    let mut forms = vec![
        plain(secret.to_owned()),
        plain(in_json.trim_matches('"').to_owned()),
    ];
    forms.extend(percent_encoded(secret).into_iter().map(plain));
    for text in (0..3).map(|before| base64_core(secret, before)) {
        let for_urls = text.replace('+', "-").replace('/', "_");
        forms.extend([text, for_urls].map(|text| Form {
            text,
            is_base64: true,
        }));
    }
    forms
}

// The secret as the query and the user part of a URL escape it.
fn percent_encoded(secret: &str) -> Vec<String> {
    let Ok(mut address) = Url::parse("http://host.test/") else {
        return Vec::new();
    };
    address.query_pairs_mut().append_key_only(secret);
    let _ = address.set_password(Some(secret));
    let written = [address.query(), address.password()];
    let written = written.into_iter().flatten();
    written.map(str::to_owned).collect()
}

// The characters of the base64 of a longer text, such as "user:password", that encode only the secret. `before` is the
// number of bytes before the secret, modulo 3. Characters that also depend on bytes beside the secret are left out.
fn base64_core(secret: &str, before: usize) -> String {
    let mut bytes = vec![0; before];
    bytes.extend_from_slice(secret.as_bytes());
    let whole_chars = bytes.len() * 8 / 6;
    let encoded = STANDARD_NO_PAD.encode(&bytes);
    let first_own_char = (before * 8).div_ceil(6);
    encoded
        .get(first_own_char..whole_chars)
        .unwrap_or_default()
        .to_owned()
}

/// Returns the text with every fetched secret blanked.
pub fn blank(text: &str) -> Cow<'_, str> {
    let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner);
    blank_forms(text, &known)
}

fn blank_forms<'t>(text: &'t str, known: &[Form]) -> Cow<'t, str> {
    let mut text = Cow::Borrowed(text);
    for form in known {
        let mut from = 0;
        while let Some(at) = text.get(from..).and_then(|rest| rest.find(&form.text)) {
            let found = from + at..from + at + form.text.len();
            let range = match form.is_base64 {
                true => base64_run(&text, found),
                false => found,
            };
            from = range.start + BLANK.len();
            text.to_mut().replace_range(range, BLANK);
        }
    }
    text
}

fn base64_run(text: &str, core: Range<usize>) -> Range<usize> {
    let is_base64 = |char: &char| char.is_ascii_alphanumeric() || "+/-_=".contains(*char);
    let before = text.get(..core.start).unwrap_or_default();
    let after = text.get(core.end..).unwrap_or_default();
    // Each base64 character is one byte, so counting characters counts bytes.
    let before = before.chars().rev().take_while(is_base64).count();
    let after = after.chars().take_while(is_base64).count();
    core.start - before..core.end + after
}

/// A writer that blanks the secrets in each write. A secret that is split between two writes is not found, but the log
/// writes each line at once.
#[derive(Clone, Debug)]
pub struct BlankingWriter<W>(pub W);

impl<W: io::Write> io::Write for BlankingWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        self.0.write_all(blank(&text).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use base64::engine::general_purpose::{STANDARD, URL_SAFE};

    use super::*;

    /// A secret that no other test uses, since the list of secrets is global.
    const SECRET: &str = "u+zQ7?\"b/K~x3>";

    fn blanked(text: &str) -> String {
        let mut known = forms(SECRET);
        known.sort_by_key(|form| std::cmp::Reverse(form.text.len()));
        blank_forms(text, &known).into_owned()
    }

    #[test]
    fn a_secret_is_blanked_as_it_is_and_as_json_writes_it() {
        assert_eq!(
            blanked(&format!("bad header 'Token token={SECRET}' ({SECRET})")),
            "bad header 'Token token=[secret]' ([secret])"
        );
        let json = serde_json::to_string(&format!("Bearer {SECRET}")).unwrap();
        assert_eq!(blanked(&json), "\"Bearer [secret]\"");
        assert_eq!(blanked("nothing of it"), "nothing of it");
    }

    #[test]
    fn a_secret_is_blanked_as_an_address_writes_it() {
        for encoded in ["u%2BzQ7%3F%22b%2FK%7Ex3%3E", "u+zQ7%3F%22b%2FK~x3%3E"] {
            let text = format!("GET /?token={encoded}&page=1 failed");
            assert_eq!(blanked(&text), "GET /?token=[secret]&page=1 failed");
        }
    }

    #[test]
    fn base64_of_it_is_blanked_whatever_stands_around() {
        for user in ["", "a", "ad", "ada", "hubwatch", "grüße"] {
            for after in ["", "!", "more of it"] {
                let text = format!("{user}:{SECRET}{after}");
                for encoded in [STANDARD.encode(&text), URL_SAFE.encode(&text)] {
                    let said = blanked(&format!("refused: Basic {encoded}, try again"));
                    assert_eq!(said, "refused: Basic [secret], try again", "{text}");
                }
            }
        }
    }

    #[test]
    fn what_is_remembered_is_blanked_everywhere_and_in_the_log() {
        remember("jHg67-another-secret");
        remember("short");
        assert_eq!(
            blank("a jHg67-another-secret b short"),
            "a [secret] b short"
        );
        let mut log = BlankingWriter(Vec::new());
        log.write_all(b"WARN token=jHg67-another-secret\n").unwrap();
        assert_eq!(log.0, b"WARN token=[secret]\n");
    }

    #[test]
    fn a_blank_that_holds_a_secret_itself_ends() {
        let known = vec![Form {
            text: "[secret]".to_owned(),
            is_base64: false,
        }];
        assert_eq!(blank_forms("a [secret] b", &known), "a [secret] b");
    }
}
