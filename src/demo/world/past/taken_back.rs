//! Plays P1s that were no outages. People say so only after the P1 has ended.

use super::notes::About;
use super::outages::Responder;
use super::writer::Writer;
use crate::demo::account::incident::{Agent, Urgency};
use crate::demo::account::refusal::Refusal;
use crate::demo::clockwork::At;

impl Writer<'_> {
    /// Plays a P1 that turns out to be no outage. Its priority is removed or lowered, or a note with the verdict says
    /// that there was no outage.
    pub fn take_back(&mut self, turn: usize, at: At) -> Result<(), Refusal> {
        let place = self.place_in_use()?;
        let is_check = turn.is_multiple_of(2);
        let id = match is_check {
            true => self.open_uptime_check(&place, at)?,
            false => self.open_alert("home-0", &place, Urgency::High, at)?,
        };
        let Responder { user, since } = self.take(&id, at)?;
        let looked = since + self.minutes(3, 10);
        let has_note = turn % 3 == 2;
        if has_note {
            let words = self.note_text(match is_check {
                true => About::FalseCheck,
                false => About::FalseDisk,
            });
            self.note(&id, &user, words, looked)?;
        }
        let end = looked + self.minutes(1, 15);
        self.resolve(&id, &Agent::User(user.clone()), end)?;
        let priority = match turn % 3 {
            0 => None,
            1 => Some("P3"),
            _ => return Ok(()),
        };
        // The P1 is resolved before its priority changes. If an open P1 lost its priority, its post would stay on the
        // status page.
        let taken_back = end + self.minutes(2, 90);
        self.set_priority(&id, priority, &user, taken_back)
    }
}
