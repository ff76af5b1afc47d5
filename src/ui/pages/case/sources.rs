//! The sources of a case's data, with the age of the data.

use std::collections::BTreeSet;

use crate::app::model::Model;
use crate::domain::case::Case;
use crate::domain::source::{SourceId, SourceKind};
use crate::picture::SourceView;
use crate::text::{Meaning, TextContext};
use crate::ui::pages::page::Page;
use crate::ui::pages::sources;

/// Adds the sources.
pub fn add(page: &mut Page, case: &Case, model: &Model, ctx: &TextContext) {
    let Some(picture) = model.picture.as_deref() else {
        return;
    };
    let ids = alert_sources(case);
    let mut views = picture
        .sources
        .iter()
        .filter(|view| ids.contains(&view.id) || is_source_of(view, case))
        .peekable();
    if views.peek().is_none() {
        return;
    }
    page.heading("Based on");
    for view in views {
        page.text(
            Meaning::from_source_state(view.state),
            sources::state_and_age(view, ctx),
        );
    }
}

fn alert_sources(case: &Case) -> BTreeSet<SourceId> {
    let alerts = case.alerts.iter().map(|joined| joined.alert.source.clone());
    alerts.chain(case.not_fresh.iter().cloned()).collect()
}

fn is_source_of(view: &SourceView, case: &Case) -> bool {
    let is_its_page = || {
        let mut pages = case.posts.iter().map(|joined| joined.post.page.as_str());
        pages.any(|page| page == &*view.id.name)
    };
    let kind = view.id.kind;
    kind == SourceKind::Pagerduty
        || (kind == SourceKind::StatusPage && is_its_page())
        || (kind == SourceKind::Probes && case.hub_down.is_some())
}
