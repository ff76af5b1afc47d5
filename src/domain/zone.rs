//! Time zones by their IANA names.
//!
//! hubwatch does not use `chrono-tz`. The tables of `chrono-tz` take two megabytes and contain pointers that the loader
//! rewrites at every start, so each process holds a copy in memory. The tables of `tzdb_data` contain no such pointers.
//! Pages of these tables that a process does not use stay on disk.

use std::fmt;
use std::str::FromStr;

use chrono::{
    FixedOffset, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone,
};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tz::{LocalTimeType, TimeZoneRef};

/// An IANA time zone, such as `Europe/Berlin`. Files store the name.
#[derive(Clone, Copy)]
pub struct Zone {
    name: &'static str,
    rules: TimeZoneRef<'static>,
}

/// The error for a text that is not the name of an IANA time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no IANA time zone has this name")]
pub struct UnknownZone;

impl Zone {
    pub const UTC: Self = Self {
        name: "UTC",
        rules: tzdb_data::time_zone::UTC,
    };

    /// The names of all zones, including old spellings.
    pub fn names() -> impl Iterator<Item = &'static str> {
        tzdb_data::TZ_NAMES.iter().copied()
    }

    pub fn name(self) -> &'static str {
        self.name
    }

    // Uses UTC for times outside of the range of the zone's rules, thousands of years away.
    fn at(self, seconds: i64) -> ZoneOffset {
        let local = self.rules.find_local_time_type(seconds).ok();
        let seconds = local.map_or(0, LocalTimeType::ut_offset);
        ZoneOffset {
            zone: self,
            fixed: FixedOffset::east_opt(seconds).unwrap_or(Offset::fix(&chrono::Utc)),
            abbreviation: local.map_or("", LocalTimeType::time_zone_designation),
        }
    }
}

impl FromStr for Zone {
    type Err = UnknownZone;

    fn from_str(text: &str) -> Result<Self, UnknownZone> {
        let name = Self::names().find(|name| *name == text);
        let name = name.ok_or(UnknownZone)?;
        let rules = tzdb_data::find_tz(name.as_bytes()).ok_or(UnknownZone)?;
        Ok(Self {
            name,
            rules: *rules,
        })
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name)
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        name.parse().map_err(D::Error::custom)
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Zone {}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// The offset of a zone from UTC at one moment.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ZoneOffset {
    zone: Zone,
    fixed: FixedOffset,
    /// The abbreviation, such as `CET`. If the zone has no letters, a number such as `-03`.
    abbreviation: &'static str,
}

impl Offset for ZoneOffset {
    fn fix(&self) -> FixedOffset {
        self.fixed
    }
}

impl fmt::Display for ZoneOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.abbreviation)
    }
}

impl fmt::Debug for ZoneOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.abbreviation)
    }
}

impl TimeZone for Zone {
    type Offset = ZoneOffset;

    fn from_offset(offset: &ZoneOffset) -> Self {
        offset.zone
    }

    fn offset_from_local_date(&self, local: &NaiveDate) -> MappedLocalTime<ZoneOffset> {
        self.offset_from_local_datetime(&local.and_time(NaiveTime::MIN))
    }

    // No zone changes its clocks twice within two days. So only two offsets are possible: those of the day before and
    // the day after. Each of them is valid if it is the zone's offset at the resulting moment.
    fn offset_from_local_datetime(&self, local: &NaiveDateTime) -> MappedLocalTime<ZoneOffset> {
        let as_utc = local.and_utc().timestamp();
        let day = TimeDelta::days(1).num_seconds();
        let fitting = [as_utc.saturating_sub(day), as_utc.saturating_add(day)].map(|near| {
            let offset = self.at(near).fixed;
            let then = self.at(as_utc.saturating_sub(offset.local_minus_utc().into()));
            (then.fixed == offset).then_some(then)
        });
        match fitting {
            [Some(one), Some(other)] if one.fixed == other.fixed => MappedLocalTime::Single(one),
            // When the clock is set back, this local time occurs twice. `one` is the earlier time, with the offset from
            // before the change.
            [Some(one), Some(other)] => MappedLocalTime::Ambiguous(one, other),
            [Some(one), None] | [None, Some(one)] => MappedLocalTime::Single(one),
            [None, None] => MappedLocalTime::None,
        }
    }

