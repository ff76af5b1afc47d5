//! The figures of incidents and outages by month and by alert.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::domain::zone::Zone;
use chrono::{DateTime, Datelike, Months, NaiveDate, TimeDelta, Utc};

use super::night_pages::{NightPages, night_pages};
use super::outage::{Outages, outages};
use super::overrun::overruns;
use super::ownership::unowned;
use super::past_incident::{Acknowledged, FoundBy, PastIncident};
use super::untold::{Untold, untold};
use crate::domain::calendar::start_of_day;
use crate::domain::ids::{IncidentId, PriorityName};
use crate::domain::incident::Person;
use crate::domain::policy::TimeBoxes;
use crate::domain::post::FirstPost;

/// An incident that is open for longer than this is listed as open for long.
const LONG_OPEN: TimeDelta = TimeDelta::days(3);

/// The input of the figures.
pub struct TrendsInput<'a> {
    pub incidents: &'a [PastIncident],
    /// The account's most severe priority.
    pub p1: &'a PriorityName,
    /// The span of time that is reviewed. Its end is excluded. Months are in the team's time zone.
    pub span: Range<DateTime<Utc>>,
    /// Parts of the span for which not all incidents are known.
    pub unread: &'a [Range<DateTime<Utc>>],
    pub zone: Zone,
    pub now: DateTime<Utc>,
    /// Whether a user is a human. Users that the configuration lists as placeholders or bots are not.
    pub is_human: &'a dyn Fn(&Person) -> bool,
    /// A user's own time zone.
    pub zone_of: &'a dyn Fn(&Person) -> Option<Zone>,
    pub time_boxes: &'a TimeBoxes,
    pub first_post: &'a dyn Fn(&PastIncident) -> FirstPost,
    /// The alert's name, under which an incident is counted.
    pub name: &'a dyn Fn(&PastIncident) -> String,
}

/// The figures.
#[derive(Clone, Debug, PartialEq)]
pub struct Trends {
    /// Every month of the span, empty ones included.
    pub months: Vec<Month>,
    /// When the first known incident was created. The time before had no incidents or is not recorded.
    pub first_incident: Option<DateTime<Utc>>,
    /// The time from which on all incidents and their logs are known. `None` if not even the last month is complete.
    pub complete_from: Option<DateTime<Utc>>,
    /// The mean number of outages per whole month of the span. `None` if the span has no whole month.
    pub mean_per_month: Option<f64>,
    /// The figures by alert, the alert with the most incidents first.
    pub alerts: Vec<AlertTrend>,
}

/// The figures of a span, and what is missing in them.
#[derive(Clone, Debug, PartialEq)]
pub struct TrendsReading {
    pub trends: Trends,
    pub span: Range<DateTime<Utc>>,
    /// The data that could not be read, in words.
    pub missing: Vec<String>,
}

/// One calendar month in the team's zone.
#[derive(Clone, Debug, PartialEq)]
pub struct Month {
    /// The month's first day.
    pub first: NaiveDate,
    /// Whether the figures cover only a part of the month: the span begins or ends within the month, the month is not
    /// over, or some of the month's incidents could not be read. The mean leaves this month out.
    pub is_partial: bool,
    /// Whether the month's incidents could not be listed. If so, the counts are 0 and mean nothing.
    pub is_unread: bool,
    /// Outages that began in the month.
    pub outages: usize,
    pub found_by: BTreeMap<FoundBy, usize>,
    /// P1s that were created in the month and taken back.
    pub taken_back: usize,
    /// Incidents that were created in the month and may have been P1. Their logs are not known.
    pub not_known: usize,
    /// Incidents that were created in the month.
    pub incidents: usize,
    pub acknowledged: Spread,
    /// Incidents that no human ever acknowledged.
    pub never_acknowledged: usize,
    pub resolved: Spread,
    /// Incidents whose log is not known. They are left out of the times to acknowledge and of the escalations.
    pub unread_logs: usize,
    /// How often the month's incidents were escalated to another level.
    pub escalations: usize,
    /// The total time in which nobody owned the month's incidents. Incidents whose log does not show their assignees
    /// are left out. `None` if no log shows any.
    pub unowned: Option<TimeDelta>,
    /// Notifications of the month's incidents that came at night.
    pub night_pages: NightPages,
    /// The number of time-boxes of the month's incidents that ran out. Incidents whose log is not known are left out.
    /// `None` if no log is known.
    pub overruns: Option<usize>,
    /// The time in which the public did not know of the outages that began in the month.
    pub untold: Untold,
}

