//! The notes of people who worked on an incident.

use super::writer::Writer;

// Each text of a list fits every incident for which the list is used.
const LOOKING: [&str; 5] = [
    "Looking at it. The community's champion knows.",
    "Told the community in the support channel. Next update in an hour.",
    "Started with the last deploy. Rolling it back.",
    "The node went away; waiting for its replacement.",
    "People confirm it. Two of us are on it.",
];
const NO_STARTS: [&str; 2] = [
    "[hubwatch] verdict outage: no server starts any more",
    "[hubwatch] verdict outage: a whole class waits for its servers",
];
const FALSE_CHECK: [&str; 2] = [
    "[hubwatch] verdict not-an-outage: the hub answers, the check's own line was cut",
    "[hubwatch] verdict not-an-outage: planned work that had no maintenance window",
];
const FALSE_DISK: [&str; 2] = [
    "[hubwatch] verdict not-an-outage: the volume had grown by itself before anybody noticed",
    "[hubwatch] verdict not-an-outage: a volume that is being retired",
];
const FIXED: [&str; 4] = [
    "[hubwatch] verdict fixed: one user's job, stopped after asking them",
    "[hubwatch] verdict fixed: last night's deploy, rolled back",
    "[hubwatch] verdict fixed: restarted it and watched it for ten minutes",
    "[hubwatch] verdict fixed: the limit is raised, the community knows",
];
const ORDINARY: [&str; 5] = [
    "Asked the community what they are running.",
    "The second time this week on this cluster.",
    "Waiting for the provider's answer.",
    "A class of sixty began at ten.",
    "Nothing to see any more when I looked.",
];
pub(super) const BOX_STARTED: &str = "[hubwatch] time-box start 30m";
pub(super) const BOX_EXTENDED: &str =
    "[hubwatch] time-box +15m: waiting for the community's answer";
pub(super) const HANDED_OVER: &str = "[hubwatch] verdict handed-over: the week's rota has it";

/// The subject of a note.
#[derive(Clone, Copy, Debug)]
pub(super) enum About {
    Looking,
    NoStarts,
    FalseCheck,
    FalseDisk,
    Fixed,
    Ordinary,
}

impl Writer<'_> {
    /// A random text for a note about this subject.
    pub fn note_text(&mut self, about: About) -> &'static str {
        let texts: &[&'static str] = match about {
            About::Looking => &LOOKING,
            About::NoStarts => &NO_STARTS,
            About::FalseCheck => &FALSE_CHECK,
            About::FalseDisk => &FALSE_DISK,
            About::Fixed => &FIXED,
            About::Ordinary => &ORDINARY,
        };
        self.rng.pick(texts).copied().unwrap_or_default()
    }

    /// The note that says that the support ticket is closed.
    pub fn support_resolved(&mut self) -> String {
        let ticket = 2_000 + self.rng.below(7_000);
        format!("[hubwatch] outage support-resolved: ticket {ticket}")
    }

    /// The note with an outage's verdict. The note has the address of a follow-up, or says that there is no follow-up.
    pub fn follow_up(&mut self) -> String {
        match self.happens(80) {
            true => {
                let issue = 100 + self.rng.below(900);
                let url = format!("https://issues.hubs.example/{issue}");
                format!("[hubwatch] verdict follow-up {url}: the report")
            }
            false => "[hubwatch] verdict no-follow-up: the same cause as last week's".to_owned(),
        }
    }
}
