//! The cases that a key was pressed on.

use std::sync::Arc;

use crate::domain::case::{Case, JoinedBy};
use crate::domain::ids::{CaseId, HubKey};
use crate::domain::incident::{Incident, Urgency};
use crate::domain::now::Now;

/// Cases as they were shown, or a hub without one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ActionSubject {
    /// The cases, the worst first.
    pub cases: Vec<Arc<Case>>,
    /// The hub, where it is about one that has no case.
    pub hub: Option<HubKey>,
    /// The person has chosen the incident: the cases hold no other.
    pub incident_chosen: bool,
    /// When the incidents were read for a write. Data requested before is older than they are.
    pub read_at: Option<Now>,
}

/// One incident to act on.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    pub case: &'a Case,
    pub incident: &'a Arc<Incident>,
}

impl ActionSubject {
    /// These cases.
    pub fn from_cases(cases: Vec<Arc<Case>>) -> Self {
        Self {
            cases,
            ..Self::default()
        }
    }

    /// The targets: the open incidents of the cases. Of several cases, those that are only probably joined to their
    /// incident are left out.
    pub fn targets(&self) -> impl Iterator<Item = Target<'_>> {
        self.cases.iter().filter_map(|case| {
            let incident = case.incident.as_ref().filter(|it| it.is_open())?;
            let sure = self.cases.len() == 1 || !has_probable_join(case);
            sure.then_some(Target { case, incident })
        })
    }

    /// The cases among several that are left out since their join is only probable.
    pub fn excluded_count(&self) -> usize {
        if self.cases.len() == 1 {
            return 0;
        }
        self.cases
            .iter()
            .filter(|case| has_probable_join(case))
            .count()
    }

    /// How many of the targets are of low urgency: PagerDuty escalates none of these.
    pub fn low_urgency_count(&self) -> usize {
        let low = |target: &Target<'_>| target.incident.urgency == Urgency::Low;
        self.targets().filter(low).count()
    }

    /// Whether the person must choose the incident.
    pub fn needs_incident_choice(&self) -> bool {
        match self.cases.as_slice() {
            [one] => !self.incident_chosen && has_probable_join(one),
            _ => false,
        }
    }

    /// Whether any of them has an incident.
    pub fn has_incident(&self) -> bool {
        self.cases.iter().any(|case| case.incident.is_some())
    }

    /// Whether it is one case without an incident: its time-box is kept here.
    pub fn uses_local_time_box(&self) -> bool {
        matches!(self.cases.as_slice(), [one] if one.incident.is_none())
    }

    /// Whether any of them has one that is open.
    pub fn has_open_incident(&self) -> bool {
        let mut incidents = self.cases.iter().filter_map(|case| case.incident.as_ref());
        incidents.any(|incident| incident.is_open())
    }

    /// The case that texts and titles go by: the worst, or the hub's own.
    pub fn case_id(&self) -> Option<CaseId> {
        let case = self.cases.first().map(|case| case.id.clone());
        case.or_else(|| self.hub.clone().map(CaseId::Hub))
    }

    /// The hub that it is about, where it is about one.
    pub fn hub_key(&self) -> Option<HubKey> {
        let places = self.cases.first().map(|case| case.places.as_slice());
        let mut keys = places
            .into_iter()
            .flatten()
            .filter_map(|place| place.hub_key());
        self.hub.clone().or_else(|| keys.next())
    }

    /// These cases, with their incidents as they were just read.
    pub fn with_incidents(&self, fresh: &[Arc<Incident>]) -> Self {
        let cases = self.cases.iter().filter_map(|case| {
            let shown = case.incident.as_ref()?;
            let fresh = fresh.iter().find(|fresh| fresh.id == shown.id)?;
            Some(Arc::new(Case {
                incident: Some(Arc::new(fresh.with_details_of(shown))),
                ..Case::clone(case)
            }))
        });
        Self {
            cases: cases.collect(),
            ..self.clone()
        }
    }
}

/// Whether an alert of the case belongs to its incident only perhaps.
pub fn has_probable_join(case: &Case) -> bool {
    let mut alerts = case.alerts.iter();
    case.incident.is_some() && alerts.any(|joined| joined.joined_by == JoinedBy::Probable)
}