impl Month {
    /// Returns `count`, a number from the incidents' logs; `None` if no log is known.
    pub fn by_logs(&self, count: usize) -> Option<usize> {
        let has_log = self.unread_logs < self.incidents;
        let has_none = self.incidents == 0 && !self.is_unread;
        (has_log || has_none).then_some(count)
    }
}

/// The figures of the incidents of one alert.
#[derive(Clone, Debug, PartialEq)]
pub struct AlertTrend {
    pub name: String,
    pub incidents: usize,
    /// Incidents that are part of an outage.
    pub in_outages: usize,
    pub acknowledged: Spread,
    pub resolved: Spread,
    /// Incidents that were open for more than three days, including those that are still open.
    pub long_open: usize,
}

/// Mean and median of several times; `None` if there are no times.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spread {
    pub mean: Option<TimeDelta>,
    pub median: Option<TimeDelta>,
}

impl Spread {
    fn from_times(times: impl Iterator<Item = TimeDelta>) -> Self {
        let mut times: Vec<TimeDelta> = times.collect();
        times.sort_unstable();
        let Ok(count) = i32::try_from(times.len()) else {
            return Self::default();
        };
        if count == 0 {
            return Self::default();
        }
        let sum = times
            .iter()
            .fold(TimeDelta::zero(), |sum, time| sum + *time);
        let middle = |at: usize| times.get(at).copied();
        let (low, high) = (middle((times.len() - 1) / 2), middle(times.len() / 2));
        Self {
            mean: Some(sum / count),
            median: low.zip(high).map(|(low, high)| (low + high) / 2),
        }
    }
}

/// The figures of the incidents that were created within the span.
pub fn trends(input: &TrendsInput<'_>) -> Trends {
    let found = outages(input.incidents, input.p1, input.now);
    let months: Vec<Month> = months_of(input)
        .map(|first| month(input, &found, first))
        .collect();
    let whole: Vec<&Month> = months.iter().filter(|month| !month.is_partial).collect();
    let outages: usize = whole.iter().map(|month| month.outages).sum();
    let mean = (!whole.is_empty()).then(|| outages as f64 / whole.len() as f64);
    let created = input.incidents.iter().map(|one| one.incident.created_at);
    Trends {
        first_incident: created.min(),
        complete_from: complete_from(input, &months),
        mean_per_month: mean,
        alerts: alerts(input, &found),
        months,
    }
}

// The beginning of the first month from which on every month is complete.
fn complete_from(input: &TrendsInput<'_>, months: &[Month]) -> Option<DateTime<Utc>> {
    let is_whole = |month: &&Month| {
        let span = span_of(month.first, input.zone);
        month.unread_logs == 0 && !is_unread(input, &span)
    };
    let first = months.iter().rev().take_while(is_whole).last()?;
    Some(start_of_day(first.first, input.zone).max(input.span.start))
}

fn span_of(first: NaiveDate, zone: Zone) -> Range<DateTime<Utc>> {
    let next = first.checked_add_months(Months::new(1)).unwrap_or(first);
    start_of_day(first, zone)..start_of_day(next, zone)
}

fn is_unread(input: &TrendsInput<'_>, month: &Range<DateTime<Utc>>) -> bool {
    let mut unread = input.unread.iter();
    unread.any(|span| span.start < month.end && month.start < span.end)
}

fn is_wholly_unread(input: &TrendsInput<'_>, part: &Range<DateTime<Utc>>) -> bool {
    let mut unread = input.unread.iter();
    unread.any(|span| span.start <= part.start && part.end <= span.end)
}

fn months_of(input: &TrendsInput<'_>) -> impl Iterator<Item = NaiveDate> {
    let first = input.span.start.with_timezone(&input.zone).date_naive();
    let (zone, end) = (input.zone, input.span.end);
    std::iter::successors(first.with_day(1), |month| {
        month.checked_add_months(Months::new(1))
    })
    .take_while(move |month| start_of_day(*month, zone) < end)
}

