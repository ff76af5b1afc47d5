//! What enter will send: the operations of a filled-in form, on incidents as they were shown.

use std::sync::Arc;

use super::form::Form;
use super::{ActionSubject, OperationContext};
use crate::domain::ids::IncidentId;
use crate::domain::incident::Incident;
use crate::domain::operation::{
    Actor, DraftKey, IncidentAction, IncidentChange, Operation, OperationBatch, detect_changes,
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
    pub fn from_form(
        form: Form,
        subject: &ActionSubject,
        ctx: &OperationContext<'_>,
    ) -> Option<Self> {
        let key = form.purpose(subject).and_then(|purpose| {
            let case = subject.case_id()?;
            let mut keys = ctx.drafts.keys();
            keys.find(|key| key.case == case && key.purpose == purpose.name())
                .cloned()
        });
        let in_doubt = key.as_ref().and_then(|key| ctx.drafts.get(key));
        let in_doubt = in_doubt.is_some_and(|draft| draft.in_doubt);
        Some(Self {
            operations: form.operations(subject, ctx, in_doubt)?,
            draft: key,
            form,
            changed_incidents: Vec::new(),
        })
    }

    /// The attempt to do it.
    pub fn to_batch(
        &self,
        subject: &ActionSubject,
        actor: Option<Actor>,
        number: u64,
    ) -> OperationBatch {
        let declares = self.form.action == IncidentAction::Declare;
        let on = subject.targets().map(|target| Arc::clone(target.incident));
        OperationBatch {
            number,
            operations: self.operations.clone(),
            incidents: if declares { Vec::new() } else { on.collect() },
            actor,
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
        let changes = detect_changes(target.incident, now);
        (!changes.is_empty()).then(|| (id.clone(), changes))
    });
    changes.collect()
}
