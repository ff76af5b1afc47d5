//! Parses and prints the notes that hubwatch itself understands. The notes are written on incidents.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::checklist::ChecklistStep;

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
    /// The problem is an outage; the incident becomes a P1.
    Outage,
    /// The problem is not an outage.
    NotAnOutage,
    /// Somebody else handles the incident now.
    HandedOver,
    /// The incident was escalated.
    Escalated,
    /// There is a follow-up issue.
    FollowUp,
    /// No follow-up issue is needed.
    NoFollowUp,
}

/// A note about a time-box that hubwatch itself understands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TimeBoxNote {
    /// A time-box of this length was started by hand.
    Start(Duration),
    /// The time-box was extended by this time, for this reason.
    Extend(Duration, String),
    /// The time-box ended, with a verdict, the address of a follow-up, and a text.
    Verdict(TimeBoxVerdict, Option<String>, String),
}

impl TimeBoxNote {
    /// Parses the first line of a note; `None` for plain text.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = after_mark(text)?;
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

fn parse_verdict(rest: &str) -> Option<TimeBoxNote> {
    let (word, url, text) = word_address_and_text(rest);
    Some(TimeBoxNote::Verdict(word.parse().ok()?, url, text))
}

/// Whether a text begins with hubwatch's mark but is not a note that hubwatch understands.
pub fn is_not_understood(text: &str) -> bool {
    after_mark(text).is_some()
        && TimeBoxNote::parse(text).is_none()
        && OutageNote::parse(text).is_none()
}

// The rest of a note's first line, after hubwatch's mark.
fn after_mark(text: &str) -> Option<&str> {
    let line = text.lines().next()?.trim();
    Some(line.strip_prefix("[hubwatch]")?.trim_start())
}

// Splits `WORD [ADDRESS]: TEXT`. An address may contain a colon. So the text begins after the first colon that is
// followed by a space.
fn word_address_and_text(rest: &str) -> (&str, Option<String>, String) {
    let (head, text) = rest
        .split_once(": ")
        .unwrap_or((rest.trim_end_matches(':'), ""));
    let (word, url) = head.split_once(' ').map_or((head, None), |(word, url)| {
        (word, Some(url.trim().to_owned()))
    });
    (word, url, text.trim().to_owned())
}

/// A note that marks a step of the outage checklist as done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutageNote {
    /// The step that the note marks as done. [`ChecklistStep::can_be_noted`] is true for this step.
    pub step: ChecklistStep,
    /// An address, such as the channel's.
    pub address: Option<String>,
    pub text: String,
}

impl OutageNote {
    /// Parses the first line of a note; `None` if the note marks no step.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = after_mark(text)?.strip_prefix("outage")?;
        let rest = rest.strip_prefix(char::is_whitespace)?.trim_start();
        let (word, address, text) = word_address_and_text(rest);
        let step: ChecklistStep = word.parse().ok()?;
        step.can_be_noted().then_some(Self {
            step,
            address,
            text,
        })
    }
}

impl fmt::Display for OutageNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[hubwatch] outage {}", self.step)?;
        if let Some(address) = &self.address {
            write!(f, " {address}")?;
        }
        write!(f, ": {}", self.text)
    }
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
    fn a_step_of_an_outage_is_read_and_written() {
        let channel = OutageNote {
            step: ChecklistStep::Channel,
            address: Some("https://chat.example/c/7".into()),
            text: "all of us".into(),
        };
        let text = "[hubwatch] outage channel https://chat.example/c/7: all of us";
        assert_eq!(OutageNote::parse(text).as_ref(), Some(&channel));
        assert_eq!(channel.to_string(), text);
        let bare = OutageNote::parse("[hubwatch] outage told-community:").unwrap();
        assert_eq!(
            (bare.step, bare.address, bare.text.as_str()),
            (ChecklistStep::ToldCommunity, None, "")
        );
        for text in [
            "[hubwatch] outage posted: it is read, never said",
            "[hubwatch] outage p1:",
            "[hubwatch] outagechannel: x",
            "[hubwatch] outage dance: x",
            "[hubwatch] outage",
            "outage channel: x",
            "[hubwatch] verdict outage: x",
        ] {
            assert_eq!(OutageNote::parse(text), None, "{text}");
        }
        assert_eq!(TimeBoxNote::parse(text), None);
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
