//! Notes on an incident that every hubwatch understands: the grammar, both ways.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How a time-box ended.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum TimeBoxVerdict {
    /// A fix was found.
    Fixed,
    /// It is an outage: P1 goes with it.
    Outage,
    /// It is none.
    NotAnOutage,
    /// Somebody else has it now.
    HandedOver,
    /// It went up a level.
    Escalated,
    /// There is a follow-up issue.
    FollowUp,
    /// None is needed.
    NoFollowUp,
}

/// What a note says to every hubwatch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TimeBoxNote {
    /// A box was started by hand.
    Start(Duration),
    /// It was extended, and why.
    Extend(Duration, String),
    /// It ended: with what, an address for a follow-up, and in what words.
    Verdict(TimeBoxVerdict, Option<String>, String),
}

impl TimeBoxNote {
    /// Reads the first line of a note; none where it is plain text.
    pub fn parse(text: &str) -> Option<Self> {
        let line = text.lines().next()?.trim();
        let rest = line.strip_prefix("[hubwatch]")?.trim_start();
        if let Some(rest) = rest.strip_prefix("time-box") {
            return parse_box(rest.trim_start());
        }
        parse_verdict(rest.strip_prefix("verdict")?.trim_start())
    }
}

fn parse_box(rest: &str) -> Option<TimeBoxNote> {
    if let Some(span) = rest.strip_prefix("start") {
        return humantime::parse_duration(span.trim())
            .ok()
            .map(TimeBoxNote::Start);
    }
    let extension = rest.strip_prefix('+')?;
    let (span, why) = extension.split_once(':').unwrap_or((extension, ""));
    let span = humantime::parse_duration(span.trim()).ok()?;
    Some(TimeBoxNote::Extend(span, why.trim().to_owned()))
}

// An address may hold a colon, so the word ends at the first colon that a space or the end follows.
fn parse_verdict(rest: &str) -> Option<TimeBoxNote> {
    let (head, text) = rest
        .split_once(": ")
        .unwrap_or((rest.trim_end_matches(':'), ""));
    let (word, url) = head.split_once(' ').map_or((head, None), |(word, url)| {
        (word, Some(url.trim().to_owned()))
    });
    let verdict = word.parse().ok()?;
    Some(TimeBoxNote::Verdict(verdict, url, text.trim().to_owned()))
}

impl fmt::Display for TimeBoxNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[hubwatch] ")?;
        match self {
            Self::Start(span) => write!(f, "time-box start {}", humantime::format_duration(*span)),
            Self::Extend(span, why) => {
                write!(f, "time-box +{}: {why}", humantime::format_duration(*span))
            }
            Self::Verdict(verdict, None, text) => write!(f, "verdict {verdict}: {text}"),
            Self::Verdict(verdict, Some(url), text) => write!(f, "verdict {verdict} {url}: {text}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contracts_lines_are_read() {
        let minutes = |n: u64| Duration::from_secs(n * 60);
        assert_eq!(
            TimeBoxNote::parse("[hubwatch] time-box start 30m"),
            Some(TimeBoxNote::Start(minutes(30)))
        );
        assert_eq!(
            TimeBoxNote::parse("[hubwatch] time-box +15m: waiting for the volume to resize"),
            Some(TimeBoxNote::Extend(
                minutes(15),
                "waiting for the volume to resize".into()
            ))
        );
        assert_eq!(
            TimeBoxNote::parse("[hubwatch] verdict fixed: resized"),
            Some(TimeBoxNote::Verdict(
                TimeBoxVerdict::Fixed,
                None,
                "resized".into()
            ))
        );
        assert_eq!(
            TimeBoxNote::parse("[hubwatch] verdict follow-up https://issues.example/7: later"),
            Some(TimeBoxNote::Verdict(
                TimeBoxVerdict::FollowUp,
                Some("https://issues.example/7".into()),
                "later".into()
            ))
        );
    }

    #[test]
    fn anything_else_is_plain_text() {
        for text in [
            "resizing disk",
            "[hubwatch] dance",
            "[hubwatch] verdict maybe: x",
            "",
        ] {
            assert_eq!(TimeBoxNote::parse(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        for note in [
            TimeBoxNote::Start(Duration::from_secs(1800)),
            TimeBoxNote::Extend(Duration::from_secs(5400), "slow: very".into()),
            TimeBoxNote::Verdict(TimeBoxVerdict::NoFollowUp, None, "one-off".into()),
        ] {
            assert_eq!(TimeBoxNote::parse(&note.to_string()), Some(note));
        }
    }
}