    fn offset_from_utc_date(&self, utc: &NaiveDate) -> ZoneOffset {
        self.offset_from_utc_datetime(&utc.and_time(NaiveTime::MIN))
    }

    fn offset_from_utc_datetime(&self, utc: &NaiveDateTime) -> ZoneOffset {
        self.at(utc.and_utc().timestamp())
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::*;

    fn zone(name: &str) -> Zone {
        name.parse().unwrap()
    }

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn local(zone: Zone, text: &str) -> Vec<String> {
        let local: NaiveDateTime = text.parse().unwrap();
        let found = zone.from_local_datetime(&local);
        let found = [found.earliest(), found.latest()].into_iter().flatten();
        let mut found: Vec<String> = found.map(|at| at.to_utc().to_rfc3339()).collect();
        found.dedup();
        found
    }

    #[test]
    fn a_moment_has_its_zones_time_and_letters() {
        let shown = |name: &str, at: &str| {
            let at = utc(at).with_timezone(&zone(name));
            at.format("%m-%d %H:%M %Z").to_string()
        };
        for (name, at, expected) in [
            ("Europe/Berlin", "2026-03-29T00:59:59Z", "03-29 01:59 CET"),
            ("Europe/Berlin", "2026-03-29T01:00:00Z", "03-29 03:00 CEST"),
            ("Europe/London", "2050-07-01T12:00:00Z", "07-01 13:00 BST"),
            (
                "America/Sao_Paulo",
                "2026-07-01T12:00:00Z",
                "07-01 09:00 -03",
            ),
            (
                "Pacific/Kiritimati",
                "2026-07-01T12:00:00Z",
                "07-02 02:00 +14",
            ),
            ("UTC", "2026-07-01T12:00:00Z", "07-01 12:00 UTC"),
        ] {
            assert_eq!(shown(name, at), expected, "{name}");
        }
        assert_eq!(Zone::UTC, zone("UTC"));
    }

    #[test]
    fn a_time_that_the_clock_shows_twice_or_never() {
        let berlin = zone("Europe/Berlin");
        let once = local(berlin, "2026-10-25T01:59:59");
        assert_eq!(once, ["2026-10-24T23:59:59+00:00"]);
        let twice = local(berlin, "2026-10-25T02:30:00");
        assert_eq!(
            twice,
            ["2026-10-25T00:30:00+00:00", "2026-10-25T01:30:00+00:00"]
        );
        assert!(local(berlin, "2026-03-29T02:30:00").is_empty());
        // Samoa skipped a whole day at the end of 2011.
        let apia = zone("Pacific/Apia");
        assert!(local(apia, "2011-12-30T12:00:00").is_empty());
        assert_eq!(
            local(apia, "2011-12-31T00:00:00"),
            ["2011-12-30T10:00:00+00:00"]
        );
        // Lord Howe Island changes its clocks by half an hour.
        let howe = zone("Australia/Lord_Howe");
        assert_eq!(local(howe, "2026-04-05T01:45:00").len(), 2);
        assert_eq!(local(howe, "2026-04-05T02:00:00").len(), 1);
    }

    #[test]
    fn every_name_is_a_zone_and_no_moment_panics() {
        assert!(Zone::names().count() > 500);
        for name in Zone::names() {
            let zone = zone(name);
            for at in [
                DateTime::<Utc>::MIN_UTC,
                utc("1970-01-01T00:00:00Z"),
                utc("9999-12-31T23:59:59Z"),
            ] {
                let _local = zone.offset_from_utc_datetime(&at.naive_utc());
                let _utc = zone.offset_from_local_datetime(&at.naive_utc());
            }
            let _latest = zone.offset_from_utc_datetime(&DateTime::<Utc>::MAX_UTC.naive_utc());
        }
        for other in ["", "europe/berlin", "Europe/Berlin ", "Middle/Earth"] {
            assert_eq!(other.parse::<Zone>(), Err(UnknownZone), "{other:?}");
        }
    }
}
