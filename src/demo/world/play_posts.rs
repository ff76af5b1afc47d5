//! Applies events to the posts of the status pages.

use super::posts::{Post, PostStatus, ServiceImpact, Severity, Update};
use super::{World, unknown_name};
use crate::demo::clockwork::At;
use crate::demo::script::ScriptError;
use crate::demo::script::event::{NewMaintenance, NewPost, PostUpdate, VendorPost};
use crate::domain::now::time_after;

type PlayResult = Result<(), ScriptError>;

impl World {
    pub(super) fn post(&mut self, new: NewPost, at: At) -> PlayResult {
        let place = self.place(&new.about)?;
        let incident = new
            .incident
            .map(|name| self.incident_id(&name))
            .transpose()?;
        let update = Update {
            id: self.rng.id("PU", 8),
            status: PostStatus::Investigating,
            severity: new.severity,
            impact: Some((new.service, new.impact)),
            message: format!("<p>{}</p>", place.fill(&new.text)),
            at,
        };
        self.add_post(new.name, place.fill(&new.title), None, incident, update);
        Ok(())
    }

    pub(super) fn vendor_post(&mut self, new: VendorPost, at: At) {
        let update = Update {
            id: self.rng.id("PU", 8),
            status: PostStatus::Investigating,
            severity: Severity::Minor,
            impact: Some((new.component, ServiceImpact::Degraded)),
            message: new.text,
            at,
        };
        self.vendor_posts.push(Post {
            name: new.name,
            id: self.rng.id("PO", 8),
            title: new.title,
            planned: None,
            incident: None,
            updates: vec![update],
        });
    }

    pub(super) fn maintenance(&mut self, new: NewMaintenance, at: At) -> PlayResult {
        let place = self.place(&new.about)?;
        let start = time_after(at, new.starts_in);
        let update = Update {
            id: self.rng.id("PU", 8),
            status: PostStatus::Scheduled,
            severity: Severity::Minor,
            impact: None,
            message: format!("<p>{}</p>", place.fill(&new.text)),
            at,
        };
        let planned = Some((start, time_after(start, new.lasts)));
        self.add_post(new.name, place.fill(&new.title), planned, None, update);
        Ok(())
    }

    fn add_post(
        &mut self,
        name: String,
        title: String,
        planned: Option<(At, At)>,
        incident: Option<String>,
        update: Update,
    ) {
        let id = self.rng.id("PO", 8);
        self.posts.push(Post {
            name,
            id,
            title,
            planned,
            incident,
            updates: vec![update],
        });
    }

    pub(super) fn update_post(&mut self, more: PostUpdate, at: At) -> PlayResult {
        let id = self.rng.id("PU", 8);
        let mut posts = self.posts.iter_mut().chain(&mut self.vendor_posts);
        let post = posts.find(|post| post.name == more.post);
        let post = post.ok_or_else(|| unknown_name("post", &more.post))?;
        let last = post.updates.last().cloned();
        post.updates.push(Update {
            id,
            status: more.status,
            severity: last.as_ref().map(|it| it.severity).unwrap_or_default(),
            impact: last.and_then(|it| it.impact),
            message: format!("<p>{}</p>", more.text),
            at,
        });
        Ok(())
    }
}
