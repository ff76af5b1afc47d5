//! What is planned: shown beside everything else and out of the verdict.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::context::Context;
use super::places::{places_called, places_in_own_case};
use crate::domain::case::Place;
use crate::domain::ids::{HubKey, ServiceId};
use crate::domain::post::{PageOwnership, Post, PostKind};
use crate::domain::source::PartName;

/// What is in maintenance now.
#[derive(Default)]
pub struct Maintenance {
    places: BTreeSet<Place>,
    services: BTreeSet<ServiceId>,
}

impl Maintenance {
    /// From PagerDuty's windows and the maintenance posts that are on now; only while the source that
    /// told of them is fresh, since a stale plan excuses nothing.
    pub fn current(context: &Context<'_>) -> Self {
        let mut found = Self::default();
        let directory = context
            .directory_part_is_fresh(PartName::MaintenanceWindows)
            .then_some(context.directory);
        for window in directory
            .into_iter()
            .flat_map(|directory| &directory.maintenance)
        {
            if !is_active(context, Some(window.start), Some(window.end)) {
                continue;
            }
            let named = |text: &str| places_in_own_case(text, context.policy);
            found.places.extend(named(&window.description));
            for service in &window.services {
                found.services.insert(service.id.clone());
                found.places.extend(named(&service.name));
            }
        }
        let pages = context
            .answers
            .status_pages
            .iter()
            .filter_map(|slot| slot.fresh_body(context.now));
        for post in pages.flat_map(|page| &page.posts) {
            if is_active_post(context, post) {
                found.places.extend(muted_places(context, post));
            }
        }
        found
    }

    /// Whether a hub, or all of its cluster, is in maintenance.
    pub fn covers_hub(&self, key: &HubKey) -> bool {
        self.places.contains(&Place::from(key.clone()))
            || self.places.contains(&Place {
                cluster: Some(key.cluster.clone()),
                hub: None,
            })
    }

    /// Whether a place is: a whole cluster only where the whole is.
    pub fn covers(&self, place: &Place) -> bool {
        match place.hub_key() {
            Some(key) => self.covers_hub(&key),
            None => place.cluster.is_some() && self.places.contains(place),
        }
    }

    /// Whether a service is.
    pub fn covers_service(&self, service: &ServiceId) -> bool {
        self.services.contains(service)
    }
}

// A plan without an end would excuse for ever.
fn is_active_post(context: &Context<'_>, post: &Post) -> bool {
    post.kind == PostKind::Maintenance
        && post.open
        && post.starts.is_some()
        && post.ends.is_some()
        && is_active(context, post.starts, post.ends)
}

fn is_active(
    context: &Context<'_>,
    start: Option<DateTime<Utc>>,
    end: Option<DateTime<Utc>>,
) -> bool {
    for edge in [start, end].into_iter().flatten() {
        context.expire_at(edge);
    }
    let now = context.now.wall;
    start.is_none_or(|start| start <= now) && end.is_none_or(|end| now < end)
}

// The message is never read for it: it may speak of others in passing.
fn muted_places(context: &Context<'_>, post: &Post) -> Vec<Place> {
    let policy = context.policy;
    match policy.page_ownership(&post.page) {
        PageOwnership::Ours => places_in_own_case(&post_head(post), policy),
        PageOwnership::PerhapsOurs => {
            let components = post.services.iter();
            components
                .flat_map(|component| places_called(component, policy))
                .collect()
        }
        PageOwnership::Foreign => Vec::new(),
    }
}

/// What a post says in its title and the names of its services.
pub fn post_head(post: &Post) -> String {
    format!("{}\n{}", post.title, post.services.join("\n"))
}
