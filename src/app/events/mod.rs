//! The events that ring. An event rings if its condition began after the start. Events that are muted, snoozed or only
//! about staging do not ring, and neither does an event that the user sees on the screen.
//!
//! A condition rings once. It rings again only if it was over for [`CLEAR_FOR`] in between. While the user is at the
//! screen, an event is held. If a key press or the terminal's focus shows that the user saw the event, it does not
//! ring. Otherwise it rings as soon as the user counts as gone. A condition may also begin while the user is not on
//! call. If the condition still holds when the user's shift begins, it rings at that time.

mod attention;
mod conditions;
mod duty;
mod event;
mod hubs;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

pub use event::{Event, EventCase, EventIncident, EventPlace};

use self::attention::Attention;
use self::conditions::{BlindTo, Condition, EventKey, is_known_over};
use self::duty::{Duty, duty};
use self::hubs::ClusterEvents;
use super::filter::Filter;
use crate::domain::hub::Health;
use crate::domain::ids::HubKey;
use crate::domain::notify::{EventKind, NotifySettings, RingWhen};
use crate::domain::now::Now;
use crate::domain::source::{SourceKind, SourceState};
use crate::picture::{HubView, Picture};

/// How long a condition must be over before it can ring again.
pub const CLEAR_FOR: Duration = Duration::from_secs(10 * 60);

/// How long a source or a part of it must be missing, or a blind spot must last, before it rings.
pub const BLIND_AFTER: Duration = Duration::from_secs(3 * 60);

/// Sources that fail within this time share one event.
const TOGETHER: Duration = Duration::from_secs(60);

/// hubwatch notices a blind spot only after a quarter of an hour. So a blind spot that appears this soon after the
/// start may have existed before it.
const SPOT_START: Duration = Duration::from_secs(20 * 60);

/// Finds events in one picture after the other.
#[derive(Debug)]
pub struct EventWatch {
    settings: NotifySettings,
    filters: BTreeMap<EventKind, Filter>,
    is_demo: bool,
    started: Now,
    /// The time at which every source had answered or failed at least once; `None` until then.
    baseline: Option<Now>,
    /// Hubs whose probe has succeeded since the start.
    seen_well: BTreeSet<HubKey>,
    /// Whether PagerDuty has answered since the start.
    knows_incidents: bool,
    attention: Attention,
    watched: BTreeMap<EventKey, Watched>,
    clusters: ClusterEvents,
}

#[derive(Clone, Copy, Debug)]
struct Watched {
    stage: Stage,
    /// Whether the latest picture has the condition.
    holds: bool,
    /// When the condition was first known to be over.
    over_since: Option<Now>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// The condition may ring. `held` means that the user was at the screen when the condition appeared.
    Due { since: Now, held: bool },
    /// The condition began while the user was not on call.
    OffCall,
    /// The condition has rung, was seen by the user, or held at the start.
    Done,
}

impl EventWatch {
    /// The watch of a program that was started at `started`.
    pub fn new(settings: NotifySettings, is_demo: bool, started: Now) -> Self {
        let filters = settings.rules.iter();
        Self {
            filters: filters
                .map(|(kind, rule)| (*kind, Filter::from_text(&rule.filter)))
                .collect(),
            settings,
            is_demo,
            started,
            baseline: None,
            seen_well: BTreeSet::new(),
            knows_incidents: false,
            attention: Attention::default(),
            watched: BTreeMap::new(),
            clusters: ClusterEvents::default(),
        }
    }

    /// Records a key press. The user has seen everything on the screen.
    pub fn record_key(&mut self, now: Now) {
        self.attention.record_key(now);
        self.mark_held_seen();
    }

    /// Records the terminal's focus. `None` means that it is no longer known whether the terminal has the focus.
    pub fn set_focus(&mut self, has_focus: Option<bool>) {
        self.attention.set_focus(has_focus);
        if has_focus == Some(true) {
            self.mark_held_seen();
        }
    }

    fn mark_held_seen(&mut self) {
        let held = |it: &&mut Watched| matches!(it.stage, Stage::Due { held: true, .. });
        let held = self.watched.values_mut().filter(held);
        held.for_each(|it| it.stage = Stage::Done);
    }

    /// The events that ring now. The same picture may be checked several times. `lagging` means that no picture could
    /// be built from the latest answers. `now` is by this machine's clock.
    pub fn check(&mut self, picture: &Picture, lagging: bool, now: Now) -> Vec<Event> {
        self.note_answers(picture);
        let is_first = self.baseline.is_none();
        let is_asked = |state| state != SourceState::Waiting;
        if is_first && !picture.sources.iter().all(|it| is_asked(it.state)) {
            return Vec::new();
        }
        let baseline = *self.baseline.get_or_insert(now);
        let found: BTreeMap<EventKey, Condition<'_>> =
            conditions::find(picture, lagging, picture.corrected(now))
                .into_iter()
                .filter(|condition| self.is_wanted(condition, picture))
                .map(|condition| (condition.key.clone(), condition))
                .collect();
        self.note_over(&found, picture, now);
        let duty = duty(picture);
        let start = StartContext {
            is_first,
            hubs_settle: now.since(baseline) < hubs::window(picture),
            spots_settle: now.since(baseline) < SPOT_START,
            // Uses the servers' clocks, like all times in the picture.
            started: self.started.with_wall_offset(picture.skew),
        };
        for condition in found.values() {
            self.note_condition(condition, &start, duty, now);
        }
        self.note_pagerduty(picture);
        self.ring(&found, picture, now)
    }

