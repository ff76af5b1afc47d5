//! How many grounds there are of one class: "5 hubs unknown", "prometheus/leap down".

use super::grounds::{Class, Group};
use super::reason::NOTHING_ASKED;
use super::source;

/// "2 more hubs down"; `told` are the classes of what is told in full before it.
pub fn counted(group: &Group, told: &[Class]) -> String {
    let (n, name) = (group.count, &group.name);
    let more = if is_more(group.class, told) {
        "more "
    } else {
        ""
    };
    match group.class {
        Class::Nothing => NOTHING_ASKED.to_owned(),
        Class::Down => format!("{} down", count(n, more, "hub", "hubs")),
        Class::P1 => format!("{n} {more}{name} open"),
        Class::Unowned => format!("{n} {more}unowned in working time"),
        Class::Overdue => format!("{n} {more}{name} overdue"),
        Class::Source => sources(group, more),
        Class::Unknown => format!("{} unknown", count(n, more, "hub", "hubs")),
        Class::Blind => count(n, more, "blind spot", "blind spots"),
        Class::Overrun => format!("{} over", count(n, more, "time-box", "time-boxes")),
        Class::StagingDown => format!("{} down", count(n, more, "staging hub", "staging hubs")),
        Class::Degraded => format!("{} degraded", count(n, more, "hub", "hubs")),
        Class::Mismatch => count(n, more, "mismatch", "mismatches"),
        Class::Case => count(n, more, "open case", "open cases"),
    }
}

// "4 more open cases" beside one that was told in full.
fn is_more(class: Class, told: &[Class]) -> bool {
    let is_case = |told: &Class| {
        matches!(
            told,
            Class::Down | Class::P1 | Class::Unowned | Class::Overdue
        )
    };
    told.contains(&class) || (class == Class::Case && told.iter().any(is_case))
}

fn count(n: usize, more: &str, one: &str, many: &str) -> String {
    format!("{n} {more}{}", if n == 1 { one } else { many })
}

fn sources(group: &Group, more: &str) -> String {
    match group.states.as_slice() {
        [only] => format!("{} {}", group.name, source::state(*only)),
        [first, rest @ ..] if rest.iter().all(|state| state == first) => {
            format!("{} {more}sources {}", group.count, source::state(*first))
        }
        _ => format!("{} {more}sources not live", group.count),
    }
}
