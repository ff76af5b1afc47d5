//! What enter will do: deeds on incidents, as they were shown.

use std::sync::Arc;

use super::Subject;
use super::deeds::deeds;
use super::form::Form;
use crate::app::model::Model;
use crate::domain::ids::IncidentId;
use crate::domain::incident::Incident;
use crate::domain::now::Now;
use crate::domain::operation::{
    DraftKey, IncidentAction, IncidentChange, Operation, OperationBatch,
};

/// What is confirmed.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// What led to it.
    pub form: Form,
    /// What is to be done.
    pub deeds: Vec<Operation>,
    /// What changed since it was first shown: why it is asked again.
    pub changed: Vec<(IncidentId, Vec<IncidentChange>)>,
    /// The draft that goes when all of it is done.
    pub draft: Option<DraftKey>,
}

impl Plan {
    /// The plan of a form that is filled in; none while something is missing.
    pub fn of(form: Form, subject: &Subject, model: &Model, now: Now) -> Option<Self> {
        let key = form.purpose(subject).and_then(|purpose| {
            Some(DraftKey {
                case: subject.id()?,
                purpose: purpose.name().to_owned(),
            })
        });
        let drafts = &model.drafts;
        let in_doubt = key.as_ref().and_then(|key| drafts.get(key));
        let in_doubt = in_doubt.is_some_and(|draft| draft.in_doubt);
        Some(Self {
            deeds: deeds(&form, subject, model, (in_doubt, now))?,
            draft: key,
            form,
            changed: Vec::new(),
        })
    }

    /// The attempt to do it.
    pub fn attempt(&self, subject: &Subject, model: &Model, number: u64) -> OperationBatch {
        let declares = self.form.wish == IncidentAction::Declare;
        let on = subject.targets().map(|target| Arc::clone(target.incident));
        OperationBatch {
            number,
            operations: self.deeds.clone(),
            incidents: if declares { Vec::new() } else { on.collect() },
            actor: model.actor(),
        }
    }
}

/// The incidents of a subject that are not as they were shown, with what changed.
pub fn changed(
    subject: &Subject,
    fresh: &[Arc<Incident>],
) -> Vec<(IncidentId, Vec<IncidentChange>)> {
    let changes = subject.targets().filter_map(|target| {
        let id = &target.incident.id;
        let now = fresh.iter().find(|incident| incident.id == *id)?;
        let changes = crate::domain::operation::detect_changes(target.incident, now);
        (!changes.is_empty()).then(|| (id.clone(), changes))
    });
    changes.collect()
}
