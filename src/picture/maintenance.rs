//! Planned maintenance. Places in maintenance are shown as usual, but do not affect the verdict.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::context::Context;
use super::places::{places_called, places_in_own_case};
use crate::domain::case::Place;
use crate::domain::ids::ServiceId;
use crate::domain::incident::Incident;
use crate::domain::post::{PageOwnership, Post, PostKind};
use crate::domain::source::PartName;

/// A P1 may begin this long before a maintenance and still be part of it, since work seldom begins on the announced
/// minute. An older P1 may be the reason for the maintenance.
const EARLY_START: TimeDelta = TimeDelta::minutes(15);

/// The places in maintenance now, and the beginning of their maintenance.
#[derive(Default)]
pub struct Maintenance {
    places: BTreeMap<Place, DateTime<Utc>>,
    services: BTreeMap<ServiceId, DateTime<Utc>>,
}

impl Maintenance {
    /// The places that are in maintenance now, by PagerDuty's windows and by posts. The windows or posts of a source
    /// that is not fresh are left out, since a plan may have changed since it was read.
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
            found.add_places(named(&window.description), window.start);
            for service in &window.services {
                let since = found.services.entry(service.id.clone());
                let since = since.or_insert(window.start);
                *since = window.start.min(*since);
                found.add_places(named(&service.name), window.start);
            }
        }
        let pages = context
            .answers
            .status_pages
            .iter()
            .filter_map(|slot| slot.fresh_body(context.now));
        for post in pages.flat_map(|page| &page.posts) {
            if let Some(start) = active_post_start(context, post) {
                found.add_places(muted_places(context, post), start);
            }
        }
        found
    }

    fn add_places(&mut self, places: Vec<Place>, start: DateTime<Utc>) {
        for place in places {
            let since = self.places.entry(place).or_insert(start);
            *since = start.min(*since);
        }
    }

    /// Whether a place is in maintenance. A hub counts if the hub itself or its whole cluster is in maintenance. A
    /// cluster counts only if the whole cluster is.
    pub fn covers(&self, place: &Place) -> bool {
        self.begin(place).is_some()
    }

    /// Whether an incident of this service and these places is part of a maintenance. A P1 that began well before the
    /// maintenance is not part of it.
    pub fn covers_incident(&self, incident: &Incident, places: &[Place], is_p1: bool) -> bool {
        let service = incident.service.as_ref();
        let of_service = service.and_then(|service| self.services.get(&service.id).copied());
        let of_places: Option<Vec<_>> = places.iter().map(|place| self.begin(place)).collect();
        let of_places = of_places.and_then(|begins| begins.into_iter().max());
        let mut begins = of_service.into_iter().chain(of_places);
        begins.any(|begin| !is_p1 || incident.created_at + EARLY_START >= begin)
    }

    // Since when a place is in maintenance.
    fn begin(&self, place: &Place) -> Option<DateTime<Utc>> {
        let cluster = Place {
            cluster: Some(place.cluster.clone()?),
            hub: None,
        };
        let begins = [self.places.get(place), self.places.get(&cluster)];
        begins.into_iter().flatten().min().copied()
    }
}

// The start of the maintenance that the post announces, if the maintenance is under way. A post without an end does not
// count, since it would excuse outages for ever.
fn active_post_start(context: &Context<'_>, post: &Post) -> Option<DateTime<Utc>> {
    let is_open = post.kind == PostKind::Maintenance && post.open && post.ends.is_some();
    let is_active = is_open && is_active(context, post.starts, post.ends);
    post.starts.filter(|_| is_active)
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

// The places that a maintenance post puts in maintenance. The post's message is ignored, since it may mention other
// places in passing.
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

/// The title of a post and the names of its services.
pub fn post_head(post: &Post) -> String {
    format!("{}\n{}", post.title, post.services.join("\n"))
}
