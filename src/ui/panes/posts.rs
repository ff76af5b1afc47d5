//! What a status page says: its sentence, its open posts, planned maintenance.

use std::sync::Arc;

use crate::domain::post::{Post, PostKind};
use crate::picture::{PageView, Picture};
use crate::say::sanitize::clean;
use crate::say::{Meaning, Said, Voice, durations, moments};
use crate::ui::widgets::line::Line;
use crate::ui::widgets::wrap::wrap;

/// A page's own sentence, services that are not well, and open posts.
pub fn of_page(page: &PageView, voice: &Voice, width: usize) -> Vec<Line> {
    let look = if page.state.is_fresh() {
        Meaning::Plain
    } else {
        Meaning::Stale
    };
    let mut lines = Vec::new();
    if let Some(headline) = &page.headline {
        let said = Said::fixed(format!("{}: {}", clean(&page.id.name), clean(headline)));
        lines.extend(wrap(&said, look, "", width));
    }
    for (service, how) in &page.impacted {
        let said = Said::fixed(format!("{}: {}", clean(service), clean(how)));
        lines.extend(wrap(&said, Meaning::Warning, voice.symbols.degraded, width));
    }
    let open = page
        .posts
        .iter()
        .filter(|post| post.open && post.kind == PostKind::Incident);
    lines.extend(open.flat_map(|post| of_post(post, look, voice, width)));
    lines
}

fn of_post(post: &Post, look: Meaning, voice: &Voice, width: usize) -> Vec<Line> {
    let text = format!("{} ({})", clean(&post.title), clean(&post.status));
    let said = match post.updated.or(post.since) {
        Some(told) => {
            durations::ago(told, voice.now).map(|age| format!("{text}, updated {age} ago"))
        }
        None => Said::fixed(text),
    };
    wrap(&said, look, voice.symbols.held, width)
}

/// Planned work, on or to come.
pub fn maintenance(picture: &Picture, voice: &Voice, width: usize) -> Vec<Line> {
    let each = picture.pages.iter().flat_map(|page| {
        let planned = |post: &&Arc<Post>| post.open && post.kind == PostKind::Maintenance;
        let posts = page.posts.iter().filter(planned);
        posts.flat_map(|post| planned_work(post, page.state.is_fresh(), voice, width))
    });
    let mut lines: Vec<Line> = each.collect();
    if !lines.is_empty() {
        lines.insert(0, Line::of("Maintenance", Meaning::Title));
    }
    lines
}

fn planned_work(post: &Post, fresh: bool, voice: &Voice, width: usize) -> Vec<Line> {
    let on = post.starts.is_some_and(|start| start <= voice.now.wall);
    let when = match (post.starts, post.ends) {
        (_, Some(end)) if on => moments::moment(end, voice).map(|end| format!("now, until {end}")),
        (Some(start), Some(end)) => moments::stretch(start, end, voice),
        (Some(start), None) => moments::moment(start, voice),
        (None, _) => Said::fixed(""),
    };
    let said = when.map(|when| format!("{when} {}", clean(&post.title)).trim().to_owned());
    let look = match (fresh, on) {
        (false, _) => Meaning::Stale,
        (true, true) => Meaning::Warning,
        (true, false) => Meaning::Plain,
    };
    wrap(&said, look, voice.symbols.maintenance, width)
}
