//! The checklist of an open P1. Data from PagerDuty and the status pages gives the state of each step. If no data shows
//! the state, a note about the step gives it.
//!
//! A step is done only if PagerDuty's log, its notes or a status page shows it. A guess, such as a post that is only
//! probably about the incident, completes no step. The state of a step is unknown if its data could not be read.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::context::Context;
use super::owners::{is_bot, owner_kind};
use super::p1::became_p1;
use super::posts::{PublicTold, can_tell_public, has_telling_page};
use crate::domain::case::{Case, CasePost, OwnerKind, PostJoinedBy};
use crate::domain::checklist::{ChecklistItem, ChecklistStep, StepDone, StepState};
use crate::domain::incident::{Incident, LogEntry, LogKind, Person};
use crate::domain::note::OutageNote;
use crate::domain::now::time_after;
use crate::domain::post::Post;

/// The configured steps of an open P1 in their order. `told` is what the public knows of the P1. If there is no page
/// for posts, the steps about posts are left out.
pub fn checklist(
    context: &Context<'_>,
    case: &Case,
    told: Option<&PublicTold>,
) -> Vec<ChecklistItem> {
    let Some(incident) = &case.incident else {
        return Vec::new();
    };
    let entries = context.log.get(&incident.id);
    let record = Record {
        context,
        case,
        incident,
        told,
        log: entries.map_or(&[], Vec::as_slice),
    };
    let steps = context.policy.outage.checklist.iter().copied();
    let has_page = has_telling_page(context);
    let needs_page =
        |step: ChecklistStep| matches!(step, ChecklistStep::Posted | ChecklistStep::Updated);
    steps
        .filter(|step| !step.is_after_resolve() && (has_page || !needs_page(*step)))
        .map(|step| ChecklistItem {
            step,
            state: record.state(step),
        })
        .collect()
}

/// The data of one P1.
struct Record<'a> {
    context: &'a Context<'a>,
    case: &'a Case,
    incident: &'a Incident,
    told: Option<&'a PublicTold>,
    /// The incident's log, oldest entry first. Empty or incomplete if the log could not be read.
    log: &'a [&'a LogEntry],
}

impl Record<'_> {
    fn state(&self, step: ChecklistStep) -> StepState {
        match step {
            ChecklistStep::P1 => self.p1(),
            ChecklistStep::Acknowledged => self.responder(1),
            ChecklistStep::SecondResponder => match self.responder(2) {
                StepState::Done(done) => StepState::Done(done),
                read => self.state_by_note(step, read),
            },
            ChecklistStep::Posted => self.posted(),
            ChecklistStep::Updated => self.updated(),
            _ => self.state_by_note(step, self.absent()),
        }
    }

    // The state of a step for which the log has no entry.
    fn absent(&self) -> StepState {
        match self.incident.log_known {
            true => StepState::NotDone,
            false => StepState::NotKnown,
        }
    }

    fn p1(&self) -> StepState {
        if !self.context.knows_rank(self.incident) {
            return StepState::NotKnown;
        }
        let since = became_p1(self.context, self.incident);
        let mut raised = self.log.iter().rev();
        let raised = raised.find(|entry| {
            entry.at == since.at && matches!(entry.kind, LogKind::PriorityChange { .. })
        });
        let by = raised.and_then(|entry| entry.agent.as_ref());
        StepState::Done(StepDone {
            by: by.map(|who| Arc::clone(&who.name)),
            at: (!since.estimate).then_some(since.at),
            ..StepDone::default()
        })
    }

    // The state of the step that needs `wanted` human responders. Each person who acknowledged the incident counts
    // once.
    fn responder(&self, wanted: usize) -> StepState {
        let mut humans: Vec<(&Person, DateTime<Utc>)> = Vec::new();
        let mut some_unknown = false;
        for (who, at) in self.acknowledgements() {
            if humans.iter().any(|(known, _)| known.id == who.id) || is_bot(self.context, who) {
                continue;
            }
            match owner_kind(self.context, who) {
                OwnerKind::Unknown => some_unknown = true,
                _ => humans.push((who, at)),
            }
        }
        let found = wanted.checked_sub(1).and_then(|at| humans.get(at));
        match found {
            Some((who, at)) => StepState::Done(StepDone {
                by: Some(Arc::clone(&who.name)),
                at: Some(*at),
                ..StepDone::default()
            }),
            None if some_unknown => StepState::NotKnown,
            None => self.absent(),
        }
    }

    // The acknowledgements in the log, then the present ones. The present ones are known even without the log.
    fn acknowledgements(&self) -> impl Iterator<Item = (&Person, DateTime<Utc>)> {
        let logged = self.log.iter().filter_map(|entry| match entry.kind {
            LogKind::Acknowledge { .. } => Some((entry.agent.as_ref()?, entry.at)),
            _ => None,
        });
        let standing = self.incident.acknowledgements.iter();
        logged.chain(standing.map(|ack| (&ack.by, ack.at)))
    }

    // The state of a step by the latest note about it. Without a note, `read` is the state.
    fn state_by_note(&self, step: ChecklistStep, read: StepState) -> StepState {
        let notes = self.log.iter().rev().filter_map(|entry| match &entry.kind {
            LogKind::Annotate { text: Some(text) } => Some((*entry, OutageNote::parse(text)?)),
            _ => None,
        });
        let mut notes = notes.filter(|(_, note)| note.step == step);
        match notes.next() {
            Some((entry, note)) => StepState::Done(StepDone {
                by: entry.agent.as_ref().map(|who| Arc::clone(&who.name)),
                at: Some(entry.at),
                is_by_note: true,
                detail: note
                    .address
                    .or((!note.text.is_empty()).then_some(note.text)),
            }),
            None => read,
        }
    }

    fn posted(&self) -> StepState {
        let posts = self.sure_posts();
        let first = posts.iter().min_by_key(|post| post.since);
        match (first, self.told) {
            (Some(post), _) => StepState::Done(by_page(post, post.since)),
            (None, Some(PublicTold::Closed(post))) => StepState::Done(by_page(post, post.since)),
            (None, Some(PublicTold::No)) if can_tell_public(self.context) => StepState::NotDone,
            (None, _) => StepState::NotKnown,
        }
    }

    // The step is done while the latest update is younger than `update_due`. Without that setting, one update is
    // enough.
    fn updated(&self) -> StepState {
        let posts = self.sure_posts();
        let latest = posts
            .iter()
            .max_by_key(|post| post.updated.or(post.since))
            .map(|post| (post, post.updated.or(post.since)));
        let every = self.context.policy.time_boxes.update_due;
        match latest {
            Some((post, Some(at))) => {
                let is_due =
                    every.is_some_and(|every| time_after(at, every) <= self.context.now.wall);
                match is_due {
                    true => StepState::NotDone,
                    false => StepState::Done(by_page(post, Some(at))),
                }
            }
            Some((_, None)) => StepState::NotKnown,
            None => match self.posted() {
                StepState::NotKnown => StepState::NotKnown,
                _ => StepState::NotDone,
            },
        }
    }

    // The posts that are surely about the incident. A probable post may be about another outage.
    fn sure_posts(&self) -> Vec<&Post> {
        let is_sure = |joined: &&CasePost| joined.joined_by != PostJoinedBy::Probable;
        let posts = self.case.posts.iter().filter(is_sure);
        posts.map(|joined| &*joined.post).collect()
    }
}

fn by_page(post: &Post, at: Option<DateTime<Utc>>) -> StepDone {
    StepDone {
        by: Some(Arc::from(post.page.as_str())),
        at,
        ..StepDone::default()
    }
}
