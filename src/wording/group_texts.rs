//! The counts of a verdict's reasons, by class: "5 hubs unknown", "prometheus/leap down".

use super::source::{NO_SOURCES, NOT_READ_IN_TIME};

/// The reasons of one class.
pub struct ReasonGroup {
    pub class: ReasonClass,
    /// How many reasons are in the group.
    pub count: usize,
    /// The subject of the group: a priority, a source, or a source's missing part. Empty for other classes.
    pub name: String,
    /// The states of the sources, in words; empty for other classes.
    pub states: Vec<&'static str>,
}

/// The classes by which reasons are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReasonClass {
    /// No source is configured.
    NoSources,
    /// A prod hub is down.
    HubDown,
    /// An open case of the highest priority.
    OpenP1,
    /// Nobody owns the case during working time.
    Unowned,
    /// The case is past its due time.
    Overdue,
    /// A source is not fresh.
    SourceNotFresh,
    /// The answer of a source lacks a part that the verdict needs.
    PartMissing,
    HubUnknown,
    BlindSpot,
    /// A time-box past zero.
    BoxOverrun,
    /// A staging hub is down.
    StagingHubDown,
    HubDegraded,
    /// Any other mismatch.
    Mismatch,
    /// Any other open case.
    OpenCase,
}

/// The group as a text: "2 more hubs down". `already_shown` holds the classes of reasons that are written in full
/// before this text.
pub fn group_text(group: &ReasonGroup, already_shown: &[ReasonClass]) -> String {
    let (n, name) = (group.count, &group.name);
    let more = if is_more(group.class, already_shown) {
        "more "
    } else {
        ""
    };
    match group.class {
        ReasonClass::NoSources => NO_SOURCES.to_owned(),
        ReasonClass::HubDown => format!("{} down", count_with_noun(n, more, "hub", "hubs")),
        ReasonClass::OpenP1 => format!("{n} {more}{name} open"),
        ReasonClass::Unowned => format!("{n} {more}unowned in working time"),
        ReasonClass::Overdue => format!("{n} {more}{name} overdue"),
        ReasonClass::SourceNotFresh => sources_text(group, more),
        ReasonClass::PartMissing if n == 1 => name.clone(),
        ReasonClass::PartMissing => format!("{n} {more}parts of sources missing"),
        ReasonClass::HubUnknown => format!("{} unknown", count_with_noun(n, more, "hub", "hubs")),
        ReasonClass::BlindSpot => count_with_noun(n, more, "blind spot", "blind spots"),
        ReasonClass::BoxOverrun => format!(
            "{} over",
            count_with_noun(n, more, "time-box", "time-boxes")
        ),
        ReasonClass::StagingHubDown => format!(
            "{} down",
            count_with_noun(n, more, "staging hub", "staging hubs")
        ),
        ReasonClass::HubDegraded => format!("{} degraded", count_with_noun(n, more, "hub", "hubs")),
        ReasonClass::Mismatch => count_with_noun(n, more, "mismatch", "mismatches"),
        ReasonClass::OpenCase => count_with_noun(n, more, "open case", "open cases"),
    }
}

// Whether the text says "more", as in "4 more open cases". It says so if a reason of this class is already written in
// full. For the class of open cases, any other case that is written in full is enough.
fn is_more(class: ReasonClass, already_shown: &[ReasonClass]) -> bool {
    let is_case = |already_shown: &ReasonClass| {
        matches!(
            already_shown,
            ReasonClass::HubDown
                | ReasonClass::OpenP1
                | ReasonClass::Unowned
                | ReasonClass::Overdue
        )
    };
    already_shown.contains(&class)
        || (class == ReasonClass::OpenCase && already_shown.iter().any(is_case))
}

fn count_with_noun(n: usize, more: &str, one: &str, many: &str) -> String {
    format!("{n} {more}{}", if n == 1 { one } else { many })
}

fn sources_text(group: &ReasonGroup, more: &str) -> String {
    match group.states.as_slice() {
        [only] => format!("{} {only}", group.name),
        [first, rest @ ..] if rest.iter().all(|state| state == first) => {
            format!("{} {more}sources {first}", group.count)
        }
        states => {
            let unread = states.iter().filter(|state| **state == NOT_READ_IN_TIME);
            let apart = match unread.count() {
                0 => String::new(),
                unread => format!(", {unread} of them {NOT_READ_IN_TIME}"),
            };
            format!("{} {more}sources not live{apart}", group.count)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_that_a_look_had_no_time_for_are_counted_apart() {
        let text = |states: &[&'static str]| {
            let group = ReasonGroup {
                class: ReasonClass::SourceNotFresh,
                count: states.len(),
                name: "probes".to_owned(),
                states: states.to_vec(),
            };
            sources_text(&group, "")
        };
        let unread = NOT_READ_IN_TIME;
        assert_eq!(text(&[unread]), "probes not read in time");
        assert_eq!(text(&[unread, unread]), "2 sources not read in time");
        assert_eq!(
            text(&[unread, "down", unread]),
            "3 sources not live, 2 of them not read in time"
        );
        assert_eq!(text(&["stale", "down"]), "2 sources not live");
    }
}