    /// How long until an event may ring without a new picture; zero means now. `None` if no event waits.
    pub fn until_due(&self, picture: &Picture, now: Now) -> Option<Duration> {
        let due = self.watched.iter().filter(|(_, it)| it.holds);
        let waits = due.filter_map(|(key, it)| match it.stage {
            Stage::Due { since, held } => {
                let own = self.wait(key, since, picture, now);
                let is_held = held || self.attention.is_present(now);
                Some(match is_held {
                    true => own.max(self.attention.until_absent(now)),
                    false => own,
                })
            }
            Stage::OffCall | Stage::Done => None,
        });
        waits.min()
    }

    fn wait(&self, key: &EventKey, since: Now, picture: &Picture, now: Now) -> Duration {
        match key {
            EventKey::Blind(_) => BLIND_AFTER.saturating_sub(now.since(since)),
            EventKey::Hub(hub) => self.clusters.wait(&hub.cluster, picture, now),
            EventKey::Mine(_) | EventKey::Unowned(_) | EventKey::TimeBox(_) => Duration::ZERO,
        }
    }

    fn is_wanted(&self, condition: &Condition<'_>, picture: &Picture) -> bool {
        let kind = condition.key.kind();
        if self.settings.rule(kind).when == RingWhen::Never {
            return false;
        }
        let Some(filter) = self.filters.get(&kind).filter(|it| it.is_active()) else {
            return true;
        };
        match &condition.key {
            EventKey::Hub(key) => picture.clusters.iter().any(|cluster| {
                let mut hubs = cluster.hubs.iter().filter(|hub| hub.spec.key == *key);
                hubs.any(|hub| filter.passes_hub(hub, cluster))
            }),
            EventKey::Blind(_) => {
                let name = condition.blind.iter().cloned().collect::<Vec<_>>();
                filter.passes_words(&name)
            }
            _ => {
                let matcher = filter.case_matcher(picture);
                condition.cases.iter().any(|case| matcher.passes(case))
            }
        }
    }

    // Forgets a condition with [`Stage::Done`] once it has been over for [`CLEAR_FOR`], and any other condition as soon
    // as it is over.
    fn note_over(
        &mut self,
        found: &BTreeMap<EventKey, Condition<'_>>,
        picture: &Picture,
        now: Now,
    ) {
        self.watched.retain(|key, watched| {
            watched.holds = found.contains_key(key);
            if !watched.holds && is_known_over(key, picture) {
                watched.over_since.get_or_insert(now);
            }
            let over_for = watched.over_since.map(|at| now.since(at));
            match watched.stage {
                Stage::Done => over_for.is_none_or(|span| span < CLEAR_FOR),
                Stage::Due { .. } | Stage::OffCall => over_for.is_none(),
            }
        });
    }

    fn note_condition(
        &mut self,
        condition: &Condition<'_>,
        start: &StartContext,
        duty: Duty,
        now: Now,
    ) {
        let rule = self.settings.rule(condition.key.kind());
        let duty = match rule.when {
            RingWhen::Always => Duty::On,
            RingWhen::OnCall | RingWhen::Never => duty,
        };
        let due = Stage::Due {
            since: now,
            held: false,
        };
        let known = self.watched.get(&condition.key).map(|it| it.stage);
        let stage = match (known, duty) {
            (None, Duty::Off) => Stage::OffCall,
            (None, _) if self.was_there(condition, start) => Stage::Done,
            (None, Duty::On | Duty::NotKnown) | (Some(Stage::OffCall), Duty::On) => due,
            (Some(Stage::Due { .. }), Duty::Off) => Stage::OffCall,
            (Some(stage), _) => stage,
        };
        let watched = Watched {
            stage,
            holds: true,
            over_since: None,
        };
        self.watched.insert(condition.key.clone(), watched);
    }

    // Whether the condition already held when hubwatch began to watch.
    fn was_there(&self, condition: &Condition<'_>, start: &StartContext) -> bool {
        let began_before = condition.began.is_none_or(|at| at <= start.started.wall);
        match &condition.key {
            EventKey::Hub(key) => {
                start.hubs_settle && (began_before || !self.seen_well.contains(key))
            }
            EventKey::Mine(_) | EventKey::Unowned(_) | EventKey::TimeBox(_) => {
                let settles = start.is_first || start.hubs_settle && !self.knows_incidents;
                settles && began_before
            }
            EventKey::Blind(BlindTo::Spot(_)) => start.spots_settle,
            EventKey::Blind(_) => start.is_first,
        }
    }

