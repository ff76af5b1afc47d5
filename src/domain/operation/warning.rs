//! Where PagerDuty bites: what a person must know before enter.

use std::sync::Arc;

use crate::domain::ids::PriorityName;
use crate::domain::incident::Incident;
use crate::domain::source::SourceState;

/// Something that follows and that is easily forgotten.
#[derive(Clone, Debug, PartialEq)]
pub enum Warning {
    /// PagerDuty's data is not fresh: what is shown may be past.
    NotFresh(SourceState),
    /// To give it to a person ends the escalation chain: the policy's name, where one escalates it now.
    EndsEscalation(Option<String>),
    /// These acknowledged it already.
    AlsoAcknowledged(Vec<String>),
    /// It is taken from these.
    TakenFrom(Vec<String>),
    /// A P1 becomes milder and the public post stays: its title.
    PostStays(PriorityName, String),
    /// So many of its alerts fire: it will page again at the repeat interval.
    StillFiring(usize),
    /// So many cases are left out: their join is only probable.
    ProbableExcluded(usize),
    /// So many of the cases have no open incident.
    WithoutIncident(usize),
    /// These are open at the hub that one is declared for.
    OpenAtHub(Vec<Arc<Incident>>),
    /// An earlier attempt at this note is in doubt: it is looked for first.
    NoteInDoubt,
}
