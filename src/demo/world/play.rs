//! How each event of a story changes the world: alerts, hubs, people's deeds. Pages are in
//! `play_pages`, posts in `play_posts`.

use super::hub::Disk;
use super::{Place, World, unknown};
use crate::demo::account::incident::Agent;
use crate::demo::clockwork::At;
use crate::demo::script::event::{Deed, DiskLevel, Due, Event, NewWindow};
use crate::demo::script::{ScriptError, hurried};
use crate::domain::now::time_after;

type Done = Result<(), ScriptError>;

impl World {
    /// Lets one event happen.
    pub(super) fn play(&mut self, event: Event, at: At) -> Done {
        match event {
            Event::Fire(it) => self.fire(&it.rule, &it.at, at),
            Event::Clear(it) => self.clear(&it.rule, &it.at),
            Event::Page(it) => self.page(&it, at),
            Event::Report(it) => self.report(it, at),
            Event::Storm(it) => self.storm(&it, at),
            Event::Acknowledge(it) => self.acknowledge(&it, at),
            Event::Resolve(it) => self.resolve(it, at),
            Event::Note(it) => {
                let id = self.id_of(&it.incident)?;
                self.account.note(&id, &it.by, &it.text, at)?;
                Ok(())
            }
            Event::Snooze(it) => {
                let id = self.id_of(&it.incident)?;
                Ok(self.account.snooze(&id, &it.by, it.lasts, at)?)
            }
            Event::EscalationDue(it) => self.escalation_due(&it, at),
            Event::HubDown(it) => self.change_hub(&it.hub, |hub| hub.down = Some((it.how, at))),
            Event::HubUp(it) => self.change_hub(&it.hub, |hub| hub.rise(at)),
            Event::Disk(it) => self.fill_disk(&it, at),
            Event::FailedStarts(it) => self.change_hub(&it.hub, |hub| {
                hub.failures.extend(std::iter::repeat_n(at, it.count));
            }),
            Event::Prometheus(it) => {
                let place = self.place(&it.of)?;
                let cluster = self.fleet.cluster_mut(&place.cluster);
                let cluster = cluster.ok_or_else(|| unknown("cluster", &place.cluster))?;
                cluster.prometheus = it.mode;
                Ok(())
            }
            Event::Pagerduty(it) => {
                self.pagerduty = it.mode;
                Ok(())
            }
            Event::Post(it) => self.post(it, at),
            Event::Maintenance(it) => self.maintenance(it, at),
            Event::UpdatePost(it) => self.update_post(it, at),
            Event::Window(it) => self.window(&it, at),
        }
    }

    /// Where a role plays.
    pub(super) fn place(&self, role: &str) -> Result<Place, ScriptError> {
        let place = self.places.get(role).cloned();
        place.ok_or_else(|| unknown("role", role))
    }

    pub(super) fn id_of(&self, name: &str) -> Result<String, ScriptError> {
        let id = self.incidents.get(name).cloned();
        id.ok_or_else(|| unknown("incident", name))
    }

    fn fire(&mut self, rule: &str, role: &str, at: At) -> Done {
        let place = self.place(role)?;
        let rule = self.rules.get(rule).ok_or_else(|| unknown("rule", rule))?;
        let extra = self.rng.id("", 5).to_lowercase();
        let cluster = place.cluster(&self.fleet)?;
        let firing = rule.fire(cluster, &place.hub, &extra, at);
        self.alerts.push(firing);
        Ok(())
    }

    fn clear(&mut self, rule: &str, role: &str) -> Done {
        let place = self.place(role)?;
        self.alerts
            .retain(|it| it.rule.key != rule || it.cluster != place.cluster || it.hub != place.hub);
        Ok(())
    }

    fn acknowledge(&mut self, deed: &Deed, at: At) -> Done {
        let id = self.id_of(&deed.incident)?;
        let by = deed.by.as_deref().ok_or_else(|| unknown("person", ""))?;
        Ok(self.account.acknowledge(&id, by, at)?)
    }

    fn resolve(&mut self, deed: Deed, at: At) -> Done {
        let id = self.id_of(&deed.incident)?;
        let by = deed.by.map_or(Agent::Service, Agent::User);
        Ok(self.account.resolve(&id, &by, None, at)?)
    }

    fn escalation_due(&mut self, due: &Due, at: At) -> Done {
        let id = self.id_of(&due.incident)?;
        let speed = self.options.speed;
        let incident = self.account.incident_mut(&id);
        let incident = incident.ok_or_else(|| unknown("incident", &due.incident))?;
        incident.escalate_at = Some(time_after(at, hurried(due.after, speed)));
        Ok(())
    }

    fn change_hub(&mut self, role: &str, change: impl FnOnce(&mut super::Hub)) -> Done {
        let place = self.place(role)?;
        let hub = self.fleet.hub_mut(&place.cluster, &place.hub);
        change(hub.ok_or_else(|| unknown("hub", role))?);
        Ok(())
    }

    fn fill_disk(&mut self, level: &DiskLevel, at: At) -> Done {
        let drift = self.drift();
        let fill = |disk: &mut Disk, free: Option<f64>| {
            if let Some(free) = free {
                *disk = disk.filled(free, level.leak, at, drift);
            }
        };
        self.change_hub(&level.hub, |hub| {
            fill(&mut hub.home, level.home);
            fill(&mut hub.database, level.db);
        })
    }

    fn window(&mut self, new: &NewWindow, at: At) -> Done {
        let text = self.place(&new.at)?.fill(&new.text);
        self.account
            .plan(&new.service, text, at, time_after(at, new.lasts));
        Ok(())
    }
}
