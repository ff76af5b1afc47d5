//! When users were hit, as far as the alerts of the incident tell: the firing runs around its beginning between which it
//! was never well for [`WELL_FOR`].

use chrono::{DateTime, Utc};

use super::{AlertRecord, Evidence, Moment, ReviewInput, WELL_FOR};

/// The runs of one impact. A run that ended long before the incident, or began long after the last one, is another's.
pub(super) struct Impact<'a> {
    runs: Vec<Run<'a>>,
    records: &'a [AlertRecord],
}

#[derive(Clone, Copy)]
struct Run<'a> {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    record: &'a AlertRecord,
}

impl<'a> Impact<'a> {
    pub(super) fn new(input: &ReviewInput<'a>) -> Self {
        let created = input.one.incident.created_at;
        let mut all: Vec<Run<'a>> = input.alerts.iter().flat_map(runs_of).collect();
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
        // The one that goes on when the incident is opened, or ended just before; else the next one.
        let is_its = |group: &Vec<Run<'a>>| {
            let last = group.iter().map(|run| run.to).max();
            last.is_some_and(|to| is_joined(to, created))
        };
        Self {
            runs: groups.into_iter().find(is_its).unwrap_or_default(),
            records: input.alerts,
        }
    }

    pub(super) fn begins(&self) -> Option<Moment> {
        let first = self.runs.first()?;
        Some(moment(first.from, first.record))
    }

    /// None where it was not looked at whether it was well afterwards.
    pub(super) fn ends(&self) -> Option<Moment> {
        let last = self.runs.iter().max_by_key(|run| run.to)?;
        let fired = self.records.iter().filter(|it| !it.firing.is_empty());
        let is_seen_well = fired
            .into_iter()
            .all(|record| record.until - last.to >= WELL_FOR);
        is_seen_well.then(|| moment(last.to, last.record))
    }
}

fn runs_of(record: &AlertRecord) -> impl Iterator<Item = Run<'_>> {
    let runs = record.firing.iter();
    runs.map(move |(from, to)| Run {
        from: *from,
        to: *to,
        record,
    })
}

fn moment(at: DateTime<Utc>, record: &AlertRecord) -> Moment {
    Moment {
        at,
        within: record.step,
        evidence: Evidence::Prometheus(record.prometheus.clone()),
    }
}
