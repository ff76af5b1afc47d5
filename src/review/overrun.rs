//! Time-boxes of a past incident that ran out before anybody decided.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::past_incident::PastIncident;
use crate::domain::ids::PriorityName;
use crate::domain::incident::{LogKind, Person};
use crate::domain::note::TimeBoxNote;
use crate::domain::policy::TimeBoxes;
use crate::domain::time_box::TimeBox;

/// A time-box that ran out. One that was made longer afterwards and ran out again is another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overrun {
    /// When it was over.
    pub at: DateTime<Utc>,
    /// For how long it went on after that: until somebody decided, made it longer or handed the incident over, until
    /// its priority had no box, or until now.
    pub over: TimeDelta,
    /// Whether a note gave a verdict later, the incident's end included.
    pub has_verdict: bool,
}

/// The time-boxes of an incident that ran out, the earliest first, by the lengths that `boxes` gives now. None where
/// its log is not known.
pub fn overruns(
    one: &PastIncident,
    boxes: &TimeBoxes,
    is_human: &dyn Fn(&Person) -> bool,
    now: DateTime<Utc>,
) -> Option<Vec<Overrun>> {
    if !one.incident.log_known {
        return None;
    }
    let mut state = TimeBox::default();
    let mut given = GivenLength {
        length: boxes.length(first_priority(one).as_ref()),
        since: one.incident.created_at,
    };
    let mut found = Vec::new();
    let end = one.ended(now);
    for entry in &one.log {
        add(&mut found, &state, given, entry.at.min(end));
        if let LogKind::PriorityChange { to, .. } = &entry.kind {
            given = given.changed(boxes.length(to.as_ref()), entry.at);
        }
        state = state.apply(entry, is_human);
    }
    add(&mut found, &state, given, end);
    for overrun in &mut found {
        overrun.has_verdict = verdicts(one).any(|at| at >= overrun.at);
    }
    Some(found)
}

/// The length that the priority gives.
#[derive(Clone, Copy)]
struct GivenLength {
    length: Option<Duration>,
    /// From when on there has been a box, or none.
    since: DateTime<Utc>,
}

impl GivenLength {
    fn changed(self, length: Option<Duration>, at: DateTime<Utc>) -> Self {
        let since = match length.is_some() == self.length.is_some() {
            true => self.since,
            false => at,
        };
        Self { length, since }
    }
}

// The box as it was until the next entry; one and the same box is added to. A P1 has none, so that the box of one that
// was lowered cannot have run out before.
fn add(found: &mut Vec<Overrun>, state: &TimeBox, given: GivenLength, until: DateTime<Utc>) {
    let Some(at) = state.ends_at(given.length) else {
        return;
    };
    let at = match state.started_box_ends_at() {
        Some(at) => at,
        None => at.max(given.since),
    };
    let over = until - at;
    match found.last_mut() {
        Some(last) if last.at == at => last.over = last.over.max(over),
        _ if over > TimeDelta::zero() => found.push(Overrun {
            at,
            over,
            has_verdict: false,
        }),
        _ => {}
    }
}

// Before the first change it had the priority that this change replaced.
fn first_priority(one: &PastIncident) -> &Option<PriorityName> {
    let mut kinds = one.log.iter().map(|entry| &entry.kind);
    let first = kinds.find_map(|kind| match kind {
        LogKind::PriorityChange { from, .. } => Some(from),
        _ => None,
    });
    first.unwrap_or(&one.incident.priority)
}

