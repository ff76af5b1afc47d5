//! Writes the incidents of the past. The writer plays the incidents on an account, so that their logs contain
//! PagerDuty's automatic actions at the right times.

use chrono::TimeDelta;

use super::Setting;
use crate::demo::account::Account;
use crate::demo::account::entry::Entry;
use crate::demo::account::incident::{Agent, Incident, Opening, PagedAlert, Urgency};
use crate::demo::account::past::Record;
use crate::demo::account::refusal::Refusal;
use crate::demo::clockwork::{At, before};
use crate::demo::rng::Rng;
use crate::demo::world::Place;
use crate::demo::world::alertmanager::{DetailsFormat, notification};
use crate::demo::world::outside_check;

/// The user that is a mailbox. Nobody reads the incidents that are assigned to it.
const MAILBOX: &str = "support";

pub(super) struct Writer<'a> {
    setting: &'a Setting,
    account: Account,
    pub rng: Rng,
    incidents: Vec<Incident>,
    log: Vec<Entry>,
}

impl<'a> Writer<'a> {
    pub fn new(setting: &'a Setting) -> Self {
        let mut rng = Rng::new(setting.seed);
        Self {
            setting,
            account: Account::new(setting.directory.clone(), setting.start, rng.draw()),
            rng,
            incidents: Vec::new(),
            log: Vec::new(),
        }
    }

    /// Keeps the incidents and the log of the last played story. Drops them if the story was not over by the end of the
    /// past.
    pub fn keep_story(&mut self) {
        let incidents = std::mem::take(&mut self.account.incidents);
        let log = std::mem::take(&mut self.account.log);
        let end = self.setting.end();
        if incidents
            .iter()
            .all(|it| !it.is_open() && it.updated_at <= end)
        {
            self.incidents.extend(incidents);
            self.log.extend(log);
        }
    }

    pub fn into_record(self) -> Record {
        Record::new(self.incidents, self.log)
    }

    /// Opens the incident for a rule's alert on a hub.
    pub fn open_alert(
        &mut self,
        rule: &str,
        place: &Place,
        urgency: Urgency,
        at: At,
    ) -> Result<String, Refusal> {
        let setting = self.setting;
        let rule = setting.rules.get(rule).ok_or(Refusal::NotFound)?;
        let mut clusters = setting.clusters.iter();
        let cluster = clusters.find(|it| it.name == place.cluster);
        let pod = self.rng.id("", 5).to_lowercase();
        let firing = rule.fire(
            cluster.ok_or(Refusal::NotFound)?,
            &place.hub,
            &pod,
            before(at, rule.hold),
        );
        let format = match self.rng.below(3) {
            0 => DetailsFormat::Text,
            _ => DetailsFormat::Json,
        };
        let page = notification(&[&firing], format, at).ok_or(Refusal::NotFound)?;
        let opening = Opening {
            title: page.title.clone(),
            service: rule.service.clone(),
            priority: rule.priority.clone(),
            urgency,
            ..Opening::default()
        };
        let alert = page.into_alert(self.account.alert_id(), at);
        self.open(opening, &Agent::Service, Some(alert), at)
    }

    /// Opens the incident of an outside check for a hub that does not answer.
    pub fn open_uptime_check(&mut self, place: &Place, at: At) -> Result<String, Refusal> {
        let mark = self.rng.id("", 4).to_lowercase();
        let title = outside_check::uptime_title(place, at, &mark);
        self.open_check(place, title, "hub-url", "P1", at)
    }

    /// Opens the incident of an outside check for a hub whose certificate expires soon.
    pub fn open_certificate_check(&mut self, place: &Place, at: At) -> Result<String, Refusal> {
        let mark = self.rng.id("", 4).to_lowercase();
        let title = outside_check::certificate_title(place, at, &mark);
        self.open_check(place, title, "misc", "P4", at)
    }

    fn open_check(
        &mut self,
        place: &Place,
        title: String,
        service: &str,
        priority: &str,
        at: At,
    ) -> Result<String, Refusal> {
        let opening = Opening {
            title: title.clone(),
            service: service.to_owned(),
            priority: Some(priority.to_owned()),
            ..Opening::default()
        };
        let alert = outside_check::alert(place, title, self.account.alert_id(), at);
        self.open(opening, &Agent::Service, Some(alert), at)
    }

    pub fn open(
        &mut self,
        opening: Opening,
        by: &Agent,
        alert: Option<PagedAlert>,
        at: At,
    ) -> Result<String, Refusal> {
        self.advance(at);
        let id = self.account.open(opening, by, at)?;
        if let Some(alert) = alert {
            self.account.add_alert(&id, alert, at)?;
        }
        Ok(id)
    }

