//! The facts besides the cases that the next person should know, one line each.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::cases::{name, outages_of_others, owner_names, some_of};
use super::missing::{lacks_resolved, lacks_windows, pagerduty};
use super::{Handover, is_pagerduty_known};
use crate::domain::case::Case;
use crate::domain::hub::Signal;
use crate::domain::incident::Incident;
use crate::domain::mismatch::MismatchKind;
use crate::domain::post::{PageOwnership, Post, PostKind};
use crate::domain::source::SourceState;
use crate::picture::SourceView;
use crate::picture::mismatch::MismatchGroups;
use crate::report::postmortem::escape;
use crate::text::context::TextLength;
use crate::text::durations::age_since;
use crate::text::sanitize::{clean, fit};
use crate::wording::case::places_of;
use crate::wording::source;

/// Planned work is listed if it begins within this time.
const PLANNED_WITHIN: TimeDelta = TimeDelta::hours(24);
/// PagerDuty's incidents are listed if they were resolved within this time.
const RESOLVED_KNOWN: TimeDelta = TimeDelta::hours(24);
/// The longest text about one item, in a line with several items.
const TEXT_CELLS: usize = 90;

const NOT_KNOWN: &str = "not known";

pub(super) fn lines(handover: &Handover<'_>) -> Vec<String> {
    let others = outages_of_others(handover);
    let others: Vec<String> = others
        .iter()
        .map(|one| match owner_names(one.owners.iter()) {
            names if names.is_empty() => format!("{} (owner not known{})", name(one), untold(one)),
            names => format!("{} ({names}{})", name(one), untold(one)),
        })
        .collect();
    let others = (!others.is_empty()).then(|| format!("Outages of others: {}", others.join(", ")));
    others
        .into_iter()
        .chain([
            sources(handover),
            blind_spots(handover),
            posts(handover),
            maintenance(handover),
            disks(handover),
            owed(handover),
            resolved(handover),
        ])
        .collect()
}

fn untold(one: &Case) -> &'static str {
    match one.mismatches.contains(&MismatchKind::PublicNotTold) {
        true => ", public not told",
        false => "",
    }
}

// The sources that are not live. The worst state comes first; within one state, PagerDuty comes first.
fn sources(handover: &Handover<'_>) -> String {
    let all = &handover.input.picture.sources;
    let is_bad = |view: &&SourceView| view.state != SourceState::Live;
    let mut bad: Vec<&SourceView> = all.iter().filter(is_bad).collect();
    bad.sort_by_key(|view| (std::cmp::Reverse(view.state), view.id.kind.naming_order()));
    if bad.is_empty() {
        return format!("Sources: all {} live", all.len());
    }
    let texts = bad
        .iter()
        .map(|view| cut(&source::describe(view, handover.ctx).text, handover));
    let texts: Vec<String> = texts.collect();
    format!(
        "Sources: {} of {} not live: {}",
        bad.len(),
        all.len(),
        some_of(&texts, "; ")
    )
}

fn blind_spots(handover: &Handover<'_>) -> String {
    let groups = MismatchGroups::of_picture(handover.input.picture);
    let spots = groups.iter().filter(|group| {
        let first = group.first();
        first.is_some_and(|it| it.kind() == MismatchKind::BlindSpot && it.counts())
    });
    let texts = spots.map(|group| {
        let text = group.describe(TextLength::Long, handover.ctx).text;
        cut(&text, handover)
    });
    let texts: Vec<String> = texts.collect();
    match texts.len() {
        0 => "Blind spots: none known".to_owned(),
        count => format!("Blind spots: {count}: {}", some_of(&texts, "; ")),
    }
}

fn cut(text: &str, handover: &Handover<'_>) -> String {
    escape(&fit(
        &clean(text),
        TEXT_CELLS,
        handover.ctx.symbols.ellipsis,
    ))
}

fn own_posts<'a>(handover: &Handover<'a>, kind: PostKind) -> impl Iterator<Item = &'a Arc<Post>> {
    let pages = handover.input.picture.pages.iter();
    let own = pages.filter(|page| page.ownership != PageOwnership::Foreign);
    own.flat_map(|page| &page.posts)
        .filter(move |post| post.kind == kind && post.open)
}