    // Records the hubs that answer, even if some sources have not answered yet. A hub that answers and goes down before
    // all sources have answered was well at the start, so its outage rings.
    fn note_answers(&mut self, picture: &Picture) {
        for hub in picture.hubs().filter(|hub| answers(hub)) {
            if !self.seen_well.contains(&hub.spec.key) {
                self.seen_well.insert(hub.spec.key.clone());
            }
        }
    }

    fn note_pagerduty(&mut self, picture: &Picture) {
        let mut sources = picture.sources.iter();
        let pagerduty = sources.find(|it| it.id.kind == SourceKind::Pagerduty);
        self.knows_incidents |= pagerduty.is_some_and(|it| it.state.is_fresh());
    }

    fn ring(
        &mut self,
        found: &BTreeMap<EventKey, Condition<'_>>,
        picture: &Picture,
        now: Now,
    ) -> Vec<Event> {
        let at = picture.corrected(now).wall;
        let ready = found
            .values()
            .filter(|it| self.is_ready(&it.key, now))
            .collect::<Vec<_>>();
        let (blind, cases): (Vec<_>, Vec<_>) = ready
            .into_iter()
            .partition(|it| matches!(it.key, EventKey::Blind(_)));
        let (hubs, cases): (Vec<_>, Vec<_>) = cases
            .into_iter()
            .partition(|it| matches!(it.key, EventKey::Hub(_)));
        let ringing = self.clusters.ring(&hubs, picture, now);
        let mut events = ringing.events;
        self.finish(ringing.done.iter());
        for condition in cases {
            let about = condition.cases.first();
            events.extend(
                about.map(|case| Event::about_case(condition.key.kind(), case, picture, at)),
            );
            self.finish([&condition.key]);
        }
        events.extend(self.ring_blind(&blind, found, picture, now));
        let is_demo = self.is_demo;
        events.iter_mut().for_each(|event| event.demo = is_demo);
        events
    }

    // Makes one event for everything that cannot be seen, since sources that fail together do not fail in the same
    // second. A source that fails much later gets its own event.
    fn ring_blind(
        &mut self,
        ready: &[&Condition<'_>],
        found: &BTreeMap<EventKey, Condition<'_>>,
        picture: &Picture,
        now: Now,
    ) -> Option<Event> {
        if ready.is_empty() {
            return None;
        }
        let failed_together = |key: &EventKey| match self.watched.get(key).map(|it| it.stage) {
            Some(Stage::Due { since, .. }) => now.since(since) + TOGETHER >= BLIND_AFTER,
            _ => false,
        };
        let others = found.values().filter(|it| {
            let is_blind = matches!(it.key, EventKey::Blind(_));
            is_blind && failed_together(&it.key) && !ready.iter().any(|one| one.key == it.key)
        });
        let all: Vec<&Condition<'_>> = ready.iter().copied().chain(others).collect();
        self.finish(all.iter().map(|it| &it.key));
        let names = all.iter().filter_map(|it| it.blind.clone()).collect();
        Some(Event::blind(names, picture, picture.corrected(now).wall))
    }

    // Whether the condition may ring now. If the user is at the screen, the condition is held instead.
    fn is_ready(&mut self, key: &EventKey, now: Now) -> bool {
        let (present, gone) = (
            self.attention.is_present(now),
            self.attention.until_absent(now).is_zero(),
        );
        let Some(watched) = self.watched.get_mut(key) else {
            return false;
        };
        let Stage::Due { since, held } = watched.stage else {
            return false;
        };
        if matches!(key, EventKey::Blind(_)) && now.since(since) < BLIND_AFTER {
            return false;
        }
        if present {
            watched.stage = Stage::Due { since, held: true };
        }
        !present && (!held || gone)
    }

    fn finish<'k>(&mut self, keys: impl IntoIterator<Item = &'k EventKey>) {
        for key in keys {
            if let Some(watched) = self.watched.get_mut(key) {
                watched.stage = Stage::Done;
            }
        }
    }
}

// Whether the hub's probe succeeds. The hub's health may still be unknown, because its Prometheus is not fresh.
fn answers(hub: &HubView) -> bool {
    match &hub.probe {
        Some(probe) => probe.outcome.is_good() && probe.failing.is_none(),
        None => matches!(hub.health, Health::Up | Health::Degraded),
    }
}

/// The facts that show whether a condition held before the start.
struct StartContext {
    /// Whether this is the first picture in which every source has answered or failed.
    is_first: bool,
    /// Whether the start is so recent that some hubs may lack a second probe.
    hubs_settle: bool,
    spots_settle: bool,
    started: Now,
}
