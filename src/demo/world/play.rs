//! Applies each event of a script to the world: alerts, hubs, and what people do to incidents. Pages are in
//! `play_pages`, posts are in `play_posts`.

use super::hub::Disk;
use super::{Place, World, unknown_name};
use crate::demo::account::incident::Agent;
use crate::demo::clockwork::At;
use crate::demo::script::event::{
    DiskLevel, EscalationDue, IncidentChange, NewWindow, ScriptEvent,
};
use crate::demo::script::{ScriptError, scale_duration};
use crate::domain::now::time_after;

type PlayResult = Result<(), ScriptError>;

impl World {
    /// Makes one event happen.
    pub(super) fn play(&mut self, event: ScriptEvent, at: At) -> PlayResult {
        match event {
            ScriptEvent::Fire(it) => self.fire(&it.rule, &it.at, at),
            ScriptEvent::Clear(it) => self.clear(&it.rule, &it.at),
            ScriptEvent::Page(it) => self.page(&it, at),
            ScriptEvent::Report(it) => self.report(it, at),
            ScriptEvent::Storm(it) => self.storm(&it, at),
            ScriptEvent::Acknowledge(it) => self.acknowledge(&it, at),
            ScriptEvent::Resolve(it) => self.resolve(it, at),
            ScriptEvent::Reassign(it) => {
                let id = self.incident_id(&it.incident)?;
                let by = Agent::User(it.by);
                Ok(self.account.reassign(&id, &[it.to], &by, at)?)
            }
            ScriptEvent::Note(it) => {
                let id = self.incident_id(&it.incident)?;
                self.account.note(&id, &it.by, &it.text, at)?;
                Ok(())
            }
            ScriptEvent::Snooze(it) => {
                let id = self.incident_id(&it.incident)?;
                Ok(self.account.snooze(&id, &it.by, it.lasts, at)?)
            }
            ScriptEvent::EscalationDue(it) => self.escalation_due(&it, at),
            ScriptEvent::HubDown(it) => {
                self.change_hub(&it.hub, |hub| hub.down = Some((it.how, at)))
            }
            ScriptEvent::HubUp(it) => self.change_hub(&it.hub, |hub| hub.recover(at)),
            ScriptEvent::Upgrade(it) => self.upgrade(&it, at),
            ScriptEvent::ClusterDown(it) => {
                self.change_cluster(&it.hub, |hub| hub.down = Some((it.how, at)))
            }
            ScriptEvent::ClusterUp(it) => self.change_cluster(&it.hub, |hub| hub.recover(at)),
            ScriptEvent::Disk(it) => self.fill_disk(&it, at),
            ScriptEvent::FailedStarts(it) => self.change_hub(&it.hub, |hub| {
                hub.failures.extend(std::iter::repeat_n(at, it.count));
            }),
            ScriptEvent::Prometheus(it) => {
                let place = self.place(&it.role)?;
                let cluster = self.fleet.cluster_mut(&place.cluster);
                let cluster = cluster.ok_or_else(|| unknown_name("cluster", &place.cluster))?;
                cluster.prometheus = it.mode;
                Ok(())
            }
            ScriptEvent::Pagerduty(it) => {
                self.pagerduty = it.mode;
                Ok(())
            }
            ScriptEvent::Post(it) => self.post(it, at),
            ScriptEvent::VendorPost(it) => {
                self.vendor_post(it, at);
                Ok(())
            }
            ScriptEvent::Maintenance(it) => self.maintenance(it, at),
            ScriptEvent::UpdatePost(it) => self.update_post(it, at),
            ScriptEvent::Window(it) => self.window(&it, at),
        }
    }

    /// The hub that plays a role.
    pub(super) fn place(&self, role: &str) -> Result<Place, ScriptError> {
        let place = self.places.get(role).cloned();
        place.ok_or_else(|| unknown_name("role", role))
    }

    pub(super) fn incident_id(&self, name: &str) -> Result<String, ScriptError> {
        let id = self.incidents.get(name).cloned();
        id.ok_or_else(|| unknown_name("incident", name))
    }

    fn fire(&mut self, rule: &str, role: &str, at: At) -> PlayResult {
        let place = self.place(role)?;
        let rule = self
            .rules
            .get(rule)
            .ok_or_else(|| unknown_name("rule", rule))?;
        let extra = self.rng.id("", 5).to_lowercase();
        let cluster = place.cluster(&self.fleet)?;
        let firing = rule.fire(cluster, &place.hub, &extra, at);
        self.add_alert(firing);
        Ok(())
    }

    fn clear(&mut self, rule: &str, role: &str) -> PlayResult {
        let place = self.place(role)?;
        self.alerts
            .retain(|it| it.rule.key != rule || it.cluster != place.cluster || it.hub != place.hub);
        Ok(())
    }

    fn acknowledge(&mut self, change: &IncidentChange, at: At) -> PlayResult {
        let id = self.incident_id(&change.incident)?;
        let by = change
            .by
            .as_deref()
            .ok_or_else(|| unknown_name("person", ""))?;
        Ok(self.account.acknowledge(&id, by, at)?)
    }

    fn resolve(&mut self, change: IncidentChange, at: At) -> PlayResult {
        let id = self.incident_id(&change.incident)?;
        let by = change.by.map_or(Agent::Service, Agent::User);
        Ok(self.account.resolve(&id, &by, None, at)?)
    }

    fn escalation_due(&mut self, due: &EscalationDue, at: At) -> PlayResult {
        let id = self.incident_id(&due.incident)?;
        let speed = self.options.speed;
        let incident = self.account.incident_mut(&id);
        let incident = incident.ok_or_else(|| unknown_name("incident", &due.incident))?;
        incident.escalate_at = Some(time_after(at, scale_duration(due.after, speed)));
        Ok(())
    }

    fn change_hub(&mut self, role: &str, change: impl FnOnce(&mut super::Hub)) -> PlayResult {
        let place = self.place(role)?;
        let hub = self.fleet.hub_mut(&place.cluster, &place.hub);
        change(hub.ok_or_else(|| unknown_name("hub", role))?);
        Ok(())
    }

    fn change_cluster(&mut self, role: &str, change: impl Fn(&mut super::Hub)) -> PlayResult {
        let cluster = self.place(role)?.cluster;
        let hubs = self.fleet.hubs.iter_mut();
        hubs.filter(|hub| hub.cluster == cluster).for_each(change);
        Ok(())
    }

    fn fill_disk(&mut self, level: &DiskLevel, at: At) -> PlayResult {
        let drift = self.drift();
        let fill = |disk: &mut Disk, free: Option<f64>| {
            if let Some(free) = free {
                *disk = disk.filled(free, level.percent_per_hour, at, drift);
            }
        };
        self.change_hub(&level.hub, |hub| {
            fill(&mut hub.home, level.home);
            fill(&mut hub.database, level.db);
        })
    }

    fn window(&mut self, new: &NewWindow, at: At) -> PlayResult {
        let text = self.place(&new.at)?.fill(&new.text);
        self.account
            .add_maintenance_window(&new.service, text, at, time_after(at, new.lasts));
        Ok(())
    }
}
