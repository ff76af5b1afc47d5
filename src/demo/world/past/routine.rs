//! Plays the pages of ordinary days. No such page is an outage.

use chrono::{TimeDelta, Timelike};

use super::notes::{About, BOX_EXTENDED, BOX_STARTED, HANDED_OVER};
use super::writer::Writer;
use crate::demo::account::incident::{Agent, Urgency};
use crate::demo::account::refusal::Refusal;
use crate::demo::clockwork::At;

/// The rules that page, each with its share of the pages in percent.
const RULES: [(&str, usize); 12] = [
    ("pending", 17),
    ("home-10", 14),
    ("starts", 13),
    ("io", 11),
    ("quota-denied", 10),
    ("restart-grafana", 9),
    ("db-10", 7),
    ("restart-home-nfs", 5),
    ("restart-prometheus", 4),
    ("restart-proxy", 4),
    ("prometheus-10", 3),
    ("quota-errors", 3),
];
/// The prefix of rules whose incidents PagerDuty resolves automatically after four hours.
const RESTART: &str = "restart-";

const SNOOZE: TimeDelta = TimeDelta::hours(8);

/// The night ends at this hour and begins at `NIGHT_BEGINS`, in UTC. At night, nobody gets up for an incident that is
/// not a P1.
const NIGHT_ENDS: u32 = 7;
const NIGHT_BEGINS: u32 = 22;

