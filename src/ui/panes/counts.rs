//! Counts for a quick look: cases by priority, cases without an owner, the user's cases, hubs by health.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::case::{Case, Rank};
use crate::domain::hub::Health;
use crate::picture::Picture;
use crate::text::Line;
use crate::text::Meaning;
use crate::text::sanitize::clean;
use crate::ui::widgets::painter::Painter;

use super::hub_rows;

/// Cases by priority, unowned cases, the user's cases, unfinished work, and hubs by health. A line that is too long is
/// cut at the end.
pub fn line(painter: &Painter<'_>, picture: &Picture, gap: usize, not_done: Line) -> Line {
    let mut line = priorities(picture, gap);
    if !picture.unowned.is_empty() {
        let text = format!("{} unowned", picture.unowned.len());
        line = line.gap(gap).with(Meaning::Nobody, text);
    }
    if let Some(me) = picture.me.as_ref().filter(|me| me.cases > 0) {
        line = line
            .gap(gap)
            .with(Meaning::Me, format!("{} yours", me.cases));
    }
    line.join_spaced(gap, not_done)
        .join_spaced(gap, hubs(painter, picture))
}

// The cases of each priority, in the account's order. A priority without cases is left out.
fn priorities(picture: &Picture, gap: usize) -> Line {
    let mut line = Line::new();
    for (index, name) in picture.priorities.iter().enumerate() {
        let is_it = |case: &&Arc<Case>| case.priority.as_ref() == Some(name);
        let count = picture.cases.iter().filter(is_it).count();
        if count > 0 {
            let text = format!("{} {count}", clean(name.as_str()));
            line = line
                .gap(gap)
                .with(Meaning::from_rank(Rank::Priority(index)), text);
        }
    }
    let mut others: BTreeMap<Cow<'_, str>, usize> = BTreeMap::new();
    for case in &picture.cases {
        match &case.priority {
            Some(name) if picture.priorities.contains(name) => {}
            // This priority is not in the account's order, so its place is not known.
            Some(name) => *others.entry(clean(name.as_str())).or_default() += 1,
            None => *others.entry("P?".into()).or_default() += 1,
        }
    }
    for (name, count) in others {
        line = line
            .gap(gap)
            .with(Meaning::Unranked, format!("{name} {count}"));
    }
    line
}

/// The hubs by health, the worst first: "1 ✖  5 ?  1 ◐  164 ●".
pub fn hubs(painter: &Painter<'_>, picture: &Picture) -> Line {
    let mut line = Line::new();
    for health in [Health::Down, Health::Unknown, Health::Degraded, Health::Up] {
        let count = picture.hubs().filter(|hub| hub.health == health).count();
        if count > 0 {
            let symbol = hub_rows::health_symbol(health, painter.symbols());
            let meaning = Meaning::from_health(health);
            line = line.gap(2).with(meaning, format!("{count} {symbol}"));
        }
    }
    line
}
