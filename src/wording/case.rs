//! Who holds a case, where it is, and how old it is.

use crate::domain::case::{Case, ClosedIncident, MutedBy, Place, Rank};
use crate::domain::owner::{Owner, OwnerKind};

use crate::text::context::{ExpiringText, TextContext};
use crate::text::dates::short_time;
use crate::text::durations::age_since;
use crate::text::meaning::Meaning;
use crate::text::sanitize::clean;

/// What nobody awake is called: a placeholder is a mailbox.
pub const NOBODY_AWAKE: &str = "nobody awake";

/// The same in few cells: "you", "Ada +1", "nobody".
pub fn owners_short(case: &Case) -> String {
    let people = || case.owners.iter().filter(|owner| is_person(owner));
    let others = match people().count() {
        0 | 1 => String::new(),
        all => format!(" +{}", all - 1),
    };
    match people().find(|owner| owner.is_me).or(people().next()) {
        None => no_owner(case).to_owned(),
        Some(me) if me.is_me => format!("you{others}"),
        Some(one) => format!("{}{others}", clean(&one.who.name)),
    }
}

/// Who must act: "Ada (you)", "Ada, Bo", "nobody awake", "nobody", "not known".
pub fn owners(case: &Case) -> String {
    let people: Vec<&Owner> = case
        .owners
        .iter()
        .filter(|owner| is_person(owner))
        .collect();
    match people.as_slice() {
        [] if case.owners.is_empty() => no_owner(case).to_owned(),
        [] => NOBODY_AWAKE.to_owned(),
        [one] => owner_name(one),
        [one, other] => format!("{}, {}", owner_name(one), owner_name(other)),
        [one, rest @ ..] => format!("{} +{}", owner_name(one), rest.len()),
    }
}

// What PagerDuty does not tell is not nobody.
fn no_owner(case: &Case) -> &'static str {
    if case.owners_known {
        "nobody"
    } else {
        "not known"
    }
}

/// Whether that is somebody, oneself or nobody.
pub fn owners_meaning(case: &Case) -> Meaning {
    match case {
        _ if !case.owners_known => Meaning::Unknown,
        _ if case.unowned => Meaning::Nobody,
        _ if is_mine(case) => Meaning::Me,
        _ => Meaning::Owner,
    }
}

/// Whether the one who looks at this screen must act.
pub fn is_mine(case: &Case) -> bool {
    case.owners.iter().any(|owner| owner.is_me)
}

fn is_person(owner: &Owner) -> bool {
    owner.kind == OwnerKind::Person
}

fn owner_name(owner: &Owner) -> String {
    person_name(&owner.who.name, owner.is_me)
}

/// A person's name, and whether that is the one who looks.
pub fn person_name(name: &str, is_me: bool) -> String {
    let you = if is_me { " (you)" } else { "" };
    format!("{}{you}", clean(name))
}

/// Where a case is: "leap/prod", "leap/prod +2", "2i2c", or nothing.
pub fn places(case: &Case) -> String {
    match case.places.as_slice() {
        [] => String::new(),
        [one] => place(one),
        [one, rest @ ..] => format!("{} +{}", place(one), rest.len()),
    }
}

/// The same where there is room to say of what there are more: "2i2c +16 clusters".
pub fn places_long(case: &Case) -> String {
    let noun = match case.places.as_slice() {
        [] | [_] => "",
        all if all.iter().all(|place| place.hub.is_none()) => " clusters",
        all if all.iter().all(|place| place.hub.is_some()) => " hubs",
        _ => " places",
    };
    let noun = match (noun, case.places.len()) {
        (" clusters", 2) => " cluster",
        (" hubs", 2) => " hub",
        (" places", 2) => " place",
        (many, _) => many,
    };
    format!("{}{noun}", places(case))
}

/// One place: a hub, a cluster, or a hub whose cluster is not known.
pub fn place(place: &Place) -> String {
    let text = match (&place.cluster, &place.hub) {
        (Some(cluster), Some(hub)) => format!("{cluster}/{hub}"),
        (Some(cluster), None) => cluster.to_string(),
        (None, Some(hub)) => format!("?/{hub}"),
        (None, None) => "?".to_owned(),
    };
    clean(&text).into_owned()
}

/// A case's priority, or "P?".
pub fn priority(case: &Case) -> String {
    case.priority
        .as_ref()
        .map_or_else(|| "P?".to_owned(), |name| clean(name.as_str()).into_owned())
}

/// What a priority's style is. Without one it is not milder for that.
pub fn priority_meaning(case: &Case) -> Meaning {
    match case.rank {
        Rank::Priority(_) if case.priority.is_none() => Meaning::Unranked,
        rank => Meaning::from_rank(rank),
    }
}

/// What somebody called something; a name that is not there is no empty place.
pub fn display_name(name: &str) -> String {
    let name = clean(name);
    if name.trim().is_empty() {
        return "(no name)".to_owned();
    }
    name.into_owned()
}

/// What a case is about.
pub fn title(case: &Case) -> String {
    display_name(&case.title)
}

/// How long it has been going on.
pub fn age(case: &Case, ctx: &TextContext) -> ExpiringText {
    age_since(case.since, ctx.now)
}

/// Whether it has the outage procedure: what has no priority may be that urgent, but is not known to be.
pub fn is_outage(case: &Case) -> bool {
    case.rank == Rank::Priority(0) && case.priority.is_some()
}

/// What it means that no clock runs: the first priority has no time-box but the outage procedure, and to tell
/// the public, where it is `untold`, is part of it; otherwise nothing happens until somebody acts.
pub fn no_clock(case: &Case, untold: bool) -> String {
    if is_outage(case) {
        let public = if untold { ", and tell the public" } else { "" };
        let name = priority(case);
        return format!("none: a {name} has no time-box. Follow the outage procedure{public}");
    }
    match case.incident {
        Some(_) => "none: nothing escalates or closes it by itself",
        None => "none: there is no incident that could escalate",
    }
    .to_owned()
}

/// How its incident was closed while its alert fired on.
pub fn closed_incident(closed: &ClosedIncident, ctx: &TextContext) -> ExpiringText {
    let who = closed
        .by
        .as_ref()
        .map(|by| format!(" by {}", clean(by)))
        .unwrap_or_default();
    let number = closed.number;
    short_time(closed.at, ctx).map(|at| format!("#{number} closed{who} {at}, still fires"))
}

/// Why it is shown and does not count.
pub fn quiet_reason(quiet: MutedBy) -> &'static str {
    match quiet {
        MutedBy::Maintenance => "maintenance",
        MutedBy::Suppressed => "silenced",
    }
}
