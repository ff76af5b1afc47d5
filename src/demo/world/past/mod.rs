//! Eighteen months of incidents before the story begins. These incidents depend on the seed, and are the same in every
//! scenario.

mod months;
mod notes;
mod outages;
mod routine;
mod taken_back;
mod writer;

#[cfg(test)]
mod tests;

use std::time::Duration;

use chrono::{Datelike, Months, NaiveTime, TimeDelta};

use super::Place;
use super::cluster::Cluster;
use super::fleet::Fleet;
use super::rules::Rules;
use crate::demo::account::directory::Directory;
use crate::demo::account::past::{Past, Record};
use crate::demo::account::refusal::Refusal;
use crate::demo::clockwork::{At, before};
use months::{MONTHS, ROUTINE_THIS_MONTH};
use writer::Writer;

/// The time between the end of the past and the story. This gap is so long that no past incident counts as recently
/// resolved.
const GAP: Duration = Duration::from_secs(48 * 3600);
/// Combined with the seed, so that the past gets other random numbers than the rest of the world.
const OWN_SEED: u64 = 0x9A57_1DC1_DE27_5EED;

/// Past P1s begin on one of `DAYS` days of a month. The first of these days is `FIRST_DAY`, counted from 0. All `DAYS`
/// days are far from the month's ends, so a P1 is in the same month in every time zone.
const FIRST_DAY: usize = 1;
const DAYS: usize = 23;
/// Past P1s begin before this hour, so they end on the same day.
const LAST_HOUR: usize = 13;

/// The data from which the past is made: people, rules, clusters, hubs, and the seed.
#[derive(Clone, Debug)]
pub(super) struct Setting {
    directory: Directory,
    rules: Rules,
    clusters: Vec<Cluster>,
    places: Vec<Place>,
    start: At,
    seed: u64,
}

impl Setting {
    pub fn new(directory: &Directory, rules: &Rules, fleet: &Fleet, start: At, seed: u64) -> Self {
        let places = fleet.hubs.iter().map(|hub| Place {
            cluster: hub.cluster.clone(),
            hub: hub.name.clone(),
            domain: hub.domain.clone(),
        });
        Self {
            directory: directory.clone(),
            rules: rules.clone(),
            clusters: fleet.clusters.clone(),
            places: places.collect(),
            start,
            seed: seed ^ OWN_SEED,
        }
    }

    /// The incidents before the story. The incidents are made only when a request first needs them.
    pub fn into_past(self) -> Past {
        // The demo's PagerDuty refuses none of these incidents. Tests check this for several seeds.
        Past::new(self.end(), move || self.write().unwrap_or_default())
    }

    fn end(&self) -> At {
        before(self.start, GAP)
    }

    fn write(&self) -> Result<Record, Refusal> {
        let mut writer = Writer::new(self);
        for (plan, number) in MONTHS.iter().zip(1..) {
            let back = u32::try_from(MONTHS.len() + 1 - number).unwrap_or_default();
            let Some((month, days)) = self.month(back) else {
                continue;
            };
            let p1s = plan.outages + plan.taken_back;
            for position in 0..p1s {
                let day = FIRST_DAY + position * DAYS / p1s.max(1);
                let at = month + moment(&mut writer, day, LAST_HOUR);
                // Rotates the outages and the mistaken P1s by the number of the month, so that their order differs from
                // month to month.
                let turn = (position + number) % p1s;
                match turn.checked_sub(plan.outages) {
                    Some(turn) => writer.take_back(turn + number, at)?,
                    None if turn < plan.reported => writer.reported_outage(turn + number, at)?,
                    None => writer.found_outage(turn + number * 2, at)?,
                }
                writer.keep_story();
            }
            write_routine(&mut writer, plan.routine, month, days)?;
        }
        if let Some((month, days)) = self.month(0) {
            write_routine(&mut writer, ROUTINE_THIS_MONTH, month, days)?;
        }
        Ok(writer.into_record())
    }

    /// The start and the number of days of the month that is `back` months before the story's month.
    fn month(&self, back: u32) -> Option<(At, usize)> {
        let first = self.start.date_naive().with_day(1)?;
        let first = first.checked_sub_months(Months::new(back))?;
        let next = first.checked_add_months(Months::new(1))?;
        let days = usize::try_from((next - first).num_days()).ok()?;
        Some((first.and_time(NaiveTime::MIN).and_utc(), days))
    }
}

fn write_routine(
    writer: &mut Writer<'_>,
    count: usize,
    month: At,
    days: usize,
) -> Result<(), Refusal> {
    for _ in 0..count {
        let day = writer.rng.below(days);
        let at = month + moment(writer, day, 24);
        writer.routine(at)?;
        writer.keep_story();
    }
    Ok(())
}

/// A random second on a day of the month, before the hour `hour`. Returned as the time since the start of the month.
fn moment(writer: &mut Writer<'_>, day: usize, hour: usize) -> TimeDelta {
    let seconds = day * 86_400 + writer.rng.below(hour * 3600);
    TimeDelta::seconds(i64::try_from(seconds).unwrap_or_default())
}
