//! The status page's posts about a case.

use crate::app::model::Model;
use crate::domain::case::{Case, CasePost, PostJoinedBy};
use crate::domain::post::PostKind;
use crate::domain::source::SourceKind;
use crate::text::Line;
use crate::text::dates::{short_time, time_range};
use crate::text::durations::age_since;
use crate::text::{ExpiringText, Meaning, TextContext};
use crate::ui::pages::freshness::{self, KindFreshness};
use crate::ui::pages::page::{NOT_KNOWN, Page};

pub fn add(page: &mut Page, case: &Case, model: &Model, ctx: &TextContext) {
    page.heading("Status page");
    for joined in &case.posts {
        add_post(page, joined, ctx);
    }
    if case.posts.is_empty() {
        page.text(Meaning::Dim, no_post_text(model));
    }
}

fn no_post_text(model: &Model) -> &'static str {
    match freshness::freshness_of(model, SourceKind::StatusPage) {
        KindFreshness::Fresh => "no open post is about this",
        KindFreshness::NotFresh => "not known: a status page is not fresh",
        KindFreshness::NotConfigured => "no status page is configured",
    }
}

fn add_post(page: &mut Page, joined: &CasePost, ctx: &TextContext) {
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
        Line::styled(Meaning::Plain, format!("{kind}{}", post.title))
            .with(Meaning::Plain, ctx.symbols.separator)
            .with(Meaning::Warning, post.status.as_str())
            .with(Meaning::Plain, ctx.symbols.separator)
            .with(meaning, by)
            .hanging(2),
    );
    let updated = |at| {
        let age = age_since(at, ctx.now).map(|age| format!(", {age} ago"));
        short_time(at, ctx).append(age)
    };
    let updated = post.updated.or(post.since).map(updated);
    let updated = updated.unwrap_or(ExpiringText::fixed(NOT_KNOWN));
    page.line(Line::indented(2).with(Meaning::Dim, updated.map(|at| format!("last update {at}"))));
    if let (Some(starts), Some(ends)) = (post.starts, post.ends) {
        page.line(Line::indented(2).with(Meaning::Plain, time_range(starts, ends, ctx)));
    }
    page.paragraph(2, Meaning::Plain, &post.message);
}