fn posts(handover: &Handover<'_>) -> String {
    let text = |post: &Arc<Post>| {
        let updated = post.updated.map(|at| {
            let age = age_since(at, handover.ctx.now).text;
            format!(", updated {age} ago")
        });
        format!(
            "{} ({}{})",
            cut(&post.title, handover),
            escape(&post.status),
            updated.unwrap_or_default()
        )
    };
    let texts: Vec<String> = own_posts(handover, PostKind::Incident).map(text).collect();
    let own = handover.input.picture.pages.iter();
    let mut own = own.filter(|page| page.ownership != PageOwnership::Foreign);
    let past = own.clone().find(|page| !page.state.is_fresh());
    let past = past.map(|page| {
        let name = escape(&page.id.to_string());
        format!("{name} is {}", source::state_name(page.state))
    });
    match (texts.len(), past) {
        (0, Some(past)) => format!("Our open posts: {NOT_KNOWN}: {past}"),
        (0, None) if own.next().is_none() => {
            "Our open posts: no page of ours is configured".to_owned()
        }
        (0, None) => "Our open posts: none".to_owned(),
        (count, past) => {
            let past = past.map(|past| format!("; may be out of date: {past}"));
            let texts = some_of(&texts, "; ");
            format!(
                "Our open posts: {count}: {texts}{}",
                past.unwrap_or_default()
            )
        }
    }
}

/// Planned work: its beginning, its end, and its title.
type Planned = (Option<DateTime<Utc>>, Option<DateTime<Utc>>, String);

fn maintenance(handover: &Handover<'_>) -> String {
    let now = handover.ctx.now.wall;
    let is_near = |from: Option<DateTime<Utc>>, to: Option<DateTime<Utc>>| {
        from.is_none_or(|from| from <= now + PLANNED_WITHIN) && to.is_none_or(|to| now < to)
    };
    let directory = handover.input.picture.directory.iter();
    let windows = directory.flat_map(|answer| &answer.body.maintenance);
    let windows = windows
        .filter(|it| is_near(Some(it.start), Some(it.end)))
        .map(|it| {
            let services = it.services.iter().map(|service| &*service.name);
            let services: Vec<&str> = services.collect();
            let text = match clean(&it.description).trim() {
                "" => services.join(", "),
                text => text.to_owned(),
            };
            (Some(it.start), Some(it.end), text)
        });
    let posts = own_posts(handover, PostKind::Maintenance)
        .filter(|post| is_near(post.starts, post.ends))
        .map(|post| (post.starts, post.ends, post.title.clone()));
    let mut planned: Vec<Planned> = windows.chain(posts).collect();
    planned.sort_unstable();
    planned.dedup();
    let at = |time: Option<DateTime<Utc>>| {
        time.map_or_else(|| "not given".to_owned(), |time| handover.times.at(time))
    };
    // A maintenance window in PagerDuty and a post with the same times, to the minute, are about the same work.
    let times = |one: &Planned| (at(one.0), at(one.1));
    let planned = planned.chunk_by(|one, next| times(one) == times(next));
    let texts = planned.filter_map(|same| {
        let (from, to, _) = same.first()?;
        let dash = handover.ctx.symbols.dash;
        let said: Vec<String> = same.iter().map(|(.., text)| cut(text, handover)).collect();
        Some(format!(
            "{} {dash} {}: {}",
            at(*from),
            at(*to),
            said.join(" / ")
        ))
    });
    let texts: Vec<String> = texts.collect();
    match texts.is_empty() {
        true if !is_maintenance_known(handover) => format!("Maintenance within 24 h: {NOT_KNOWN}"),
        true => "Maintenance within 24 h: none".to_owned(),
        false => format!("Maintenance within 24 h: {}", some_of(&texts, "; ")),
    }
}

// Whether all planned maintenance is known: PagerDuty's windows and the posts of the team's pages.
fn is_maintenance_known(handover: &Handover<'_>) -> bool {
    let own = handover.input.picture.pages.iter();
    let mut own = own.filter(|page| page.ownership != PageOwnership::Foreign);
    pagerduty(handover).is_some_and(|view| view.state.is_fresh() && !lacks_windows(view))
        && own.all(|page| page.state.is_fresh())
}

