//! What the public was told about a case.

use crate::app::model::Model;
use crate::domain::case::{Case, CasePost, PostJoinedBy};
use crate::domain::post::PostKind;
use crate::domain::source::SourceKind;
use crate::say::durations::ago;
use crate::say::moments::{moment, stretch};
use crate::say::{Meaning, Said, Voice};
use crate::ui::overlay::page::{NOT_KNOWN, Page, indented};
use crate::ui::overlay::text::Line;
use crate::ui::overlay::trust::{self, Trust};

/// Adds it.
pub fn add(page: &mut Page, case: &Case, model: &Model, voice: &Voice) {
    page.heading("Status page");
    for joined in &case.posts {
        add_one(page, joined, voice);
    }
    if case.posts.is_empty() {
        page.say(Meaning::Dim, none(model));
    }
}

fn none(model: &Model) -> &'static str {
    match trust::of_kind(model, SourceKind::StatusPage) {
        Trust::Fresh => "no open post is about this",
        Trust::NotFresh => "not known: a status page is not fresh",
        Trust::NotConfigured => "no status page is configured",
    }
}

fn add_one(page: &mut Page, joined: &CasePost, voice: &Voice) {
    let post = &joined.post;
    let kind = match post.kind {
        PostKind::Incident => "",
        PostKind::Maintenance => "maintenance: ",
    };
    let (by, meaning) = match joined.joined_by {
        PostJoinedBy::Linked => ("linked to the incident", Meaning::Dim),
        PostJoinedBy::Title => ("names this place", Meaning::Dim),
        PostJoinedBy::Probable => ("may be about this", Meaning::Mismatch),
    };
    page.line(
        Line::of(Meaning::Plain, format!("{kind}{}", post.title))
            .with(Meaning::Plain, voice.symbols.dot)
            .with(Meaning::Warning, post.status.as_str())
            .with(Meaning::Plain, voice.symbols.dot)
            .with(meaning, by)
            .hanging(2),
    );
    let told = |at| {
        let age = ago(at, voice.now).map(|age| format!(", {age} ago"));
        moment(at, voice).then(age)
    };
    let told = post.updated.or(post.since).map(told);
    let told = told.unwrap_or(Said::fixed(NOT_KNOWN));
    page.line(indented(2).with(Meaning::Dim, told.map(|at| format!("last update {at}"))));
    if let (Some(starts), Some(ends)) = (post.starts, post.ends) {
        page.line(indented(2).with(Meaning::Plain, stretch(starts, ends, voice)));
    }
    page.paragraph(2, Meaning::Plain, &post.message);
}