impl Writer<'_> {
    /// Plays an ordinary incident from its start to its end.
    pub fn routine(&mut self, at: At) -> Result<(), Refusal> {
        if self.happens(3) {
            let place = self.place()?;
            let id = self.open_certificate_check(&place, at)?;
            return self.handled(&id, at);
        }
        let rule = self.any_rule();
        if rule.starts_with(RESTART) {
            return self.restart(rule, at);
        }
        match self.rng.below(100) {
            0..8 => {
                let id = self.paged(rule, Urgency::High, at)?;
                let end = at + self.minutes(20, 900);
                self.clear(&id, end)
            }
            8..13 => {
                let id = self.paged(rule, Urgency::High, at)?;
                self.long_open(&id, at)
            }
            13..20 => {
                let id = self.paged(rule, Urgency::High, at)?;
                self.snoozed(&id, at)
            }
            20..26 => {
                let id = self.paged(rule, Urgency::Low, at)?;
                self.handled(&id, at)
            }
            26..36 => {
                let id = self.paged(rule, Urgency::High, at)?;
                self.boxed(&id, at)
            }
            36..39 => self.merged(rule, at),
            _ => {
                let id = self.paged(rule, Urgency::High, at)?;
                self.handled(&id, at)
            }
        }
    }

    fn any_rule(&mut self) -> &'static str {
        let mut left = self.rng.below(RULES.iter().map(|(_, share)| share).sum());
        let mut rules = RULES.iter();
        let found = rules.find(|(_, share)| match left.checked_sub(*share) {
            Some(rest) => {
                left = rest;
                false
            }
            None => true,
        });
        found.map_or("pending", |(rule, _)| rule)
    }

    fn paged(&mut self, rule: &str, urgency: Urgency, at: At) -> Result<String, Refusal> {
        let place = self.place()?;
        self.open_alert(rule, &place, urgency, at)
    }

    /// Plays an incident that PagerDuty resolves after four hours, even if somebody acknowledged it.
    fn restart(&mut self, rule: &str, at: At) -> Result<(), Refusal> {
        let id = self.paged(rule, Urgency::High, at)?;
        if self.happens(45) {
            let looked = at + self.minutes(10, 200);
            let user = self.on_call(&id, 1, looked)?;
            self.acknowledge(&id, &user, looked)?;
        }
        self.is_open_at(&id, at + TimeDelta::hours(4));
        Ok(())
    }

    /// A person acknowledges the incident. Later the person resolves the incident, or the end of its alert resolves it.
    fn handled(&mut self, id: &str, at: At) -> Result<(), Refusal> {
        let (user, since) = self.look_at(id, at)?;
        if self.happens(25) {
            let words = self.note_text(About::Ordinary);
            let noted = since + self.minutes(2, 20);
            self.note(id, &user, words, noted)?;
        }
        let end = since + self.minutes(21, 400);
        match self.happens(55) {
            true => self.resolve(id, &Agent::User(user), end),
            false => self.clear(id, end),
        }
    }

    fn boxed(&mut self, id: &str, at: At) -> Result<(), Refusal> {
        let (user, since) = self.look_at(id, at)?;
        self.note(id, &user, BOX_STARTED, since + TimeDelta::seconds(20))?;
        let mut end = since + self.minutes(10, 29);
        if self.happens(40) {
            let extended = since + self.minutes(24, 29);
            self.note(id, &user, BOX_EXTENDED, extended)?;
            end = extended + self.minutes(3, 17);
        }
        let words = self.note_text(About::Fixed);
        self.note(id, &user, words, end)?;
        self.resolve(id, &Agent::User(user), end + TimeDelta::seconds(15))
    }

    /// A person takes the incident and hands it over. After that, nobody works on it for days.
    fn long_open(&mut self, id: &str, at: At) -> Result<(), Refusal> {
        let (user, since) = self.look_at(id, at)?;
        let handed = since + self.minutes(30, 300);
        self.note(id, &user, HANDED_OVER, handed)?;
        let end = handed + TimeDelta::days(3) + self.minutes(60, 6 * 1440);
        let closer = self.on_call(id, 1, end)?;
        self.resolve(id, &Agent::User(closer), end)
    }

    fn snoozed(&mut self, id: &str, at: At) -> Result<(), Refusal> {
        let (user, since) = self.look_at(id, at)?;
        let snoozed = since + self.minutes(2, 20);
        self.snooze(id, &user, SNOOZE, snoozed)?;
        let end = snoozed + self.minutes(200, 900);
        self.resolve(id, &Agent::User(user), end)
    }

    /// Two hubs have the same alert at about the same time. The second incident is merged into the first.
    fn merged(&mut self, rule: &str, at: At) -> Result<(), Refusal> {
        let target = self.paged(rule, Urgency::High, at)?;
        let second_at = at + self.minutes(1, 4);
        let source = self.paged(rule, Urgency::High, second_at)?;
        let (user, since) = self.look_at(&target, second_at)?;
        self.merge(&source, &target, &user, since + TimeDelta::seconds(50))?;
        let end = since + self.minutes(20, 300);
        self.resolve(&target, &Agent::User(user), end)
    }

    /// A person acknowledges the incident. By day, this happens within a few hours. At night, the person waits for the
    /// morning.
    fn look_at(&mut self, id: &str, at: At) -> Result<(String, At), Refusal> {
        let since = match awake_again(at) {
            Some(morning) => morning + self.minutes(5, 150),
            None => at + self.minutes(4, 150),
        };
        self.is_open_at(id, since);
        let user = match self.holder(id) {
            Some(user) => user,
            None => self.on_call(id, 1, since)?,
        };
        self.acknowledge(id, &user, since)?;
        Ok((user, since))
    }

    /// Ends the alert, which resolves the incident.
    fn clear(&mut self, id: &str, at: At) -> Result<(), Refusal> {
        self.resolve(id, &Agent::Service, at)
    }
}

/// The end of the night that contains `at`; `None` by day.
fn awake_again(at: At) -> Option<At> {
    let midnight = at - TimeDelta::seconds(i64::from(at.num_seconds_from_midnight()));
    let morning = midnight + TimeDelta::hours(i64::from(NIGHT_ENDS));
    match at.hour() {
        hour if hour >= NIGHT_BEGINS => Some(morning + TimeDelta::days(1)),
        hour if hour < NIGHT_ENDS => Some(morning),
        _ => None,
    }
}
