//! Words for a storm: its title, its scope, its owners (the owners of the worst cases first), the values that all of
//! its cases share, and its outlier.

use chrono::TimeDelta;

use crate::domain::case::{Case, Owner, OwnerKind};
use crate::picture::{MajorityValue, Outlier, Picture, SharedValue, Storm, StormScope};

use super::case::{self, NOBODY_AWAKE, display_name};
use crate::text::meaning::Meaning;
use crate::text::sanitize::{clean, fit, width};
use crate::text::symbols::Symbols;

/// The fewest cells in which a name still differs from other names.
const MIN_NAME_WIDTH: usize = 6;

/// A text shows at most this many labels.
const MAX_LABELS: usize = 2;

/// The title of a storm in `cells` cells: "pod has restarted ×17". The number is never cut off.
pub fn title_within(storm: &Storm, cells: usize, symbols: &Symbols) -> String {
    let name = display_name(&storm.title);
    let times = format!(" {}{}", symbols.times, storm.cases.len());
    let room = cells.saturating_sub(width(&times));
    if room < MIN_NAME_WIDTH {
        return format!("{name}{times}");
    }
    format!("{}{times}", fit(&name, room, symbols.ellipsis))
}

/// The storm in one sentence: "P3 pod has restarted ×17, 17 of 20 clusters on aws, Ada".
pub fn describe(storm: &Storm, picture: &Picture, symbols: &Symbols) -> String {
    let cases: Vec<&Case> = picture.storm_cases(storm).map(|case| &**case).collect();
    let priority = cases.first().map(|case| case::priority(case));
    let parts = [
        title_within(storm, usize::MAX, symbols),
        places_within(storm, usize::MAX),
        owners(&cases),
    ];
    format!("{} {}", priority.unwrap_or_default(), parts.join(", "))
}

/// The scope of a storm, in the longest of these forms that fits: "17 of 20 clusters on aws", "17/20 aws clusters", "17
/// aws clusters", "17/20 aws".
pub fn places_within(storm: &Storm, cells: usize) -> String {
    let forms = place_forms(storm);
    let fits = forms.iter().find(|form| width(form) <= cells);
    fits.or(forms.last()).cloned().unwrap_or_default()
}

// All forms of the scope, from the longest to the shortest.
fn place_forms(storm: &Storm) -> Vec<String> {
    let (n, of) = (storm.affected, storm.total);
    let (name, noun, within) = match &storm.scope {
        StormScope::Fleet => return vec![format!("{n} of {of} clusters"), format!("{n} clusters")],
        StormScope::Cluster(name) => (name.as_str(), "hubs", "of"),
        StormScope::Provider(name) => (name.as_str(), "clusters", "on"),
    };
    let name = clean(name);
    vec![
        format!("{n} of {of} {noun} {within} {name}"),
        format!("{n} of {of} {name} {noun}"),
        format!("{n}/{of} {name} {noun}"),
        format!("{n} {name} {noun}"),
        format!("{n}/{of} {name}"),
    ]
}

/// The owners of the cases. If any case is unowned: "3 of 17 unowned". If any is only assigned: "5 of 17 not
/// acknowledged". Otherwise the names: "Ada", "Ada, Bo", "you +2". "not known" means that PagerDuty does not give the
/// owners of all cases.
pub fn owners(cases: &[&Case]) -> String {
    let unowned = cases.iter().filter(|case| is_unowned(case)).count();
    let unacknowledged = unacknowledged_count(cases);
    if unacknowledged > 0 {
        let more = format!("{unacknowledged} of {} not acknowledged", cases.len());
        return match unowned {
            0 => more,
            some => format!("{some} unowned, {more}"),
        };
    }
    match (unowned, people(cases).as_slice()) {
        (0, _) if is_unknown(cases) => owners_short(cases),
        (0, [one, other]) => format!("{}, {}", owner_name(one), owner_name(other)),
        (0, _) => owners_short(cases),
        (all, _) if all == cases.len() => no_owner(cases),
        (some, _) => format!("{some} of {} unowned", cases.len()),
    }
}

/// Whether nobody owns any of the cases, as far as is known. [`owners`] then says so.
pub fn has_no_owner(cases: &[&Case]) -> bool {
    let unowned = cases.iter().filter(|case| is_unowned(case)).count();
    let nobody_acts =
        unowned == cases.len() || (unowned == 0 && !is_unknown(cases) && people(cases).is_empty());
    nobody_acts && unacknowledged_count(cases) == 0
}

/// A short form of the owners: "3 unowned", "you +2".
pub fn owners_short(cases: &[&Case]) -> String {
    let unowned = cases.iter().filter(|case| is_unowned(case)).count();
    if unowned == cases.len() {
        return "nobody".to_owned();
    }
    if unowned > 0 {
        return format!("{unowned} unowned");
    }
    match unacknowledged_count(cases) {
        0 => {}
        some => return format!("{some} no ack"),
    }
    if is_unknown(cases) {
        return "not known".to_owned();
    }
    match people(cases).as_slice() {
        [] => "nobody".to_owned(),
        [one] => owner_name(one),
        [one, rest @ ..] => format!("{} +{}", owner_name(one), rest.len()),
    }
}

/// The meaning of the owners, which gives them their style.
pub fn owners_meaning(cases: &[&Case]) -> Meaning {
    if cases.iter().any(|case| is_unowned(case)) {
        Meaning::Nobody
    } else if unacknowledged_count(cases) > 0 {
        Meaning::Warning
    } else if is_unknown(cases) {
        Meaning::Unknown
    } else if cases.iter().any(|case| case::is_mine(case)) {
        Meaning::Me
    } else {
        Meaning::Owner
    }
}

fn is_unowned(case: &Case) -> bool {
    case.unowned && case.owners_known
}