fn disks(handover: &Handover<'_>) -> String {
    let disks = handover.input.disks;
    let (horizon, until) = match handover.input.shift.until {
        Some(until) => (until, "before the shift ends"),
        None => (handover.ctx.now.wall + PLANNED_WITHIN, "within 24 h"),
    };
    let mut full = disks.forecasts.clone();
    full.retain(|disk| disk.full_at <= horizon);
    full.sort_by_key(|disk| disk.full_at);
    let texts = full.iter().map(|disk| {
        let of = match disk.signal {
            Signal::DbFreePercent => "database",
            _ => "home",
        };
        let hub = escape(&disk.hub.to_string());
        format!("{hub} {of} about {}", handover.times.at(disk.full_at))
    });
    let texts: Vec<String> = texts.collect();
    let texts = match texts.is_empty() {
        true => "none known".to_owned(),
        false => some_of(&texts, ", "),
    };
    let stale = match disks.stale {
        0 => String::new(),
        some => format!("; {NOT_KNOWN} of {some} hubs without fresh data"),
    };
    let asked = disks.asked;
    let full = full_now(handover);
    format!(
        "Disks that fill {until}, among the {asked} hubs with the fullest disks: {texts}{full}{stale}"
    )
}

// The hubs whose disk is already full. A full disk has no forecast.
fn full_now(handover: &Handover<'_>) -> String {
    let hubs = handover.input.picture.hubs().filter(|hub| {
        let disks = [hub.signals.home_free_percent, hub.signals.db_free_percent];
        !hub.signals_stale && disks.into_iter().flatten().any(|free| free <= 0.0)
    });
    let hubs: Vec<String> = hubs.map(|hub| escape(&hub.spec.key.to_string())).collect();
    match hubs.is_empty() {
        true => String::new(),
        false => format!("; **full already**: {}", some_of(&hubs, ", ")),
    }
}

fn owed(handover: &Handover<'_>) -> String {
    let reading = match handover.input.owed {
        Ok(reading) => reading,
        Err(why) => return format!("Owed after outages: {NOT_KNOWN}: {}", cut(why, handover)),
    };
    let outages = reading.late().map(|one| {
        let number = one.incidents.first().map(|it| format!("#{} ", it.number));
        let places: Vec<_> = one.places.iter().collect();
        let place = escape(&places_of(&places));
        let days = one.working_days;
        format!(
            "{}{place} ({days} working days)",
            number.unwrap_or_default()
        )
    });
    let texts: Vec<String> = outages.collect();
    let doubt = match reading.unread.len() {
        0 => "",
        _ => "; not all of it could be read",
    };
    let recent = match reading.known().count() - texts.len() {
        0 => String::new(),
        recent => format!("; {recent} more that ended lately"),
    };
    let late = match (texts.len(), doubt) {
        (0, "") => "nothing for two working days or longer".to_owned(),
        (0, _) => "nothing known for two working days or longer".to_owned(),
        (count, _) => format!(
            "{count} for two working days or longer, the oldest first: {}",
            some_of(&texts, ", ")
        ),
    };
    let unknown = match reading.owed.len() - reading.known().count() {
        0 => String::new(),
        1 => "; 1 outage not known".to_owned(),
        unknown => format!("; {unknown} outages not known"),
    };
    format!("Owed after outages: {late}{recent}{unknown}{doubt}")
}

// Counts the incidents by the person who resolved them, not by the person who acknowledged them. Only an incident's log
// names that person, and the logs of resolved incidents are not read.
fn resolved(handover: &Handover<'_>) -> String {
    let are_listed = pagerduty(handover).is_some_and(|view| !lacks_resolved(view));
    if !(is_pagerduty_known(handover) && are_listed) {
        return format!("Resolved: {NOT_KNOWN}");
    }
    let known_from = handover.ctx.now.wall - RESOLVED_KNOWN;
    let (from, span) = match handover.input.shift.from {
        Some(from) if from >= known_from => (from, "in this shift"),
        _ => (known_from, "in the last 24 h"),
    };
    let recent = handover.input.incidents.iter().filter(|incident| {
        let at = incident.resolved_at.filter(|_| !incident.is_open());
        at.is_some_and(|at| at >= from)
    });
    let who = handover.input.who.person.as_ref();
    let is_own = |one: &&Arc<Incident>| {
        let by = one.resolved_by.as_ref().map(|by| &by.id);
        who.is_some_and(|who| by == Some(&who.id))
    };
    let own = recent.clone().filter(is_own);
    let (own, all) = (own.count(), recent.count());
    let noun = if all == 1 { "incident" } else { "incidents" };
    let who = escape(&handover.input.who.label);
    format!("Resolved {span}: {all} {noun}, {own} of them by {who}")
}