    pub fn acknowledge(&mut self, id: &str, by: &str, at: At) -> Result<(), Refusal> {
        self.advance(at);
        self.account.acknowledge(id, by, at)
    }

    pub fn note(&mut self, id: &str, by: &str, text: &str, at: At) -> Result<(), Refusal> {
        self.advance(at);
        self.account.note(id, by, text, at).map(|_| ())
    }

    pub fn snooze(&mut self, id: &str, by: &str, span: TimeDelta, at: At) -> Result<(), Refusal> {
        self.advance(at);
        let span = span.to_std().map_err(|_| Refusal::BadSnooze)?;
        self.account.snooze(id, by, span, at)
    }

    pub fn set_priority(
        &mut self,
        id: &str,
        priority: Option<&str>,
        by: &str,
        at: At,
    ) -> Result<(), Refusal> {
        self.advance(at);
        let by = Agent::User(by.to_owned());
        self.account.set_priority(id, priority, &by, at)
    }

    pub fn merge(&mut self, id: &str, into: &str, by: &str, at: At) -> Result<(), Refusal> {
        self.advance(at);
        let by = Agent::User(by.to_owned());
        self.account.merge(id, into, &by, at)
    }

    pub fn resolve(&mut self, id: &str, by: &Agent, at: At) -> Result<(), Refusal> {
        self.advance(at);
        self.account.resolve(id, by, None, at)
    }

    /// Runs PagerDuty's automatic actions up to `at`. Returns whether the incident is still open then.
    pub fn is_open_at(&mut self, id: &str, at: At) -> bool {
        self.advance(at);
        self.account.incident(id).is_some_and(Incident::is_open)
    }

    /// The person to whom an incident is assigned; `None` if it is assigned only to the mailbox.
    pub fn holder(&self, id: &str) -> Option<String> {
        let incident = self.account.incident(id)?;
        let mut holders = incident.assigned.iter().map(|(user, _)| user);
        holders.find(|user| *user != MAILBOX).cloned()
    }

    /// The first person who is on call for an incident, at this level of its policy or a higher one.
    pub fn on_call(&self, id: &str, level: usize, at: At) -> Result<String, Refusal> {
        let incident = self.account.incident(id).ok_or(Refusal::NotFound)?;
        self.on_call_for(&incident.policy, level, at)
    }

    /// The first person who is on call for a policy, at this level or a higher one.
    pub fn on_call_for(&self, policy: &str, level: usize, at: At) -> Result<String, Refusal> {
        let (directory, rota) = (&self.account.directory, self.account.rota);
        let policy = directory.policy(policy).ok_or(Refusal::PolicyNotFound)?;
        let levels = level..=policy.levels.len();
        let mut people = levels.flat_map(|level| rota.targets(directory, policy, level, at));
        people
            .find(|user| user != MAILBOX)
            .ok_or(Refusal::AssigneeNotFound)
    }

    /// A random user of the account who is a person, not a mailbox.
    pub fn anyone(&mut self) -> Result<String, Refusal> {
        let users = self.account.directory.users.iter().map(|user| &user.key);
        let people: Vec<String> = users.filter(|key| *key != MAILBOX).cloned().collect();
        let one = self.rng.pick(&people);
        one.cloned().ok_or(Refusal::AssigneeNotFound)
    }

    /// A random hub.
    pub fn place(&mut self) -> Result<Place, Refusal> {
        let place = self.rng.pick(&self.setting.places);
        place.cloned().ok_or(Refusal::NotFound)
    }

    /// A random hub that is not a staging hub, if the fleet has one.
    pub fn place_in_use(&mut self) -> Result<Place, Refusal> {
        let places = self.setting.places.iter();
        let in_use: Vec<&Place> = places.filter(|it| *it.hub != *"staging").collect();
        match self.rng.pick(&in_use) {
            Some(place) => Ok((*place).clone()),
            None => self.place(),
        }
    }

    /// A random duration between `least` and `most` minutes, in whole seconds.
    pub fn minutes(&mut self, least: usize, most: usize) -> TimeDelta {
        let seconds = least * 60 + self.rng.below((most - least) * 60 + 1);
        TimeDelta::seconds(i64::try_from(seconds).unwrap_or(i64::MAX))
    }

    /// Returns true in `percent` of a hundred calls.
    pub fn happens(&mut self, percent: usize) -> bool {
        self.rng.below(100) < percent
    }

    fn advance(&mut self, at: At) {
        while let Some(due) = self.account.next_due().filter(|due| *due <= at) {
            self.account.tick(due);
        }
    }
}
