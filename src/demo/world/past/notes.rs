//! What people wrote while they worked on an incident.

use super::writer::Writer;

const LOOKING: [&str; 6] = [
    "Looking at it. The hub's pod is up, its proxy is not.",
    "Pods cannot be scheduled: the node group is at its limit. Raising it.",
    "The NFS server does not answer; rebooting it.",
    "Started with the last deploy. Rolling it back.",
    "Told the community's champion in the support channel. Next update in an hour.",
    "The node went away and its replacement has no address yet.",
];
const OUTAGE: [&str; 3] = [
    "[hubwatch] verdict outage: nobody can log in",
    "[hubwatch] verdict outage: no server starts any more",
    "[hubwatch] verdict outage: files cannot be saved",
];
const NO_OUTAGE: [&str; 3] = [
    "[hubwatch] verdict not-an-outage: the hub answers, the check's own line was cut",
    "[hubwatch] verdict not-an-outage: planned work that had no maintenance window",
    "[hubwatch] verdict not-an-outage: one user's own notebook filled the volume, which grew by itself",
];
const FIXED: [&str; 4] = [
    "[hubwatch] verdict fixed: resized the disk",
    "[hubwatch] verdict fixed: removed the pod that held the node",
    "[hubwatch] verdict fixed: raised the quota after asking the community",
    "[hubwatch] verdict fixed: restarted it and watched it for ten minutes",
];
const ORDINARY: [&str; 5] = [
    "Somebody's import of 400 GB. Asked them to move it to object storage.",
    "The second time this week on this cluster.",
    "Waiting for the provider's answer.",
    "A class of sixty began at ten.",
    "Nothing to see any more when I looked.",
];
pub(super) const BOX_STARTED: &str = "[hubwatch] time-box start 30m";
pub(super) const BOX_EXTENDED: &str = "[hubwatch] time-box +15m: waiting for the volume to resize";
pub(super) const HANDED_OVER: &str = "[hubwatch] verdict handed-over: the week's rota has it";

/// What a note is about.
#[derive(Clone, Copy, Debug)]
pub(super) enum About {
    Looking,
    Outage,
    NoOutage,
    Fixed,
    Ordinary,
}

impl Writer<'_> {
    /// A note's text.
    pub fn words(&mut self, about: About) -> &'static str {
        let texts: &[&'static str] = match about {
            About::Looking => &LOOKING,
            About::Outage => &OUTAGE,
            About::NoOutage => &NO_OUTAGE,
            About::Fixed => &FIXED,
            About::Ordinary => &ORDINARY,
        };
        self.rng.pick(texts).copied().unwrap_or_default()
    }

    /// The verdict that says where an outage's follow-up is, or that it has none.
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
