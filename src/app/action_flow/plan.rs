//! What enter will do: deeds on incidents, as they were shown.

use std::sync::Arc;

use super::ActionSubject;
use super::form::Form;
use super::operations::operations_for_form;
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
    pub operations: Vec<Operation>,
    /// What changed since it was first shown: why it is asked again.
    pub changed_incidents: Vec<(IncidentId, Vec<IncidentChange>)>,
    /// The draft that goes when all of it is done.
    pub draft: Option<DraftKey>,
}

impl Plan {
    /// The plan of a form that is filled in; none while something is missing.
    pub fn from_form(form: Form, subject: &ActionSubject, model: &Model, now: Now) -> Option<Self> {
        let key = form.purpose(subject).and_then(|purpose| {
            Some(DraftKey {
                case: subject.case_id()?,
                purpose: purpose.name().to_owned(),
            })
        });
        let drafts = &model.drafts;
        let in_doubt = key.as_ref().and_then(|key| drafts.get(key));
        let in_doubt = in_doubt.is_some_and(|draft| draft.in_doubt);
        Some(Self {
            operations: operations_for_form(&form, subject, model, (in_doubt, now))?,
            draft: key,
            form,
            changed_incidents: Vec::new(),
        })
    }

    /// The attempt to do it.
    pub fn to_batch(&self, subject: &ActionSubject, model: &Model, number: u64) -> OperationBatch {
        let declares = self.form.action == IncidentAction::Declare;
        let on = subject.targets().map(|target| Arc::clone(target.incident));
        OperationBatch {
            number,
            operations: self.operations.clone(),
            incidents: if declares { Vec::new() } else { on.collect() },
            actor: model.actor(),
        }
    }
}

/// The incidents of a subject that are not as they were shown, with what changed.
pub fn changed_incidents(
    subject: &ActionSubject,
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