fn month(input: &TrendsInput<'_>, found: &Outages<'_>, first: NaiveDate) -> Month {
    let whole = span_of(first, input.zone);
    let part = whole.start.max(input.span.start)..whole.end.min(input.span.end);
    let is_in = |incident: &PastIncident| part.contains(&incident.incident.created_at);
    let count = |of: &[&PastIncident]| of.iter().filter(|one| is_in(one)).count();
    let incidents: Vec<&PastIncident> = input.incidents.iter().filter(|one| is_in(one)).collect();
    let (acknowledged, never_acknowledged) = acknowledged(input, &incidents);
    let mut month = Month {
        first,
        is_partial: part != whole || whole.end > input.now || is_unread(input, &whole),
        is_unread: incidents.is_empty() && is_wholly_unread(input, &part),
        outages: 0,
        found_by: BTreeMap::new(),
        taken_back: count(&found.taken_back),
        not_known: count(&found.not_known),
        incidents: incidents.len(),
        acknowledged,
        never_acknowledged,
        resolved: resolved(&incidents),
        unread_logs: incidents
            .iter()
            .filter(|one| !one.incident.log_known)
            .count(),
        escalations: incidents.iter().map(|one| one.escalations()).sum(),
        unowned: unowned_in_all(input, &incidents),
        night_pages: NightPages::default(),
        overruns: overruns_in_all(input, &incidents),
        untold: Untold::default(),
    };
    for incident in &incidents {
        month.night_pages += night_pages(incident, input.zone_of);
    }
    for outage in found.outages.iter().filter(|it| part.contains(&it.begins)) {
        month.outages += 1;
        *month.found_by.entry(outage.found_by()).or_default() += 1;
        let time = untold(outage, input.p1, input.first_post, input.now);
        month.untold.add(time);
    }
    month
}

fn unowned_in_all(input: &TrendsInput<'_>, incidents: &[&PastIncident]) -> Option<TimeDelta> {
    let known = incidents
        .iter()
        .filter_map(|one| unowned(one, input.is_human, input.now));
    known.reduce(|sum, time| sum + time)
}

fn overruns_in_all(input: &TrendsInput<'_>, incidents: &[&PastIncident]) -> Option<usize> {
    let of = |one: &&PastIncident| overruns(one, input.time_boxes, input.is_human, input.now);
    let known = incidents.iter().filter_map(of).map(|found| found.len());
    known.reduce(|sum, count| sum + count)
}

// The times to acknowledge, and the number of incidents that no human ever acknowledged.
fn acknowledged(input: &TrendsInput<'_>, incidents: &[&PastIncident]) -> (Spread, usize) {
    let (mut times, mut never) = (Vec::new(), 0);
    for incident in incidents {
        match incident.time_to_acknowledge(input.is_human) {
            Acknowledged::After(time) => times.push(time),
            Acknowledged::Never => never += 1,
            Acknowledged::AtOnce | Acknowledged::NotKnown => {}
        }
    }
    (Spread::from_times(times.into_iter()), never)
}

fn resolved(incidents: &[&PastIncident]) -> Spread {
    Spread::from_times(incidents.iter().filter_map(|one| one.time_to_resolve()))
}

fn alerts(input: &TrendsInput<'_>, found: &Outages<'_>) -> Vec<AlertTrend> {
    let mut by_name: BTreeMap<String, Vec<&PastIncident>> = BTreeMap::new();
    let in_span = |one: &&PastIncident| input.span.contains(&one.incident.created_at);
    for incident in input.incidents.iter().filter(in_span) {
        by_name
            .entry((input.name)(incident))
            .or_default()
            .push(incident);
    }
    let members = found.outages.iter().flat_map(|outage| &outage.incidents);
    let members: BTreeSet<&IncidentId> = members.map(|one| &one.incident.id).collect();
    // An incident that was merged into an incident of an outage is part of that outage too.
    let is_in_outage = |one: &&&PastIncident| {
        let target = one.merged_into.as_ref();
        members.contains(&one.incident.id) || target.is_some_and(|id| members.contains(id))
    };
    let mut alerts: Vec<AlertTrend> = by_name
        .into_iter()
        .map(|(name, incidents)| AlertTrend {
            name,
            in_outages: incidents.iter().filter(is_in_outage).count(),
            acknowledged: acknowledged(input, &incidents).0,
            resolved: resolved(&incidents),
            long_open: incidents
                .iter()
                .filter(|one| is_long_open(input, one))
                .count(),
            incidents: incidents.len(),
        })
        .collect();
    alerts.sort_by(|a, b| {
        b.incidents
            .cmp(&a.incidents)
            .then_with(|| a.name.cmp(&b.name))
    });
    alerts
}

fn is_long_open(input: &TrendsInput<'_>, one: &PastIncident) -> bool {
    one.ended(input.now) - one.incident.created_at > LONG_OPEN
}
