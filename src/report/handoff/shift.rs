//! The shift that ends, and who is on call next, according to the rota.

use chrono::{DateTime, Utc};

use crate::domain::directory::{Directory, OnCall};
use crate::domain::ids::PolicyId;
use crate::domain::incident::Person;

/// A shift, and the people who follow it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shift {
    /// `None` if neither the rota nor the command line gives the beginning.
    pub from: Option<DateTime<Utc>>,
    /// `None` if neither the rota nor the command line gives the end.
    pub until: Option<DateTime<Utc>>,
    /// The people on call at level 1 after the shift. Empty if nobody is on call, or the rota does not show who is.
    pub next: Vec<Successor>,
}

/// A person who is on call after a shift.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Successor {
    pub who: Person,
    /// When this person's shift begins. `None` if it begins when the previous shift ends.
    pub from: Option<DateTime<Utc>>,
    /// Whether nobody is on call at level 1 until this person's shift begins.
    pub nobody_before: bool,
    /// When this person's shift ends; `None` means never.
    pub until: Option<DateTime<Utc>>,
}

impl Shift {
    /// When the next shift ends. `None` if nobody follows, or the next shift has no end.
    pub fn next_until(&self) -> Option<DateTime<Utc>> {
        let ends: Option<Vec<_>> = self.next.iter().map(|next| next.until).collect();
        ends?.into_iter().max()
    }
}

/// Why the shift could not be found in a known rota.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShiftError {
    #[error("not on call now: --until says when the shift ends")]
    OffCall,
    #[error("always on call: --until says when the shift ends")]
    Always,
    #[error("--until must lie after --since")]
    EndsBeforeStart,
}

/// The rota, and which of its entries count.
#[derive(Clone, Copy)]
pub struct RotaView<'a> {
    pub directory: &'a Directory,
    /// The policies that are in use.
    pub policies: &'a [PolicyId],
    /// Whether a user is a mailbox. A mailbox is never a successor.
    pub is_placeholder: &'a dyn Fn(&Person) -> bool,
    /// Whether all of the rota could be read. Only a whole rota proves that a person without an entry is off call.
    pub is_whole: bool,
    pub now: DateTime<Utc>,
}

/// The beginning and the end that the command line gives.
#[derive(Clone, Copy, Debug, Default)]
pub struct GivenSpan {
    pub since: Option<DateTime<Utc>>,
    pub until: Option<DateTime<Utc>>,
}

/// Finds a person's shift, and who is on level 1 after it. The shift consists of the entries that cover now and those
/// that adjoin them, on any policy.
///
/// # Errors
/// The rota shows no end and no end is given, or the end is before the beginning.
pub fn find_shift(
    rota: RotaView<'_>,
    who: Option<&Person>,
    given: GivenSpan,
) -> Result<Shift, ShiftError> {
    let entries = rota.entries();
    let own = |entry: &&&OnCall| who.is_some_and(|who| who.id == entry.who.id);
    let own: Vec<&OnCall> = entries.iter().filter(own).copied().collect();
    let is_on_call = own.iter().any(|entry| entry.covers(rota.now));
    let until = match (given.until, last_end(&own, rota.now)) {
        (Some(until), _) | (None, Some(until)) => Some(until),
        (None, None) if is_on_call => return Err(ShiftError::Always),
        (None, None) if rota.is_whole && who.is_some() => return Err(ShiftError::OffCall),
        (None, None) => None,
    };
    let handed_over = until.map(|until| held_at_end(&own, until, rota.now));
    let handed_over = handed_over.unwrap_or_default();
    let from = given
        .since
        .or_else(|| first_start(&own, &handed_over, rota.now));
    if from.zip(until).is_some_and(|(from, until)| until <= from) {
        return Err(ShiftError::EndsBeforeStart);
    }
    let next = until.map(|until| {
        let at_end = rota.successors(&entries, &own, &handed_over, until);
        match at_end.is_empty() {
            true => rota.successors(&entries, &own, &covering(&own, rota.now), until),
            false => at_end,
        }
    });
    Ok(Shift {
        from,
        until,
        next: next.unwrap_or_default(),
    })
}

// The end of the unbroken run of the person's entries that covers now. `None` if the person is off call, or if the run
// has no end.
fn last_end(own: &[&OnCall], now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let covering = |at| own.iter().filter(move |entry| entry.covers(at));
    let mut end = now;
    let mut is_covered = false;
    while covering(end).next().is_some() {
        is_covered = true;
        let ends: Option<Vec<_>> = covering(end).map(|entry| entry.end).collect();
        end = ends?.into_iter().max()?;
    }
    is_covered.then_some(end)
}

