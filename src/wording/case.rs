//! Words for a case's owner, its place, its clock and its age.

use crate::domain::case::{
    Case, ClosedIncident, DoubtfulSilence, Holder, MutedBy, NoEscalation, Owner, Place, Rank,
};
use crate::domain::clock::{Clock, ClockKind};
use crate::domain::incident::AssignedVia;

use crate::text::context::{ExpiringText, TextContext};
use crate::text::dates::short_time;
use crate::text::durations::age_since;
use crate::text::meaning::Meaning;
use crate::text::sanitize::{clean, fit, width};
use crate::text::symbols::Symbols;

/// The text for a case that only a placeholder (a mailbox) owns.
pub const NOBODY_AWAKE: &str = "nobody awake";

/// The text for a case that nobody owns.
pub const NOBODY: &str = "nobody";
/// The text if the owner is not known.
pub const NOT_KNOWN: &str = "not known";

/// Who must act, in few cells: "you", "Ada +1", "nobody".
pub fn owners_short(case: &Case) -> String {
    let people = match case.holder() {
        Holder::NotKnown => return NOT_KNOWN.to_owned(),
        Holder::Nobody | Holder::Mailbox => return NOBODY.to_owned(),
        Holder::People(people) => people,
    };
    let others = match people.len() {
        0 | 1 => String::new(),
        all => format!(" +{}", all - 1),
    };
    let me = people.iter().any(|owner| owner.is_me);
    match people.first() {
        Some(one) if !me => format!("{}{others}", clean(&one.who.name)),
        _ => format!("you{others}"),
    }
}

/// Who must act: "Ada (you)", "Ada, Bo", "nobody awake", "nobody", "not known".
pub fn owners(case: &Case) -> String {
    match case.holder() {
        Holder::NotKnown => NOT_KNOWN.to_owned(),
        Holder::Nobody => NOBODY.to_owned(),
        Holder::Mailbox => NOBODY_AWAKE.to_owned(),
        Holder::People(people) => match people.as_slice() {
            [one, other] => format!("{}, {}", owner_name(one), owner_name(other)),
            [one, rest @ ..] if !rest.is_empty() => {
                format!("{} +{}", owner_name(one), rest.len())
            }
            all => all.iter().map(|one| owner_name(one)).collect(),
        },
    }
}

/// The owners, from the longest form to the shortest. Owners who have not acknowledged get a mark, and words if there
/// is room: "▫ Bo, not acknowledged", "▫ Bo no ack", "▫ Bo".
pub fn owner_forms(case: &Case, symbols: &Symbols) -> Vec<String> {
    let (long, short) = (owners(case), owners_short(case));
    if !case.is_unacknowledged() {
        return vec![long, short];
    }
    let mark = symbols.assigned;
    vec![
        format!("{mark} {long}, {NOT_ACKNOWLEDGED}"),
        format!("{mark} {long} no ack"),
        format!("{mark} {short} no ack"),
        format!("{mark} {short}"),
    ]
}

/// The words after the name of an assignee who has not acknowledged.
pub const NOT_ACKNOWLEDGED: &str = "not acknowledged";

/// Shown in place of a clock if PagerDuty will call nobody else.
pub const NO_ESCALATION: &str = "no escalation";

/// Says why PagerDuty will not escalate the incident: "no escalation: assigned by hand".
pub fn no_escalation(why: NoEscalation) -> String {
    let why = match why {
        NoEscalation::ByHand => "assigned by hand",
        NoEscalation::LowUrgency => "low urgency",
        NoEscalation::EndOfChain => "the end of the escalation chain",
        NoEscalation::AcknowledgedByNobody => "acknowledged by no person",
    };
    format!("{NO_ESCALATION}: {why}")
}

/// Shown in place of a clock if PagerDuty's log could not be read: a time-box may be running or over.
pub const LOG_NOT_READ: &str = "log not read";

/// Shown in place of a clock if PagerDuty's pending actions could not be read.
pub const PENDING_NOT_READ: &str = "clock unread";

