//! Finds the time in which users were affected, by the incident's alerts and the probes of its places. The impact is
//! the series of failures around the incident's beginning. Two failures belong to one impact if at most [`WELL_FOR`]
//! lies between them.

use chrono::{DateTime, TimeDelta, Utc};

use super::{AlertRecord, Evidence, Moment, ReviewInput, WELL_FOR};
use crate::domain::probe::PastOutage;

/// The failures that make up one impact. Each failure begins at most `WELL_FOR` after the end of an earlier one. The
/// last failure ended at most `WELL_FOR` before the incident was created, or after that.
pub(super) struct Impact<'a> {
    runs: Vec<Run<'a>>,
    records: &'a [AlertRecord],
    probe_interval: TimeDelta,
}

#[derive(Clone, Copy)]
struct Run<'a> {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    seen_by: SeenBy<'a>,
}

#[derive(Clone, Copy)]
enum SeenBy<'a> {
    Alert(&'a AlertRecord),
    Probe(&'a PastOutage),
}

impl<'a> Impact<'a> {
    pub(super) fn new(input: &ReviewInput<'a>) -> Self {
        let created = input.first().incident.created_at;
        let mut all: Vec<Run<'a>> = input.alerts.iter().flat_map(runs_of_alert).collect();
        all.extend(input.probes.iter().map(|one| run_of_probe(one, input.now)));
        all.sort_by_key(|run| run.from);
        let is_joined = |end: DateTime<Utc>, next: DateTime<Utc>| next - end <= WELL_FOR;
        let mut groups: Vec<Vec<Run<'a>>> = Vec::new();
        let mut end = None;
        for run in all {
            match (end, groups.last_mut()) {
                (Some(end), Some(group)) if is_joined(end, run.from) => group.push(run),
                _ => groups.push(vec![run]),
            }
            end = end.max(Some(run.to));
        }
        // The impact is the first group that was still failing `WELL_FOR` before the incident was created, or later.
        let is_its = |group: &Vec<Run<'a>>| {
            let last = group.iter().map(|run| run.to).max();
            last.is_some_and(|to| is_joined(to, created))
        };
        Self {
            runs: groups.into_iter().find(is_its).unwrap_or_default(),
            records: input.alerts,
            probe_interval: input.probe_interval,
        }
    }

    pub(super) fn begins(&self) -> Option<Moment> {
        let first = self.runs.first()?;
        Some(self.moment(first.from, first))
    }

    /// When the first of the incident's alerts fired.
    pub(super) fn first_alert(&self) -> Option<Moment> {
        let mut runs = self.runs.iter();
        let first = runs.find(|run| matches!(run.seen_by, SeenBy::Alert(_)))?;
        Some(self.moment(first.from, first))
    }

    /// The end of the last failure. `None` if another failure may have followed within `WELL_FOR`.
    pub(super) fn ends(&self) -> Option<Moment> {
        let last = self.runs.iter().max_by_key(|run| run.to)?;
        let mut fired = self.records.iter().filter(|it| !it.firing.is_empty());
        let alerts_were_well = fired.all(|record| record.until - last.to >= WELL_FOR);
        let mut runs = self.runs.iter();
        let probes_were_well = runs.all(|run| match run.seen_by {
            // If `stayed_well` is false, the hub may have failed again within `WELL_FOR` after this outage. That does
            // not matter if these minutes were over before the last failure of the impact began.
            SeenBy::Probe(one) => one.stayed_well || run.to + WELL_FOR < last.from,
            SeenBy::Alert(_) => true,
        });
        (alerts_were_well && probes_were_well).then(|| self.moment(last.to, last))
    }

    fn moment(&self, at: DateTime<Utc>, run: &Run<'_>) -> Moment {
        match run.seen_by {
            SeenBy::Alert(record) => Moment {
                at,
                within: record.step,
                evidence: Evidence::Prometheus(record.prometheus.clone()),
            },
            SeenBy::Probe(_) => Moment {
                at,
                within: self.probe_interval,
                evidence: Evidence::Probes,
            },
        }
    }
}

fn runs_of_alert(record: &AlertRecord) -> impl Iterator<Item = Run<'_>> {
    let runs = record.firing.iter();
    runs.map(move |(from, to)| Run {
        from: *from,
        to: *to,
        seen_by: SeenBy::Alert(record),
    })
}

fn run_of_probe(one: &PastOutage, now: DateTime<Utc>) -> Run<'_> {
    Run {
        from: one.first,
        to: one.ended.unwrap_or(now),
        seen_by: SeenBy::Probe(one),
    }
}