// The entries that end with the shift or later. If no entry lasts that long, the entries that cover now.
fn held_at_end<'a>(
    own: &[&'a OnCall],
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Vec<&'a OnCall> {
    let reaching = own.iter().filter(|entry| reaches(entry, until));
    let reaching: Vec<_> = reaching.copied().collect();
    match reaching.is_empty() {
        true => covering(own, now),
        false => reaching,
    }
}

fn covering<'a>(entries: &[&'a OnCall], at: DateTime<Utc>) -> Vec<&'a OnCall> {
    let all = entries.iter().filter(|entry| entry.covers(at));
    all.copied().collect()
}

// Whether an entry covers the time just before `at`.
fn reaches(entry: &OnCall, at: DateTime<Utc>) -> bool {
    entry.start.is_none_or(|start| start < at) && entry.end.is_none_or(|end| at <= end)
}

// The beginning of the unbroken run of the person's entries that covers now. `None` if an entry in the run has no
// beginning.
fn first_start(
    own: &[&OnCall],
    handed_over: &[&OnCall],
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let present = covering(own, now);
    let present = match present.is_empty() {
        true => handed_over,
        false => &present,
    };
    let starts: Option<Vec<_>> = present.iter().map(|entry| entry.start).collect();
    let mut first = starts?.into_iter().min()?;
    loop {
        let before = own.iter().filter(|entry| reaches(entry, first));
        let starts: Option<Vec<_>> = before.map(|entry| entry.start).collect();
        match starts?.into_iter().min() {
            Some(start) => first = start,
            None => return Some(first),
        }
    }
}

impl<'a> RotaView<'a> {
    fn entries(self) -> Vec<&'a OnCall> {
        let all = self.directory.on_calls.iter();
        all.filter(|entry| self.policies.contains(&entry.policy))
            .collect()
    }

    // The people on level 1 at `until`. If nobody is on level 1 then, the people whose shift on level 1 begins next. A
    // person hands over only their lowest level, so only policies count in which the person has that level.
    fn successors(
        self,
        entries: &[&'a OnCall],
        own: &[&OnCall],
        handed_over: &[&OnCall],
        until: DateTime<Utc>,
    ) -> Vec<Successor> {
        let Some(lowest) = handed_over.iter().map(|entry| entry.level).min() else {
            return Vec::new();
        };
        let is_own = |who: &Person| own.iter().any(|entry| entry.who.id == who.id);
        let mut next: Vec<Successor> = Vec::new();
        for policy in self.policies {
            let mut lowest_entries = handed_over.iter().filter(|entry| entry.level == lowest);
            if !lowest_entries.any(|entry| entry.policy == *policy) {
                continue;
            }
            let level_1 = entries.iter().filter(|entry| {
                entry.policy == *policy && entry.level == 1 && !(self.is_placeholder)(&entry.who)
            });
            let level_1: Vec<&OnCall> = level_1.copied().collect();
            let others = level_1.iter().filter(|entry| !is_own(&entry.who));
            let others: Vec<&OnCall> = others.copied().collect();
            let nobody_before = covering(&level_1, until).is_empty();
            for one in first_after(&others, until) {
                let one = Successor {
                    nobody_before,
                    ..one
                };
                if !next.iter().any(|known| known.who.id == one.who.id) {
                    next.push(one);
                }
            }
        }
        next
    }
}

// The people who are on call at `at`. If nobody is, those whose shift begins first after `at`.
fn first_after(others: &[&OnCall], at: DateTime<Utc>) -> Vec<Successor> {
    let is_on_call = others.iter().any(|entry| entry.covers(at));
    let later = others.iter().filter_map(|entry| entry.start);
    let begin = match is_on_call {
        true => Some(at),
        false => later.filter(|start| *start > at).min(),
    };
    let Some(begin) = begin else {
        return Vec::new();
    };
    let covering = others.iter().filter(|entry| entry.covers(begin));
    let successors = covering.map(|entry| {
        let own = |other: &&&OnCall| other.who.id == entry.who.id;
        let own: Vec<&OnCall> = others.iter().filter(own).copied().collect();
        Successor {
            who: entry.who.clone(),
            from: (!is_on_call).then_some(begin),
            nobody_before: false,
            until: last_end(&own, begin),
        }
    });
    successors.collect()
}

#[cfg(test)]
mod tests;
