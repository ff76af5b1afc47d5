//! Times of day in the team's zone. If the reader is in another zone, the reader's time is added.

use crate::domain::zone::Zone;
use chrono::{DateTime, Datelike as _, Utc};

use crate::text::context::TextContext;
use crate::text::dates::zone_name;

/// The zones of the team and of the reader, and the current time. For a time near the current time, the weekday is
/// enough as a date.
#[derive(Clone, Copy)]
pub(super) struct Times {
    team: Zone,
    /// `None` if the reader's zone is the team's.
    reader: Option<Zone>,
    now: DateTime<Utc>,
}

impl Times {
    /// The zone of `ctx` is the reader's.
    pub fn new(team: Zone, ctx: &TextContext) -> Self {
        let team_name = zone_name(&TextContext { zone: team, ..*ctx });
        Self {
            team,
            reader: (zone_name(ctx) != team_name).then_some(ctx.zone),
            now: ctx.now.wall,
        }
    }

    /// "Sun 17:00"; if the reader has another zone, "Sun 17:00 (Mon 02:00)".
    pub fn at(&self, at: DateTime<Utc>) -> String {
        let local = at.with_timezone(&self.team);
        let today = self.now.with_timezone(&self.team).date_naive();
        let days = (local.date_naive() - today).num_days();
        let format = match days {
            -6..=6 => "%a %H:%M",
            _ if local.year() == today.year() => "%-d %b %H:%M",
            _ => "%-d %b %Y %H:%M",
        };
        let text = local.format(format).to_string();
        let Some(reader) = self.reader else {
            return text;
        };
        let own = at.with_timezone(&reader);
        let format = match own.date_naive() == local.date_naive() {
            true => "%H:%M",
            false => "%a %H:%M",
        };
        format!("{text} ({})", own.format(format))
    }

    /// The time with its date, for a document that is read later.
    pub fn dated(&self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.team)
            .format("%a %-d %b %Y %H:%M")
            .to_string()
    }

    /// The zones of the times that `at` writes, such as "UTC, in brackets Europe/Berlin".
    pub fn zones(&self, ctx: &TextContext) -> String {
        let team = zone_name(&TextContext {
            zone: self.team,
            ..*ctx
        });
        match self.reader {
            Some(_) => format!("{team}, in brackets {}", zone_name(ctx)),
            None => team.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::fixture::now;
    use crate::text::symbols::UNICODE;

    fn times(team: Zone, reader: Zone) -> (Times, TextContext) {
        let ctx = TextContext {
            now: now(),
            zone: reader,
            symbols: &UNICODE,
        };
        (Times::new(team, &ctx), ctx)
    }

    #[test]
    fn a_time_stands_in_both_zones_and_once_where_they_are_the_same() {
        let soon = now().wall;
        let (one, ctx) = times(Zone::UTC, "Etc/UTC".parse::<Zone>().unwrap());
        assert_eq!(one.at(soon), "Sun 03:12");
        assert_eq!(one.zones(&ctx), "UTC");
        let (two, ctx) = times(Zone::UTC, "Europe/Berlin".parse::<Zone>().unwrap());
        assert_eq!(two.at(soon), "Sun 03:12 (04:12)");
        assert_eq!(two.zones(&ctx), "UTC, in brackets Europe/Berlin");
        let (far, _) = times(
            "Europe/Berlin".parse::<Zone>().unwrap(),
            "America/Los_Angeles".parse::<Zone>().unwrap(),
        );
        assert_eq!(far.at(soon), "Sun 04:12 (Sat 19:12)");
        assert_eq!(far.dated(soon), "Sun 22 Nov 2026 04:12");
        let next_week = soon + chrono::TimeDelta::days(8);
        assert_eq!(one.at(next_week), "30 Nov 03:12");
        let next_year = soon + chrono::TimeDelta::days(60);
        assert_eq!(one.at(next_year), "21 Jan 2027 03:12");
    }
}
