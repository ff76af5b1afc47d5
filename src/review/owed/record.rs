//! What PagerDuty's incidents, logs and notes show about an outage.

use std::collections::BTreeSet;

use super::{Missing, OwedInput};
use crate::domain::checklist::ChecklistStep;
use crate::domain::ids::IncidentId;
use crate::domain::incident::{LogEntry, LogKind, Person};
use crate::domain::note::{OutageNote, TimeBoxNote, TimeBoxVerdict};
use crate::domain::post::{Post, PostKind};
use crate::review::evidence::IncidentNames;
use crate::review::outage::Outage;
use crate::review::overrun::overruns;
use crate::review::past_incident::PastIncident;

pub(super) struct Record<'a> {
    members: Vec<&'a PastIncident>,
}

impl<'a> Record<'a> {
    // Merged incidents are members too, since the notes of any member count for the outage.
    pub fn new(input: &OwedInput<'a>, outage: &Outage<'a>) -> Self {
        let ids: BTreeSet<&IncidentId> = outage
            .incidents
            .iter()
            .map(|one| &one.incident.id)
            .collect();
        let merged = input.incidents.iter().filter(|one| {
            let target = one.merged_into.as_ref();
            target.is_some_and(|id| ids.contains(id))
        });
        Self {
            members: outage.incidents.iter().copied().chain(merged).collect(),
        }
    }

    /// What is missing according to notes and posts. If there is a tracker, its issues decide about reports and
    /// follow-ups instead.
    pub fn missing(&self, input: &OwedInput<'_>, has_tracker: bool) -> Vec<Missing> {
        let mut missing = Vec::new();
        if !has_tracker && !self.has_decision() {
            missing.push(Missing::FollowUp);
        }
        let step = ChecklistStep::SupportResolved;
        if input.steps.contains(&step) && !self.has_note_for(step) {
            missing.push(Missing::SupportTicket);
        }
        if !missing.is_empty() && !self.is_log_known() {
            missing = vec![Missing::NotKnown];
        }
        if input.steps.contains(&ChecklistStep::PostClosed) {
            let posts = input.posts.unwrap_or_default().iter();
            let open = posts.filter(|post| self.is_about(post));
            missing.extend(open.map(|post| Missing::OpenPost(post.title.clone())));
        }
        let boxes = self.undecided_boxes(input);
        if boxes > 0 {
            missing.push(Missing::OverrunBoxes(boxes));
        }
        missing
    }

    pub fn incident_names(&self) -> IncidentNames {
        IncidentNames::from_incidents(self.members.iter().map(|one| &one.incident))
    }

    pub fn is_log_known(&self) -> bool {
        self.members.iter().all(|one| one.incident.log_known)
    }

    /// Whether a note names a follow-up, or says why no follow-up is needed.
    pub fn has_decision(&self) -> bool {
        self.verdicts()
            .any(|(verdict, address, why)| match verdict {
                TimeBoxVerdict::FollowUp => address.is_some(),
                TimeBoxVerdict::NoFollowUp => !why.is_empty(),
                _ => false,
            })
    }

    /// Whether a note says why no follow-up is needed. If so, no report and no review are needed either.
    pub fn needs_no_follow_up(&self) -> bool {
        let mut verdicts = self.verdicts();
        verdicts.any(|(verdict, _, why)| verdict == TimeBoxVerdict::NoFollowUp && !why.is_empty())
    }

    /// The follow-ups that notes name.
    pub fn follow_ups(&self) -> Vec<String> {
        let follow_ups = self.verdicts().filter_map(|(verdict, address, _)| {
            address.filter(|_| verdict == TimeBoxVerdict::FollowUp)
        });
        follow_ups.collect()
    }

    /// Whether a note says that a step is done.
    pub fn has_note_for(&self, step: ChecklistStep) -> bool {
        let mut notes = self.notes().filter_map(OutageNote::parse);
        notes.any(|note| note.step == step)
    }

    /// The human who last acknowledged an incident of the outage.
    pub fn last_human(&self, input: &OwedInput<'_>) -> Option<&'a Person> {
        let acknowledged = self.entries().filter_map(|entry| match &entry.kind {
            LogKind::Acknowledge { .. } => Some((entry.at, entry.agent.as_ref()?)),
            _ => None,
        });
        let by_humans = acknowledged.filter(|(_, who)| (input.is_human)(who));
        by_humans.max_by_key(|(at, _)| *at).map(|(_, who)| who)
    }

    // The number of overrun time-boxes without a verdict. 0 if a note decides about follow-ups, since such a decision
    // counts for the whole outage.
    fn undecided_boxes(&self, input: &OwedInput<'_>) -> usize {
        if self.has_decision() {
            return 0;
        }
        let found = self
            .members
            .iter()
            .filter_map(|one| overruns(one, input.time_boxes, input.is_human, input.now));
        found.flatten().filter(|one| !one.has_verdict).count()
    }

    fn verdicts(&self) -> impl Iterator<Item = (TimeBoxVerdict, Option<String>, String)> {
        let notes = self.notes().filter_map(TimeBoxNote::parse);
        notes.filter_map(|note| match note {
            TimeBoxNote::Verdict(verdict, address, why) => Some((verdict, address, why)),
            _ => None,
        })
    }

    fn entries(&self) -> impl Iterator<Item = &'a LogEntry> {
        self.members.iter().flat_map(|one| &one.log)
    }

    fn notes(&self) -> impl Iterator<Item = &'a str> {
        self.entries().filter_map(|entry| match &entry.kind {
            LogKind::Annotate { text } => text.as_deref(),
            _ => None,
        })
    }

    // Whether the post is about the outage. Only a link proves this, since a post that merely names the place may be
    // about a later outage.
    fn is_about(&self, post: &Post) -> bool {
        let mut ids = self.members.iter().map(|one| &one.incident.id);
        post.open
            && post.kind == PostKind::Incident
            && post
                .linked
                .as_ref()
                .is_some_and(|linked| ids.any(|id| id == linked))
    }
}