fn verdicts(one: &PastIncident) -> impl Iterator<Item = DateTime<Utc>> {
    one.log.iter().filter_map(|entry| match &entry.kind {
        LogKind::Annotate { text: Some(text) } => {
            let note = TimeBoxNote::parse(text)?;
            matches!(note, TimeBoxNote::Verdict(..)).then_some(entry.at)
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{at, incident, person};
    use super::*;

    const ACKNOWLEDGE: LogKind = LogKind::Acknowledge { timeout: None };

    fn is_human(who: &Person) -> bool {
        &*who.name != "bot"
    }

    // The minute at which each ran out, for how many minutes it went on, and whether somebody decided.
    fn found(one: &PastIncident) -> Vec<(i64, i64, bool)> {
        let found = overruns(one, &TimeBoxes::default(), &is_human, at(1000)).unwrap();
        let minutes = |one: Overrun| {
            (
                (one.at - at(0)).num_minutes(),
                one.over.num_minutes(),
                one.has_verdict,
            )
        };
        found.into_iter().map(minutes).collect()
    }

    fn acknowledged(resolved: Option<i64>) -> PastIncident {
        incident(1, 0, resolved).by("Ada", 10, ACKNOWLEDGE)
    }

    #[test]
    fn a_box_that_ran_out_before_the_end_is_one() {
        assert_eq!(found(&acknowledged(Some(39))), []);
        assert_eq!(found(&acknowledged(Some(60))), [(40, 20, false)]);
        assert_eq!(found(&acknowledged(None)), [(40, 960, false)]);
        let bot = incident(1, 0, Some(60)).by("bot", 10, ACKNOWLEDGE);
        assert_eq!(found(&bot), []);
    }

    #[test]
    fn other_entries_do_not_make_two_of_one() {
        let noted = acknowledged(Some(90))
            .note(45, "still looking")
            .note(50, "hm");
        assert_eq!(found(&noted), [(40, 50, false)]);
    }

    #[test]
    fn a_verdict_ends_it_and_one_after_the_end_is_one_too() {
        let verdict = "[hubwatch] verdict fixed: resized";
        assert_eq!(found(&acknowledged(Some(90)).note(30, verdict)), []);
        assert_eq!(
            found(&acknowledged(Some(90)).note(55, verdict)),
            [(40, 15, true)]
        );
        assert_eq!(
            found(&acknowledged(Some(60)).note(90, verdict)),
            [(40, 20, true)]
        );
    }

    #[test]
    fn one_that_was_made_longer_runs_out_again() {
        let longer = acknowledged(Some(90)).note(45, "[hubwatch] time-box +15m: waiting");
        assert_eq!(found(&longer), [(40, 5, false), (55, 35, false)]);
        let in_time = acknowledged(Some(60)).note(35, "[hubwatch] time-box +30m: waiting");
        assert_eq!(found(&in_time), []);
    }

    #[test]
    fn handing_over_begins_another() {
        let to = vec![person("Bo")];
        let handed = acknowledged(Some(200)).with(50, LogKind::Assign { to });
        assert_eq!(found(&handed), [(40, 10, false)]);
        let taken = handed.by("Bo", 60, ACKNOWLEDGE);
        assert_eq!(found(&taken), [(40, 10, false), (90, 110, false)]);
    }

    #[test]
    fn a_p1_has_no_box_from_when_it_is_one() {
        let p1 = acknowledged(Some(90)).change(50, "P2", "P1");
        assert_eq!(found(&p1), [(40, 10, false)]);
        let at_once = acknowledged(Some(90)).change(11, "P2", "P1");
        assert_eq!(found(&at_once), []);
        assert_eq!(found(&acknowledged(Some(90)).priority("P1")), []);
    }

    #[test]
    fn a_p1_that_was_lowered_has_a_box_from_then_on() {
        let lowered = acknowledged(Some(120)).change(90, "P1", "P2");
        assert_eq!(found(&lowered), [(90, 30, false)]);
        let early = acknowledged(Some(60)).change(20, "P1", "P2");
        assert_eq!(found(&early), [(40, 20, false)]);
    }

    #[test]
    fn a_box_that_a_note_started_needs_no_owner() {
        let started = incident(1, 0, Some(90)).note(5, "[hubwatch] time-box start 20m");
        assert_eq!(found(&started), [(25, 65, false)]);
    }

    #[test]
    fn without_its_log_nothing_is_known() {
        let unread = acknowledged(Some(60)).log_unknown();
        let found = overruns(&unread, &TimeBoxes::default(), &is_human, at(100));
        assert_eq!(found, None);
    }
}
