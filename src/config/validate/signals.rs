//! `[signals]`: PromQL in place of the shipped expressions.

use std::collections::{BTreeMap, BTreeSet};

use strum::IntoEnumIterator as _;

use super::super::problem::{Problem, Problems};
use super::super::raw::{Text, TextMap};
use super::super::similar::closest_match;
use super::values::not_empty;
use crate::domain::hub::Signal;

/// The expressions by signal.
pub(super) fn signals(map: &TextMap, problems: &mut Problems) -> BTreeMap<Signal, String> {
    map.iter()
        .filter_map(|(name, expression)| {
            let signal = problems.ok_or_add(signal(name));
            let expression = problems.ok_or_add(not_empty(expression));
            Some((signal?, expression?))
        })
        .collect()
}

/// Signals by name.
pub(super) fn names(names: &[Text], problems: &mut Problems) -> BTreeSet<Signal> {
    let signals = names.iter();
    signals
        .filter_map(|name| problems.ok_or_add(signal(name)))
        .collect()
}

fn signal(name: &Text) -> Result<Signal, Problem> {
    name.get_ref().parse().map_err(|_| {
        let names: Vec<String> = Signal::iter().map(|signal| signal.to_string()).collect();
        let problem = Problem::new(
            name.span(),
            format!("there is no signal {:?}", name.get_ref()),
        );
        match closest_match(name.get_ref(), names.iter().map(String::as_str)) {
            Some(meant) => problem.with_hint(format!("did you mean `{meant}`?")),
            None => problem.with_hint(format!("signals: {}", names.join(", "))),
        }
    })
}
