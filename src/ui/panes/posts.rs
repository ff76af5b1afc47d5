//! A status page's headline, its open posts, and its planned maintenance.

use std::sync::Arc;

use crate::domain::post::{PageOwnership, Post, PostKind};
use crate::picture::{PageView, Picture};
use crate::text::Line;
use crate::text::sanitize::clean;
use crate::text::{ExpiringText, Meaning, TextContext, dates, durations};
use crate::ui::widgets::wrap::wrap;

/// The headline of a page, its impacted services, and its open posts.
pub fn page_lines(page: &PageView, ctx: &TextContext, width: usize) -> Vec<Line> {
    let look = match (page.state.is_fresh(), page.ownership) {
        (false, _) => Meaning::Stale,
        (true, PageOwnership::Foreign) => Meaning::Dim,
        (true, PageOwnership::Ours | PageOwnership::PerhapsOurs) => Meaning::Plain,
    };
    let mut lines = Vec::new();
    if let Some(headline) = &page.headline {
        let name = clean(&page.id.name);
        let whose = ownership_note(page.ownership);
        let said = ExpiringText::fixed(format!("{name}{whose}: {}", clean(headline)));
        lines.extend(wrap(&said, look, "", width));
    }
    for (service, how) in &page.impacted {
        let said = ExpiringText::fixed(format!("{}: {}", clean(service), clean(how)));
        let look = match page.ownership {
            PageOwnership::Foreign => Meaning::Dim,
            PageOwnership::Ours | PageOwnership::PerhapsOurs => Meaning::Warning,
        };
        lines.extend(wrap(&said, look, ctx.symbols.degraded, width));
    }
    let open = page
        .posts
        .iter()
        .filter(|post| post.open && post.kind == PostKind::Incident);
    lines.extend(open.flat_map(|post| post_lines(post, look, ctx, width)));
    lines
}

// The note after the page's name.
fn ownership_note(ownership: PageOwnership) -> &'static str {
    match ownership {
        PageOwnership::Ours => "",
        PageOwnership::PerhapsOurs => " (perhaps not ours)",
        PageOwnership::Foreign => " (not ours)",
    }
}

fn post_lines(post: &Post, look: Meaning, ctx: &TextContext, width: usize) -> Vec<Line> {
    let text = format!("{} ({})", clean(&post.title), clean(&post.status));
    let said = match post.updated.or(post.since) {
        Some(updated) => {
            durations::age_since(updated, ctx.now).map(|age| format!("{text}, updated {age} ago"))
        }
        None => ExpiringText::fixed(text),
    };
    wrap(&said, look, ctx.symbols.owned, width)
}

/// Planned maintenance: current, announced, or over with a post that is still open.
pub fn maintenance_lines(picture: &Picture, ctx: &TextContext, width: usize) -> Vec<Line> {
    let each = picture.pages.iter().flat_map(|page| {
        let planned = |post: &&Arc<Post>| post.open && post.kind == PostKind::Maintenance;
        let posts = page.posts.iter().filter(planned);
        posts.flat_map(|post| maintenance_post_lines(post, page, ctx, width))
    });
    let mut lines: Vec<Line> = each.collect();
    if !lines.is_empty() {
        lines.insert(0, Line::styled(Meaning::Title, "Maintenance"));
    }
    lines
}

fn maintenance_post_lines(
    post: &Post,
    page: &PageView,
    ctx: &TextContext,
    width: usize,
) -> Vec<Line> {
    let on = post.starts.is_some_and(|start| start <= ctx.now.wall);
    let when = match (post.starts, post.ends) {
        (_, Some(end)) if end <= ctx.now.wall => {
            dates::short_time(end, ctx).map(|end| format!("over since {end} and still posted:"))
        }
        (_, Some(end)) if on => dates::short_time(end, ctx).map(|end| format!("now, until {end}")),
        (Some(start), Some(end)) => dates::time_range(start, end, ctx),
        (Some(start), None) => dates::short_time(start, ctx),
        (None, _) => ExpiringText::fixed(""),
    };
    let said = when.map(|when| format!("{when} {}", clean(&post.title)).trim().to_owned());
    let look = match (page.state.is_fresh(), on) {
        (false, _) => Meaning::Stale,
        (true, _) if page.ownership == PageOwnership::Foreign => Meaning::Dim,
        (true, true) => Meaning::Warning,
        (true, false) => Meaning::Plain,
    };
    wrap(&said, look, ctx.symbols.maintenance, width)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::fixture::{now, post};
    use crate::domain::source::{SourceId, SourceKind, SourceState};
    use crate::text::UNICODE;

    #[test]
    fn work_that_should_be_over_and_is_still_posted_says_so() {
        let ctx = TextContext {
            now: now(),
            zone: crate::domain::zone::Zone::UTC,
            symbols: &UNICODE,
        };
        let post = Post {
            starts: Some(now().wall - chrono::TimeDelta::hours(3)),
            ends: Some(now().wall - chrono::TimeDelta::hours(1)),
            ..post("N1", PostKind::Maintenance, "Upgrade")
        };
        let page = PageView {
            id: SourceId::new(SourceKind::StatusPage, "Hubs"),
            state: SourceState::Live,
            ownership: PageOwnership::Ours,
            headline: None,
            impacted: Vec::new(),
            posts: Vec::new(),
        };
        let lines = maintenance_post_lines(&post, &page, &ctx, 90);
        let text: Vec<String> = lines.iter().map(Line::plain_text).collect();
        assert!(text.concat().contains(" and still posted: "), "{text:?}");
        assert!(!text.concat().contains("now, until"), "{text:?}");
    }
}
