//! Plays real outages of the past, which begin and continue in different ways.

use super::notes::About;
use super::writer::Writer;
use crate::demo::account::incident::{Agent, Opening, Urgency};
use crate::demo::account::refusal::Refusal;
use crate::demo::clockwork::At;
use crate::demo::world::Place;
use crate::domain::incident::declaration_key;

/// How an outage begins and continues, if no person reported it.
#[derive(Clone, Copy, Debug)]
enum Course {
    /// An outside check of a hub fails.
    UptimeCheck,
    HomesFull,
    /// The same P1 pages a second time with another title. The second incident is merged into the first.
    MergedP1,
    /// Servers do not start, and a person raises the incident's priority to P1.
    Raised,
    /// Two P1s about the same hub overlap, so both are one outage.
    Overlapping,
    DatabaseFull,
    /// A P1 is merged into an incident that was not a P1.
    MergedIntoOther,
    /// A failure did not page, and a person declares an incident about it with hubwatch.
    Declared,
    /// The incident's priority is lowered when the worst is over, before the incident is resolved.
    Lowered,
}

const COURSES: [Course; 9] = [
    Course::UptimeCheck,
    Course::HomesFull,
    Course::MergedP1,
    Course::Raised,
    Course::Overlapping,
    Course::DatabaseFull,
    Course::MergedIntoOther,
    Course::Declared,
    Course::Lowered,
];

/// The titles of people's reports: the text before the hub's domain, and the text after it.
const REPORTS: [(&str, &str); 4] = [
    ("Logging in to ", " goes round in a loop"),
    ("Nobody can log in to ", ""),
    ("Servers start on ", " and stop at once"),
    ("Everyone's files are gone on ", ""),
];

/// The person who works on an incident, and when the person began.
pub(super) struct Responder {
    pub user: String,
    pub since: At,
}

