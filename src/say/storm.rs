//! A storm in words: what it is and where, who must act on the worst of it, what all of it shares and
//! which is the odd one out. Of several owners and clocks the ones that want somebody first show through.

use chrono::TimeDelta;

use crate::domain::case::Case;
use crate::domain::owner::{Owner, OwnerKind};
use crate::picture::{Agreed, Fold, Odd, Scope, Share};

use super::case::{self, NOBODY_AWAKE, named};
use super::meaning::Meaning;
use super::sanitize::clean;
use super::symbols::Symbols;

/// How many labels are told.
const LABELS: usize = 2;

/// What a storm is: "pod has restarted ×17".
pub fn title(fold: &Fold, symbols: &Symbols) -> String {
    let count = fold.cases.len();
    format!("{} {}{count}", named(&fold.title), symbols.times)
}

/// Where a storm is: "17 of 20 aws", "12 of 95 cloudbank".
pub fn places(fold: &Fold) -> String {
    let scope = match &fold.scope {
        Scope::Cluster(name) => name.to_string(),
        Scope::Provider(name) => name.clone(),
        Scope::Fleet => "clusters".to_owned(),
    };
    format!("{} of {} {}", fold.places, fold.of, clean(&scope))
}

/// The same where there is room to say of what: "17 of 20 aws clusters", "12 of 95 cloudbank hubs".
pub fn places_long(fold: &Fold) -> String {
    let noun = match fold.scope {
        Scope::Cluster(_) => " hubs",
        Scope::Provider(_) => " clusters",
        Scope::Fleet => "",
    };
    format!("{}{noun}", places(fold))
}

/// Who must act: "3 of 17 unowned" while somebody is missing, else "Ada", "Ada, Bo", "you +2"; "not
/// known" where PagerDuty does not tell of all.
pub fn owners(cases: &[&Case]) -> String {
    let unowned = cases.iter().filter(|case| is_unheld(case)).count();
    match (unowned, people(cases).as_slice()) {
        (0, _) if is_unknown(cases) => owners_short(cases),
        (0, [one, other]) => format!("{}, {}", name(one), name(other)),
        (0, _) => owners_short(cases),
        (all, _) if all == cases.len() => nobody(cases),
        (some, _) => format!("{some} of {} unowned", cases.len()),
    }
}

/// The same in few cells: "3 unowned", "you +2".
pub fn owners_short(cases: &[&Case]) -> String {
    let unowned = cases.iter().filter(|case| is_unheld(case)).count();
    if unowned == cases.len() {
        return "nobody".to_owned();
    }
    if unowned > 0 {
        return format!("{unowned} unowned");
    }
    if is_unknown(cases) {
        return "not known".to_owned();
    }
    match people(cases).as_slice() {
        [] => "nobody".to_owned(),
        [one] => name(one),
        [one, rest @ ..] => format!("{} +{}", name(one), rest.len()),
    }
}

/// Whether that is somebody, oneself or nobody.
pub fn owners_meaning(cases: &[&Case]) -> Meaning {
    if cases.iter().any(|case| is_unheld(case)) {
        Meaning::Nobody
    } else if is_unknown(cases) {
        Meaning::Unknown
    } else if cases.iter().any(|case| case::is_mine(case)) {
        Meaning::Me
    } else {
        Meaning::Owner
    }
}

fn is_unheld(case: &Case) -> bool {
    case.unowned && case.owners_known
}

fn is_unknown(cases: &[&Case]) -> bool {
    cases.iter().any(|case| !case.owners_known)
}

fn nobody(cases: &[&Case]) -> String {
    let placeholders = cases.iter().all(|case| !case.owners.is_empty());
    if placeholders { NOBODY_AWAKE } else { "nobody" }.to_owned()
}

// Each once; who looks comes first, then those that hold the worst.
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

fn name(owner: &Owner) -> String {
    if owner.is_me {
        "you".to_owned()
    } else {
        clean(&owner.who.name).into_owned()
    }
}

/// What all of it shares beside the scope, and how close together it began: "all staging · node n1 ·
/// began within 4m".
pub fn shares(fold: &Fold, symbols: &Symbols) -> String {
    let labels = fold.shares.iter().map(share).take(LABELS + 1);
    let spread = format!("began within {}", minutes(fold.spread));
    let parts: Vec<String> = labels.chain([spread]).collect();
    parts.join(symbols.dot)
}

fn share(share: &Share) -> String {
    match share {
        Share::Hub(name) => format!("all {}", clean(name.as_str())),
        Share::Label(name, value) => format!("{} {}", clean(name), clean(value)),
    }
}

// Whole minutes, never fewer than it took.
fn minutes(span: TimeDelta) -> String {
    let minutes = ((span.num_seconds() + 59) / 60).max(1);
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes}m"),
        (hours, 0) => format!("{hours}h"),
        (hours, minutes) => format!("{hours}h{minutes}m"),
    }
}

/// Which is the odd one out: "not reached: maap", "all aws but leap/prod". The cases are those of the
/// picture that the storm is from.
pub fn odd<'a>(odd: &Odd, case_at: impl Fn(usize) -> Option<&'a Case>) -> Option<String> {
    let at = |index: usize| case_at(index).map(case::places);
    Some(match odd {
        Odd::Spared(place) => format!("not reached: {}", case::place(place)),
        Odd::Differs { case, others } => format!("all {} but {}", agreed(others), at(*case)?),
        Odd::First { case, before } => {
            format!("{} first, {} before the rest", at(*case)?, minutes(*before))
        }
        Odd::Unowned(case) => format!("only {} is unowned", at(*case)?),
        Odd::Held(case) => format!("only {} is held", at(*case)?),
    })
}

fn agreed(agreed: &Agreed) -> String {
    match agreed {
        Agreed::Cluster(name) | Agreed::Provider(name) | Agreed::Hub(name) => {
            clean(name).into_owned()
        }
        Agreed::Label(name, value) => format!("{} {}", clean(name), clean(value)),
    }
}

/// About how many of its cases the sources contradict each other: "mismatches in 3".
pub fn in_conflict(cases: usize) -> String {
    format!("mismatches in {cases}")
}

/// How many of its cases rest on sources that are silent: "3 may be past".
pub fn past(cases: usize) -> String {
    format!("{cases} may be past")
}