/// How many cases have an incident that is assigned and not acknowledged.
pub fn unacknowledged_count(cases: &[&Case]) -> usize {
    cases.iter().filter(|case| case.is_unacknowledged()).count()
}

fn is_unknown(cases: &[&Case]) -> bool {
    cases.iter().any(|case| !case.owners_known)
}

fn no_owner(cases: &[&Case]) -> String {
    let placeholders = cases.iter().all(|case| !case.owners.is_empty());
    if placeholders { NOBODY_AWAKE } else { "nobody" }.to_owned()
}

// Lists each person once. The user at this screen comes first, then the owners of the worst cases.
fn people<'a>(cases: &[&'a Case]) -> Vec<&'a Owner> {
    let mut all: Vec<&Owner> = Vec::new();
    let owners = cases.iter().flat_map(|case| &case.owners);
    for owner in owners.filter(|owner| owner.kind == OwnerKind::Person) {
        if !all.iter().any(|known| known.who == owner.who) {
            all.push(owner);
        }
    }
    all.sort_by_key(|owner| !owner.is_me);
    all
}

fn owner_name(owner: &Owner) -> String {
    if owner.is_me {
        "you".to_owned()
    } else {
        clean(&owner.who.name).into_owned()
    }
}

/// The values that all cases share, without the scope, and the time from the first case's beginning to the last case's
/// beginning: "all staging · node n1 · began within 4m".
pub fn shared_traits(storm: &Storm, symbols: &Symbols) -> String {
    let labels = storm.shared.iter().map(trait_text).take(MAX_LABELS + 1);
    let spread = format!("began within {}", whole_minutes(storm.spread));
    let parts: Vec<String> = labels.chain([spread]).collect();
    parts.join(symbols.separator)
}

fn trait_text(share: &SharedValue) -> String {
    match share {
        SharedValue::Hub(name) => format!("all {}", clean(name.as_str())),
        SharedValue::Label(name, value) => format!("{} {}", clean(name), clean(value)),
    }
}

// Formats a duration in whole minutes, rounded up.
fn whole_minutes(span: TimeDelta) -> String {
    let minutes = ((span.num_seconds() + 59) / 60).max(1);
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes}m"),
        (hours, 0) => format!("{hours}h"),
        (hours, minutes) => format!("{hours}h{minutes}m"),
    }
}

/// The outlier of a storm: "not reached: maap", "all aws but leap/prod". `case_at` finds the cases of the storm's
/// picture.
pub fn outlier<'a>(odd: &Outlier, case_at: impl Fn(usize) -> Option<&'a Case>) -> Option<String> {
    let at = |index: usize| case_at(index).map(case::places);
    Some(match odd {
        Outlier::Spared(place) => format!("not reached: {}", case::place(place)),
        Outlier::Differs {
            case,
            majority: others,
        } => format!("all {} but {}", common_value(others), at(*case)?),
        Outlier::StartedEarlier { case, lead: before } => {
            format!(
                "{} first, {} before the rest",
                at(*case)?,
                whole_minutes(*before)
            )
        }
        Outlier::Unowned(case) => format!("only {} is unowned", at(*case)?),
        Outlier::Owned(case) => format!("only {} is owned", at(*case)?),
    })
}

fn common_value(agreed: &MajorityValue) -> String {
    match agreed {
        MajorityValue::Cluster(name) | MajorityValue::Provider(name) | MajorityValue::Hub(name) => {
            clean(name).into_owned()
        }
        MajorityValue::Label(name, value) => format!("{} {}", clean(name), clean(value)),
    }
}

/// How many cases have a mismatch between sources: "mismatches in 3".
pub fn mismatch_count(cases: usize) -> String {
    format!("mismatches in {cases}")
}

/// How many cases come from sources that do not answer: "3 may be out of date".
pub fn stale_count(cases: usize) -> String {
    format!("{cases} may be out of date")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::StormKind;
    use crate::text::UNICODE;

    fn storm(scope: StormScope, title: &str) -> Storm {
        Storm {
            key: title.to_owned(),
            kind: StormKind::Alert,
            title: title.to_owned(),
            scope,
            affected: 17,
            total: 20,
            cases: (0..17).collect(),
            shared: Vec::new(),
            outlier: None,
            spread: TimeDelta::zero(),
        }
    }

    #[test]
    fn a_storm_names_what_it_counts() {
        let aws = storm(StormScope::Provider("aws".to_owned()), "pod has restarted");
        let table = [
            (26, "17 of 20 clusters on aws"),
            (21, "17 of 20 aws clusters"),
            (18, "17/20 aws clusters"),
            (15, "17 aws clusters"),
            (12, "17/20 aws"),
            (0, "17/20 aws"),
        ];
        for (cells, words) in table {
            assert_eq!(places_within(&aws, cells), words, "{cells}");
        }
        let hubs = storm(StormScope::Cluster("commons".into()), "pod has restarted");
        assert_eq!(places_within(&hubs, 30), "17 of 20 hubs of commons");
        let fleet = storm(StormScope::Fleet, "pod has restarted");
        assert_eq!(places_within(&fleet, 30), "17 of 20 clusters");
        assert_eq!(places_within(&fleet, 12), "17 clusters");
    }

    #[test]
    fn how_many_there_are_is_never_cut_off() {
        let aws = storm(
            StormScope::Provider("aws".to_owned()),
            "support-grafana pod has restarted",
        );
        let full = "support-grafana pod has restarted ×17";
        assert_eq!(title_within(&aws, 40, &UNICODE), full);
        assert_eq!(title_within(&aws, 25, &UNICODE), "support-grafana pod… ×17");
        assert_eq!(title_within(&aws, 12, &UNICODE), "support… ×17");
    }
}
