//! Version texts, and how they are compared.
//!
//! Versions have different schemes. JupyterHub uses PEP 440 (`6.0.0b1`). Charts use Semantic Versioning with git's
//! count (`4.4.1-0.dev.git.7211.h3ad5`). Kubernetes adds a provider's suffix (`v1.33.5-eks-ecaa3a6`). A tag may be any
//! word. No library reads all of these schemes, and each library also orders suffixes that have no meaningful order.

use std::cmp::Ordering;

/// The largest number of characters that are kept of a version's text.
pub const MAX_VERSION_CHARS: usize = 128;

/// The result of comparing two versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VersionOrder {
    /// The first version is older than the second.
    Older,
    Same,
    /// The first version is newer than the second.
    Newer,
    /// One of the texts is not a version, or the versions differ in a part without an order, such as a commit.
    Unordered,
}

/// Compares two versions.
pub fn compare_versions(first: &str, second: &str) -> VersionOrder {
    let (Some(first), Some(second)) = (parts(first), parts(second)) else {
        return match first == second {
            true => VersionOrder::Same,
            false => VersionOrder::Unordered,
        };
    };
    let length = first.len().max(second.len());
    let found = (0..length).find_map(|at| {
        let order = compare_parts(first.get(at), second.get(at));
        (order != Some(Ordering::Equal)).then_some(order)
    });
    match found {
        None => VersionOrder::Same,
        Some(Some(Ordering::Less)) => VersionOrder::Older,
        Some(Some(_)) => VersionOrder::Newer,
        Some(None) => VersionOrder::Unordered,
    }
}

/// Whether a text is a release. Neither a pre-release (`6.0.0b1`) nor a build of a release (`5.5.0-5`) is a release.
pub fn is_release(text: &str) -> bool {
    let is_of_release = |part: &Part<'_>| !matches!(part, Part::Stage(_) | Part::Revision(_));
    parts(text).is_some_and(|parts| parts.iter().all(is_of_release))
}

/// A sort key for any texts. Texts that are not versions come first. Versions follow, sorted by their numbers from old
/// to new, then by their text.
pub fn sort_key(text: &str) -> impl Ord + use<> {
    let parts = parts(text);
    let numbers = parts.iter().flatten().map_while(|part| match part {
        Part::Number(number) => Some(*number),
        Part::Revision(_) | Part::Stage(_) | Part::Word(_) => None,
    });
    let numbers: Vec<u64> = numbers.collect();
    (parts.is_some(), numbers, is_release(text), text.to_owned())
}

/// Cuts a version's text to [`MAX_VERSION_CHARS`].
pub fn shorten(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(MAX_VERSION_CHARS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Part<'a> {
    Number(u64),
    /// A number after a release, with a separator other than a dot. For packagers, `5.5.0-5` is later than `5.5.0`; by
    /// Semantic Versioning it is earlier. So the two have no order.
    Revision(u64),
    /// A pre-release stage, by its rank.
    Stage(u8),
    Word(&'a str),
}

// The parts of a version. `None` if the text does not begin with two numbers that are separated by a dot. Other tags,
// such as dates or commits, have no order relative to versions.
fn parts(text: &str) -> Option<Vec<Part<'_>>> {
    // `5.4.4, 5.5.0` is two versions, so the text is rejected.
    let is_of_version = |char: char| char.is_ascii_alphanumeric() || SEPARATORS.contains(&char);
    if !text.chars().all(is_of_version) {
        return None;
    }
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let mut parts = Vec::new();
    let mut is_after_sign = false;
    for piece in text.split_inclusive(SEPARATORS) {
        let begin = parts.len();
        add_piece(piece.trim_end_matches(SEPARATORS), &mut parts);
        if is_after_sign {
            mark_revision(&mut parts, begin);
        }
        unmark_before_stage(&mut parts, begin);
        is_after_sign = !piece.ends_with('.');
    }
    let mut words = text.split('.').take(2).map(leading_digits);
    let both = words.next()? > 0 && words.next()? > 0;
    both.then_some(parts)
}

const SEPARATORS: [char; 4] = ['.', '-', '+', '_'];

// Makes a number a revision if only release numbers come before it. After a word, a number belongs to the build, so it
// stays a plain number.
fn mark_revision(parts: &mut [Part<'_>], at: usize) {
    let is_release = |part: &Part<'_>| matches!(part, Part::Number(_));
    let Some((release, [part])) = parts.split_at_mut_checked(at) else {
        return;
    };
    if let (true, Part::Number(number)) = (release.iter().all(is_release), &*part) {
        *part = Part::Revision(*number);
    }
}

// If a revision 0 comes before a stage, makes it a plain number. Charts use `4.4.1-0.dev` for versions before 4.4.1.
fn unmark_before_stage(parts: &mut [Part<'_>], at: usize) {
    if let Some((before, [Part::Stage(_), ..])) = parts.split_at_mut_checked(at)
        && let Some(last @ Part::Revision(0)) = before.last_mut()
    {
        *last = Part::Number(0);
    }
}

fn leading_digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

// Splits a piece into parts. `0b1` is a number, a stage and a number. A word that is not a stage, such as a commit,
// stays whole.
fn add_piece<'a>(piece: &'a str, parts: &mut Vec<Part<'a>>) {
    let (number, rest) = piece
        .split_at_checked(leading_digits(piece))
        .unwrap_or(("", piece));
    let number = number.parse().ok().map(Part::Number);
    if rest.is_empty() {
        parts.push(number.unwrap_or(Part::Word(piece)));
        return;
    }
    let letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (word, count) = rest.split_at_checked(letters).unwrap_or((rest, ""));
    // More than four digits are not a stage's number, but the rest of a commit.
    let is_counted = count.len() <= 4 && count.bytes().all(|byte| byte.is_ascii_digit());
    match stage(word).filter(|_| is_counted && (number.is_some() || piece == rest)) {
        Some(stage) => {
            parts.extend(number);
            parts.push(Part::Stage(stage));
            parts.extend(count.parse().ok().map(Part::Number));
        }
        None => parts.push(Part::Word(piece)),
    }
}

fn stage(word: &str) -> Option<u8> {
    Some(match word.to_ascii_lowercase().as_str() {
        "dev" => 0,
        "a" | "alpha" => 1,
        "b" | "beta" => 2,
        "pre" | "preview" | "rc" | "c" => 3,
        _ => return None,
    })
}

// Compares two parts; `None` if they have no order. A stage is older than the release itself. A version with a further
// number is newer.
fn compare_parts(first: Option<&Part<'_>>, second: Option<&Part<'_>>) -> Option<Ordering> {
    match (first, second) {
        (Some(Part::Number(first)), Some(Part::Number(second))) => Some(first.cmp(second)),
        (Some(Part::Revision(first)), Some(Part::Revision(second))) => Some(first.cmp(second)),
        (Some(Part::Stage(first)), Some(Part::Stage(second))) => Some(first.cmp(second)),
        (Some(Part::Word(first)), Some(Part::Word(second))) if first == second => {
            Some(Ordering::Equal)
        }
        (Some(Part::Stage(_)), None | Some(Part::Number(_))) => Some(Ordering::Less),
        (None | Some(Part::Number(_)), Some(Part::Stage(_))) => Some(Ordering::Greater),
        (Some(Part::Number(0)), None) | (None, Some(Part::Number(0))) => Some(Ordering::Equal),
        (Some(Part::Number(_)), None) => Some(Ordering::Greater),
        (None, Some(Part::Number(_))) => Some(Ordering::Less),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