/// The same as [`PENDING_NOT_READ`], for use in a sentence.
pub const ESCALATION_NOT_KNOWN: &str = "escalation not known";

/// The note in the clock column, such as "no escalation". A case has a note only if it has no clock, or if its clock is
/// a due date in the future or an automatic resolve.
pub fn clock_note(case: &Case, ctx: &TextContext) -> Option<(Meaning, &'static str)> {
    let calls_nobody = |clock: &Clock| match clock.kind {
        ClockKind::Due => !clock.has_expired(ctx.now.wall),
        ClockKind::AutoResolves => true,
        _ => false,
    };
    if !case.clock.as_ref().is_none_or(calls_nobody) {
        return None;
    }
    let lacks_log = case.incident.as_ref().is_some_and(|it| it.lacks_log());
    match case.no_escalation() {
        _ if lacks_log => Some((Meaning::Unknown, LOG_NOT_READ)),
        _ if case.is_escalation_unread() => Some((Meaning::Unknown, PENDING_NOT_READ)),
        Some(_) => Some((Meaning::Warning, NO_ESCALATION)),
        None => None,
    }
}

/// The owners, worded as a clause about an incident.
pub fn owner_text(case: &Case) -> String {
    match case.holder() {
        Holder::NotKnown => "its owner is not known".to_owned(),
        Holder::Nobody => "nobody owns it".to_owned(),
        Holder::People(_) if case.is_unacknowledged() => {
            let verb = match is_assigned_by_hand(case) {
                true => "handed",
                false => "assigned",
            };
            format!("{verb} to {}", owners(case))
        }
        Holder::Mailbox | Holder::People(_) => format!("owner {}", owners(case)),
    }
}

fn is_assigned_by_hand(case: &Case) -> bool {
    let incident = case.incident.as_ref();
    incident.is_some_and(|it| it.assigned_via == Some(AssignedVia::DirectAssignment))
}

/// The meaning of a case's owners, which gives them their style.
pub fn owners_meaning(case: &Case) -> Meaning {
    match case {
        _ if !case.owners_known => Meaning::Unknown,
        _ if case.unowned => Meaning::Nobody,
        _ if case.is_unacknowledged() => Meaning::Warning,
        _ if is_mine(case) => Meaning::Me,
        _ => Meaning::Owner,
    }
}

/// Whether the user at this screen is an owner of the case.
pub fn is_mine(case: &Case) -> bool {
    case.owners.iter().any(|owner| owner.is_me)
}

fn owner_name(owner: &Owner) -> String {
    person_name(&owner.who.name, owner.is_me)
}

/// A person's name. The user at this screen (`is_me`) gets "(you)" after the name.
pub fn person_name(name: &str, is_me: bool) -> String {
    let you = if is_me { " (you)" } else { "" };
    format!("{}{you}", clean(name))
}

/// Where a case is: "leap/prod", "leap/prod +2", "2i2c", or nothing.
pub fn places(case: &Case) -> String {
    places_of(&case.places.iter().collect::<Vec<_>>())
}

/// The text for several places: the first one in full, and the number of the others.
pub fn places_of(places: &[&Place]) -> String {
    match places {
        [] => String::new(),
        [one] => place(one),
        [one, rest @ ..] => format!("{} +{}", place(one), rest.len()),
    }
}

/// The places, in `cells` cells if possible. The cluster's name is cut first and the hub's name last: a prod hub must
/// not look like a staging hub.
pub fn places_within(case: &Case, cells: usize, symbols: &Symbols) -> String {
    let whole = places(case);
    let Some((cluster, hub)) = whole.split_once('/').filter(|_| width(&whole) > cells) else {
        return whole;
    };
    match cells.saturating_sub(width(hub) + 1) {
        ..MIN_CLUSTER_CELLS => whole,
        room => format!("{}/{hub}", fit(cluster, room, symbols.ellipsis)),
    }
}

// With fewer cells, the names of two clusters would look alike.
const MIN_CLUSTER_CELLS: usize = 4;

