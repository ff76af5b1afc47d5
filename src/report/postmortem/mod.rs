//! The draft of an incident's report in Markdown: the sections of PagerDuty's postmortem, each sentence with where it
//! comes from, and a question where only people know.

mod sections;
mod timeline;

#[cfg(test)]
mod tests;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::people::Roles;
use crate::domain::incident::Incident;
use crate::review::postmortem::{Evidence, Postmortem};
use crate::text::sanitize::clean;

/// A heading and what stands below it.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    pub heading: &'static str,
    pub items: Vec<Item>,
}

/// A sentence.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// In Markdown; what came from outside is escaped.
    pub text: String,
    /// [`Evidence::People`] for a question.
    pub evidence: Evidence,
}

/// What the draft is made with.
pub struct DraftContext<'a> {
    pub incident: &'a Incident,
    pub roles: &'a Roles<'a>,
    /// The team's zone.
    pub zone: Tz,
    /// Where the incident is: "leap/prod".
    pub places: String,
    /// A page that came later than this after its alert was late.
    pub page_grace: TimeDelta,
    /// The public is told too late after this.
    pub public_grace: TimeDelta,
}

impl DraftContext<'_> {
    fn time(&self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.zone)
            .format("%Y-%m-%d %H:%M")
            .to_string()
    }
}

/// The draft.
pub fn markdown(known: &Postmortem, draft: &DraftContext<'_>) -> String {
    let mut text = format!(
        "# {}\n\nTimes are in {}. What stands in brackets is where a sentence comes from; what only people know is \
         asked.\n",
        escape(&draft.incident.title),
        draft.zone.name()
    );
    for section in sections::all(known, draft) {
        text.push_str(&format!("\n## {}\n\n", section.heading));
        for item in section.items {
            text.push_str(&format!("- {} [{}]\n", item.text, source(&item.evidence)));
        }
    }
    text
}

/// Where a sentence comes from, in words.
pub fn source(evidence: &Evidence) -> String {
    match evidence {
        Evidence::Incident => "PagerDuty".to_owned(),
        Evidence::Log => "PagerDuty's log".to_owned(),
        Evidence::Note => "a note".to_owned(),
        Evidence::StatusPage(name) => format!("status page {}", escape(name)),
        Evidence::Prometheus(name) => format!("Prometheus {}", escape(name)),
        Evidence::People => "to be answered".to_owned(),
    }
}

/// A text from outside as one line of Markdown that shows it as it is.
pub fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for word in clean(text).split_whitespace() {
        if !escaped.is_empty() {
            escaped.push(' ');
        }
        for char in word.chars() {
            if matches!(
                char,
                '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '!' | '@' | '&'
            ) {
                escaped.push('\\');
            }
            escaped.push(char);
        }
    }
    escaped
}

fn fact(text: impl Into<String>, evidence: Evidence) -> Item {
    Item {
        text: text.into(),
        evidence,
    }
}

fn question(text: &str) -> Item {
    fact(text, Evidence::People)
}
