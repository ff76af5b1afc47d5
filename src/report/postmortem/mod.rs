//! The draft of an incident's report in Markdown, with the sections of PagerDuty's postmortem. Each sentence names its
//! source. Where only people know the answer, the draft asks a question.

mod issues;
mod measures;
mod sections;
mod template;
mod timeline;

fn span(time: TimeDelta) -> String {
    format_duration(time.to_std().unwrap_or_default())
}

#[cfg(test)]
mod tests;

use chrono::{DateTime, TimeDelta, Utc};

use super::people::Roles;
use crate::domain::incident::Incident;
use crate::picture::outside_check::short_title;
use crate::review::postmortem::{AlertCourse, Evidence, Postmortem};
use crate::text::TextContext;
use crate::text::durations::format_duration;
use crate::text::sanitize::{clean, fit};

pub use template::{Part, Template};

/// The longest heading, in cells.
const HEADING_CELLS: usize = 100;

/// One sentence of the draft.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The sentence in Markdown. Text from outside is escaped.
    pub text: String,
    /// The source of the sentence; [`Evidence::People`] for a question.
    pub evidence: Evidence,
    /// Lines that are shown unchanged below the sentence.
    pub block: Vec<String>,
}

/// The context of a draft.
pub struct DraftContext<'a> {
    pub incident: &'a Incident,
    pub roles: &'a Roles<'a>,
    /// The context for texts, in the team's time zone.
    pub text: &'a TextContext,
    /// The history of the value that the incident's alert compares, or why it is not known.
    pub course: Result<&'a AlertCourse, String>,
    /// Why the other incidents of the outage are not known; `None` if they are known.
    pub others_unknown: Option<String>,
    /// The incident's places: "leap/prod".
    pub places: String,
    /// A page is late if it comes more than this after its alert.
    pub page_grace: TimeDelta,
    /// The public is informed late if the first post takes longer than this.
    pub public_grace: TimeDelta,
}

impl DraftContext<'_> {
    fn time(&self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.text.zone)
            .format("%Y-%m-%d %H:%M")
            .to_string()
    }
}

/// Renders the draft.
pub fn markdown(known: &Postmortem, draft: &DraftContext<'_>, template: &Template) -> String {
    template.fill(|part| match part {
        Part::Title => heading(draft),
        Part::About => about(draft),
        part => {
            let items = sections::items(part, known, draft);
            let items: Vec<String> = items.into_iter().map(bullet).collect();
            items.join("\n")
        }
    })
}

fn heading(draft: &DraftContext<'_>) -> String {
    let title = clean(&draft.incident.title);
    let title = short_title(&title);
    escape(&fit(&title, HEADING_CELLS, draft.text.symbols.ellipsis))
}

fn about(draft: &DraftContext<'_>) -> String {
    format!(
        "Times are in {}. Brackets name the source of a sentence; the questions are for what only people know.",
        draft.text.zone.name()
    )
}

fn bullet(item: Item) -> String {
    let mut text = format!("- {} [{}]", item.text, source(&item.evidence));
    if !item.block.is_empty() {
        let lines = item
            .block
            .iter()
            .map(|line| format!("  {}\n", line.trim_end()));
        text.push_str(&format!("\n\n  ```\n{}  ```", lines.collect::<String>()));
    }
    text
}

/// Names the source of a sentence.
pub fn source(evidence: &Evidence) -> String {
    match evidence {
        Evidence::Incident => "PagerDuty".to_owned(),
        Evidence::Log => "PagerDuty's log".to_owned(),
        Evidence::Note => "a note".to_owned(),
        Evidence::StatusPage(name) => format!("status page {}", escape(name)),
        Evidence::Prometheus(name) => format!("Prometheus {}", escape(name)),
        Evidence::Tracker => "the tracker".to_owned(),
        Evidence::Probes => "hubwatch's probes".to_owned(),
        Evidence::People => "to be answered".to_owned(),
    }
}

/// Escapes a text from outside, so that it is one line and Markdown shows it unchanged.
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
        block: Vec::new(),
    }
}

fn question(text: &str) -> Item {
    fact(text, Evidence::People)
}
