//! Pages that came at night.

use crate::domain::zone::Zone;
use chrono::Timelike as _;

use super::past_incident::PastIncident;
use crate::domain::incident::{LogKind, Person};

/// The hours at which a night begins and ends, in the notified user's own time zone.
const NIGHT_BEGINS: u32 = 22;
const NIGHT_ENDS: u32 = 8;

/// The notifications of an incident, counted from its log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NightPages {
    pub at_night: usize,
    /// Notifications whose recipient is not known, or whose recipient's time zone is not known.
    pub not_known: usize,
}

impl std::ops::AddAssign for NightPages {
    fn add_assign(&mut self, more: Self) {
        self.at_night += more.at_night;
        self.not_known += more.not_known;
    }
}

/// Counts the notifications that an incident sent at night. `zone_of` returns a user's own time zone, if known.
pub fn night_pages(one: &PastIncident, zone_of: &dyn Fn(&Person) -> Option<Zone>) -> NightPages {
    let mut pages = NightPages::default();
    for entry in &one.log {
        let LogKind::Notify { who } = &entry.kind else {
            continue;
        };
        match who.as_ref().and_then(zone_of) {
            None => pages.not_known += 1,
            Some(zone) => {
                let hour = entry.at.with_timezone(&zone).hour();
                let is_day = (NIGHT_ENDS..NIGHT_BEGINS).contains(&hour);
                pages.at_night += usize::from(!is_day);
            }
        }
    }
    pages
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{incident, person};
    use super::*;

    fn zone(who: &Person) -> Option<Zone> {
        match &*who.name {
            "Ada" => Some(Zone::UTC),
            "Bo" => Some("America/New_York".parse::<Zone>().unwrap()),
            _ => None,
        }
    }

    fn pages(who: Option<&str>, hour: i64, minute: i64) -> NightPages {
        let who = who.map(person);
        let one = incident(1, 0, None).with(hour * 60 + minute, LogKind::Notify { who });
        night_pages(&one, &zone)
    }

    #[test]
    fn a_night_is_from_22_to_8_in_the_users_own_zone() {
        let times = [(21, 59), (22, 0), (3, 0), (7, 59), (8, 0), (12, 0)];
        let nights = times.map(|(hour, minute)| pages(Some("Ada"), hour, minute).at_night);
        assert_eq!(nights, [0, 1, 1, 1, 0, 0]);
        // New York is five hours behind UTC in the winter.
        let nights = times.map(|(hour, minute)| pages(Some("Bo"), hour, minute).at_night);
        assert_eq!(nights, [0, 0, 1, 1, 1, 1]);
    }

    #[test]
    fn where_nobody_or_no_zone_is_named_it_is_not_known() {
        let unknown = NightPages {
            at_night: 0,
            not_known: 1,
        };
        assert_eq!(pages(Some("Caro"), 3, 0), unknown);
        assert_eq!(pages(None, 3, 0), unknown);
    }
}