/// The first place, and the number of the others with a noun: "2i2c +16 clusters".
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

/// A case's priority; "P?" if it has none or the priority is not known.
pub fn priority(case: &Case) -> String {
    case.priority
        .as_ref()
        .map_or_else(|| "P?".to_owned(), |name| clean(name.as_str()).into_owned())
}

/// The meaning of a case's priority. If the priority could not be read, the case's rank is only assumed, so the meaning
/// is that of an unknown priority.
pub fn priority_meaning(case: &Case) -> Meaning {
    match case.rank {
        Rank::Priority(_) if case.priority.is_none() => Meaning::Unranked,
        rank => Meaning::from_rank(rank),
    }
}

/// A name for the screen; "(no name)" if it is blank.
pub fn display_name(name: &str) -> String {
    let name = clean(name);
    if name.trim().is_empty() {
        return "(no name)".to_owned();
    }
    name.into_owned()
}

pub fn title(case: &Case) -> String {
    display_name(&case.title)
}

/// How long the case has been going on.
pub fn age(case: &Case, ctx: &TextContext) -> ExpiringText {
    age_since(case.since, ctx.now)
}

/// Whether the outage procedure applies. A case whose priority is not known does not count as an outage.
pub fn is_outage(case: &Case) -> bool {
    case.rank == Rank::Priority(0) && case.priority.is_some()
}

/// The sentence for a case without a clock. A P1 has the outage procedure and no time-box; `untold` adds that the
/// public must be told.
pub fn no_clock(case: &Case, untold: bool) -> String {
    if is_outage(case) {
        let public = if untold { ", and tell the public" } else { "" };
        let name = priority(case);
        return format!("none: a {name} has no time-box. Follow the outage procedure{public}");
    }
    match case.incident {
        Some(_) => "none: PagerDuty neither escalates nor closes it",
        None => "none: no incident is open, so nothing escalates",
    }
    .to_owned()
}

/// When and by whom an incident was closed. The incident's alert still fires.
pub fn closed_incident(closed: &ClosedIncident, ctx: &TextContext) -> ExpiringText {
    let who = closed
        .by
        .as_ref()
        .map(|by| format!(" by {}", clean(by)))
        .unwrap_or_default();
    let number = closed.number;
    short_time(closed.at, ctx).map(|at| format!("#{number} closed{who} {at}, still fires"))
}

/// Says why a silence may not be meant for this cluster's alert.
pub fn doubtful_silence(doubt: &DoubtfulSilence) -> String {
    match doubt {
        DoubtfulSilence::ClusterNotKnown => {
            "not counted as silenced: an Alertmanager silences these labels, perhaps for another cluster"
                .to_owned()
        }
        DoubtfulSilence::OtherCluster(cluster) => {
            let cluster = clean(cluster.as_str());
            format!("not silenced: the Alertmanager that silences it is configured for {cluster}")
        }
    }
}

/// The short form of [`doubtful_silence`], for the note below a row.
pub fn doubtful_silence_short(doubt: &DoubtfulSilence) -> String {
    match doubt {
        DoubtfulSilence::ClusterNotKnown => "silenced for which cluster?".to_owned(),
        DoubtfulSilence::OtherCluster(cluster) => {
            format!("silence is for {}", clean(cluster.as_str()))
        }
    }
}

/// Why the verdict does not count a case that is shown.
pub fn quiet_reason(quiet: MutedBy) -> &'static str {
    match quiet {
        MutedBy::Maintenance => "maintenance",
        MutedBy::Suppressed => "silenced",
        MutedBy::RoutedToNobody => "routed to nobody",
    }
}

/// The short form of [`quiet_reason`], in 10 cells or fewer.
pub fn quiet_reason_short(quiet: MutedBy) -> &'static str {
    match quiet {
        MutedBy::Maintenance => "maint.",
        MutedBy::Suppressed => "silenced",
        MutedBy::RoutedToNobody => "not routed",
    }
}
