//! The page of a document: its content, the progress of reading it, or why it could not be read.

use super::page::Page;
use super::trends;
use crate::app::document::{Document, DocumentKind, DocumentState, MarkdownText};
use crate::app::model::Model;
use crate::text::sanitize::clean;
use crate::text::{Line, Meaning, TextContext};

pub fn page(
    kind: &DocumentKind,
    state: &DocumentState,
    model: &Model,
    ctx: &TextContext,
    cells: usize,
) -> Page {
    let mut page = Page::new(Line::styled(Meaning::TitleFocused, title(kind)));
    match state {
        DocumentState::Pending(progress) => {
            page.text(Meaning::Dim, pending(kind));
            if let Some(progress) = progress {
                page.text(Meaning::Plain, clean(progress).into_owned());
            }
        }
        DocumentState::Failed(why) => {
            let line = Line::styled(Meaning::Unknown, ctx.symbols.unknown).gap(1);
            let text = format!("{}: {}", failed(kind), clean(why));
            page.line(line.with(Meaning::Unknown, text).hanging(2));
        }
        DocumentState::Ready(Document::Trends(reading)) => {
            // Months are counted in the team's zone, so the dates are in this zone too.
            let ctx = TextContext {
                zone: model.policy.calendar.zone,
                ..*ctx
            };
            page = trends::page(reading, &ctx, cells);
        }
        DocumentState::Ready(Document::Handoff(text) | Document::Report(text)) => {
            add_markdown(&mut page, text, ctx);
        }
    }
    page
}

fn title(kind: &DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Trends => "Trends",
        DocumentKind::Handoff => "Handoff",
        DocumentKind::Report(_) => "Report",
    }
}

fn pending(kind: &DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Trends => "reading the incidents of the last 12 months, after the follow-ups",
        DocumentKind::Handoff => "asking when the fullest disks are full",
        DocumentKind::Report(_) => "reading the incident's log, its posts and its alerts",
    }
}

fn failed(kind: &DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Trends => "the figures are not known",
        DocumentKind::Handoff => "there is no handoff",
        DocumentKind::Report(_) => "there is no report",
    }
}

fn add_markdown(page: &mut Page, document: &MarkdownText, ctx: &TextContext) {
    if !document.is_complete {
        let line = Line::styled(Meaning::Unknown, ctx.symbols.unknown).gap(1);
        let text = "not all of its sources could be read";
        page.line(line.with(Meaning::Unknown, text));
        page.line(Line::new());
    }
    for text in document.text.lines() {
        page.line(markdown_line(text));
    }
}

// Lays out a line by its Markdown marks, the only structure that a document keeps.
fn markdown_line(text: &str) -> Line {
    let meaning = match text.starts_with('#') {
        true => Meaning::Title,
        false => Meaning::Plain,
    };
    let indent = text.chars().take_while(|char| *char == ' ').count();
    let hanging = match text.trim_start().starts_with("- ") {
        true => indent + 2,
        false => indent,
    };
    Line::styled(meaning, clean(text).into_owned()).hanging(hanging)
}
