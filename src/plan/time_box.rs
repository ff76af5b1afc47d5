//! The end of a time-box that a note starts or extends, and the warnings before such a note.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::{ActionSubject, OperationContext};
use crate::domain::clock::ClockKind;
use crate::domain::ids::UserId;
use crate::domain::note::TimeBoxNote;
use crate::domain::now::time_after;
use crate::domain::operation::{Operation, Warning};

const MINUTE: Duration = Duration::from_secs(60);
/// The extensions that are offered. If the shortest of them would make the time-box end in the past, the time since the
/// time-box's end is added to each.
const EXTENSIONS: [Duration; 4] = [
    Duration::from_secs(10 * 60),
    Duration::from_secs(15 * 60),
    Duration::from_secs(30 * 60),
    Duration::from_secs(60 * 60),
];

/// When the time-box ends after an operation. `None` if the operation neither starts nor extends a time-box, or if the
/// present end is not known.
pub(super) fn end_with(
    operation: &Operation,
    subject: &ActionSubject,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let Operation::Note(note) = operation else {
        return None;
    };
    match TimeBoxNote::parse(&note.text)? {
        TimeBoxNote::Start(length) => Some(time_after(now, length)),
        TimeBoxNote::Extend(more, _) => extended_end(subject, more),
        TimeBoxNote::Verdict(..) => None,
    }
}

/// When the time-box ends if it is extended by `more`.
pub fn extended_end(subject: &ActionSubject, more: Duration) -> Option<DateTime<Utc>> {
    time_box_end(subject).map(|end| time_after(end, more))
}

/// The extensions that are offered for a time-box. Each makes the time-box end after `now`.
pub(super) fn extensions(subject: &ActionSubject, now: DateTime<Utc>) -> Vec<Duration> {
    let overrun = time_box_end(subject).and_then(|end| (now - end).to_std().ok());
    let overrun = overrun.unwrap_or_default();
    let is_too_short = EXTENSIONS.iter().any(|more| *more <= overrun + MINUTE);
    let added = match is_too_short {
        true => MINUTE.saturating_mul(whole_minutes(overrun)),
        false => Duration::ZERO,
    };
    EXTENSIONS.iter().map(|more| *more + added).collect()
}

fn whole_minutes(span: Duration) -> u32 {
    u32::try_from(span.as_secs().div_ceil(60)).unwrap_or(u32::MAX)
}

/// The warnings before a note about a time-box.
pub(super) fn warnings(
    operation: &Operation,
    subject: &ActionSubject,
    me: Option<&UserId>,
    ctx: &OperationContext<'_>,
) -> Vec<Warning> {
    let Operation::Note(note) = operation else {
        return Vec::new();
    };
    if TimeBoxNote::parse(&note.text).is_none() {
        return Vec::new();
    }
    let now = ctx.now.wall;
    let end = end_with(operation, subject, now).filter(|end| *end <= now);
    let theirs = match is_mine(subject, me) {
        true => None,
        false => subject
            .other_acknowledgers(me)
            .map(Warning::ColleaguesTimeBox),
    };
    let over = end.map(Warning::TimeBoxOver);
    theirs.into_iter().chain(over).collect()
}

fn is_mine(subject: &ActionSubject, me: Option<&UserId>) -> bool {
    let mut owners = subject.targets().flat_map(|target| &target.case.owners);
    owners.any(|owner| owner.acknowledged && Some(&owner.who.id) == me)
}

/// Whether any of the cases has a time-box. A time-box that is over counts.
pub fn has_time_box(subject: &ActionSubject) -> bool {
    time_box_end(subject).is_some()
}

/// The earliest end of the cases' time-boxes. The end may be past. `None` if there is no time-box.
pub fn time_box_end(subject: &ActionSubject) -> Option<DateTime<Utc>> {
    let clocks = subject.cases.iter().flat_map(|case| &case.clocks);
    let boxes = clocks.filter(|clock| clock.kind == ClockKind::TimeBox);
    boxes.map(|clock| clock.at).min()
}