impl Writer<'_> {
    /// Plays an outage that an alert, an outside check or a probe found.
    pub fn found_outage(&mut self, turn: usize, at: At) -> Result<(), Refusal> {
        let course = COURSES.iter().cycle().nth(turn % COURSES.len());
        let place = self.place_in_use()?;
        match course.copied().unwrap_or(Course::UptimeCheck) {
            Course::UptimeCheck => {
                let id = self.open_uptime_check(&place, at)?;
                self.work_on(&id, at)
            }
            Course::HomesFull => {
                let id = self.open_alert("home-0", &place, Urgency::High, at)?;
                self.work_on(&id, at)
            }
            Course::DatabaseFull => {
                let id = self.open_alert("db-0", &place, Urgency::High, at)?;
                self.work_on(&id, at)
            }
            Course::MergedP1 => {
                let target = self.open_uptime_check(&place, at)?;
                self.work_on_merged(&target, "home-0", &place, at)
            }
            Course::MergedIntoOther => {
                let target = self.open_alert("starts", &place, Urgency::High, at)?;
                self.work_on_merged(&target, "db-0", &place, at)
            }
            Course::Raised => self.raised_outage(&place, at),
            Course::Overlapping => self.overlapping_outage(&place, at),
            Course::Declared => self.declared_outage(&place, at),
            Course::Lowered => {
                let id = self.open_uptime_check(&place, at)?;
                let responder = self.take(&id, at)?;
                let lowered = responder.since + self.minutes(30, 90);
                self.set_priority(&id, Some("P2"), &responder.user, lowered)?;
                let end = lowered + self.minutes(20, 120);
                self.resolve(&id, &Agent::User(responder.user), end)
            }
        }
    }

    /// Plays an outage that a person reported, on the website or with a web form.
    pub fn reported_outage(&mut self, turn: usize, at: At) -> Result<(), Refusal> {
        let place = self.place_in_use()?;
        let (before, after) = self.rng.pick(&REPORTS).copied().unwrap_or_default();
        let by = Agent::User(self.anyone()?);
        let channel = match turn % 2 {
            0 => "website",
            _ => "web_trigger",
        };
        let opening = Opening {
            title: format!("{before}{}{after}", place.domain),
            service: "hub-url".to_owned(),
            priority: Some("P1".to_owned()),
            incident_key: Some(self.rng.id("", 32).to_lowercase()),
            channel: Some(channel),
            ..Opening::default()
        };
        let id = self.open(opening, &by, None, at)?;
        self.work_on(&id, at)
    }

    fn raised_outage(&mut self, place: &Place, at: At) -> Result<(), Refusal> {
        let id = self.open_alert("starts", place, Urgency::High, at)?;
        let responder = self.take(&id, at)?;
        let raised = responder.since + self.minutes(3, 15);
        let words = self.note_text(About::NoStarts);
        self.note(&id, &responder.user, words, raised)?;
        let raised = raised + self.minutes(1, 2);
        self.set_priority(&id, Some("P1"), &responder.user, raised)?;
        self.finish(&id, responder, raised)
    }

    fn overlapping_outage(&mut self, place: &Place, at: At) -> Result<(), Refusal> {
        let check = self.open_uptime_check(place, at)?;
        let second_at = at + self.minutes(1, 2);
        let disk = self.open_alert("home-0", place, Urgency::High, second_at)?;
        let responder = self.take(&check, second_at)?;
        let both = responder.since + self.minutes(1, 3);
        self.acknowledge(&disk, &responder.user, both)?;
        let freed = both + self.minutes(20, 60);
        self.resolve(&disk, &Agent::User(responder.user.clone()), freed)?;
        self.finish(&check, responder, freed)
    }

    fn declared_outage(&mut self, place: &Place, at: At) -> Result<(), Refusal> {
        let by = self.on_call_for("outages", 1, at)?;
        let case = format!("hub:{}/{}", place.cluster, place.hub);
        let case = case
            .parse()
            .map_err(|_| Refusal::Invalid("no case".to_owned()))?;
        let tail = format!("PU{} {}", by.to_uppercase(), at.timestamp_millis());
        let opening = Opening {
            title: format!("hub down: {}/{}", place.cluster, place.hub),
            service: "hub-url".to_owned(),
            priority: Some("P1".to_owned()),
            owner: Some(by.clone()),
            directly: true,
            incident_key: Some(declaration_key(&case, &tail)),
            body: Some("The probe gets 503 from the proxy, and nothing paged.".to_owned()),
            ..Opening::default()
        };
        let id = self.open(opening, &Agent::User(by.clone()), None, at)?;
        // PagerDuty acknowledges an incident at once if its creator assigns it to themselves.
        self.acknowledge(&id, &by, at)?;
        let responder = Responder {
            user: by,
            since: at,
        };
        self.finish(&id, responder, at)
    }

    /// People merge a second P1 about the same place into an incident. Then they work on that incident.
    fn work_on_merged(
        &mut self,
        target: &str,
        rule: &str,
        place: &Place,
        at: At,
    ) -> Result<(), Refusal> {
        let second_at = at + self.minutes(1, 2);
        let source = self.open_alert(rule, place, Urgency::High, second_at)?;
        let responder = self.take(target, second_at)?;
        let merged = responder.since + self.minutes(2, 8);
        self.merge(&source, target, &responder.user, merged)?;
        self.finish(target, responder, merged)
    }

    fn work_on(&mut self, id: &str, at: At) -> Result<(), Refusal> {
        let responder = self.take(id, at)?;
        let since = responder.since;
        self.finish(id, responder, since)
    }

    /// A person acknowledges a P1. The acknowledgement comes soon if a person is assigned, and later if only the
    /// mailbox is assigned.
    pub fn take(&mut self, id: &str, at: At) -> Result<Responder, Refusal> {
        let holder = self.holder(id);
        let since = match holder {
            Some(_) => at + self.minutes(2, 20),
            None => at + self.minutes(15, 80),
        };
        let user = match holder {
            Some(user) => user,
            None => self.on_call(id, 1, since)?,
        };
        self.acknowledge(id, &user, since)?;
        Ok(Responder { user, since })
    }

    /// Works on an outage until its end: writes notes, perhaps lets a second person acknowledge, and resolves the
    /// incident. Notes about the support ticket and the follow-up may come after the end.
    fn finish(&mut self, id: &str, by: Responder, at: At) -> Result<(), Refusal> {
        let looked = at + self.minutes(4, 12);
        let words = self.note_text(About::Looking);
        self.note(id, &by.user, words, looked)?;
        let helper = self.on_call(id, 2, looked)?;
        let helped = looked + self.minutes(1, 10);
        if helper != by.user && self.happens(50) {
            self.acknowledge(id, &helper, helped)?;
        }
        let end = helped + self.minutes(10, 200);
        self.resolve(id, &Agent::User(by.user.clone()), end)?;
        if self.happens(80) {
            let told = end + self.minutes(5, 14);
            let words = self.support_resolved();
            self.note(id, &by.user, &words, told)?;
        }
        if self.happens(60) {
            let said = end + self.minutes(15, 150);
            let words = self.follow_up();
            self.note(id, &by.user, &words, said)?;
        }
        Ok(())
    }
}
