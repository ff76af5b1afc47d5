//! The cases that an action is for.

use std::sync::Arc;

use crate::domain::case::{Case, JoinedBy};
use crate::domain::ids::{CaseId, HubKey, UserId};
use crate::domain::incident::{Incident, Urgency};
use crate::domain::now::Now;

/// The cases of an action as they were shown, or a hub without a case.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ActionSubject {
    /// The cases, worst first.
    pub cases: Vec<Arc<Case>>,
    /// The hub, for an action on a hub without a case.
    pub hub: Option<HubKey>,
    /// Whether the user has chosen the incident. The cases then contain only that incident.
    pub incident_chosen: bool,
    /// When the incidents were read for a write. Data that was requested before then is older than these incidents.
    pub read_at: Option<Now>,
}

/// One incident to act on.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    pub case: &'a Case,
    pub incident: &'a Arc<Incident>,
}

impl ActionSubject {
    pub fn from_cases(cases: Vec<Arc<Case>>) -> Self {
        Self {
            cases,
            ..Self::default()
        }
    }

    /// The targets: the open incidents of the cases. With several cases, a case that is only probably joined to its
    /// incident is left out.
    pub fn targets(&self) -> impl Iterator<Item = Target<'_>> {
        self.cases.iter().filter_map(|case| {
            let incident = case.incident.as_ref().filter(|it| it.is_open())?;
            let sure = self.cases.len() == 1 || !has_probable_join(case);
            sure.then_some(Target { case, incident })
        })
    }

    /// The number of cases that [`Self::targets`] leaves out since their join is only probable.
    pub fn excluded_count(&self) -> usize {
        if self.cases.len() == 1 {
            return 0;
        }
        self.cases
            .iter()
            .filter(|case| has_probable_join(case))
            .count()
    }

    /// The number of targets with low urgency; PagerDuty does not escalate low urgency.
    pub fn low_urgency_count(&self) -> usize {
        let low = |target: &Target<'_>| target.incident.urgency == Urgency::Low;
        self.targets().filter(low).count()
    }

    /// Whether the user must choose the incident.
    pub fn needs_incident_choice(&self) -> bool {
        match self.cases.as_slice() {
            [one] => !self.incident_chosen && has_probable_join(one),
            _ => false,
        }
    }

    /// Whether any of the cases has an incident.
    pub fn has_incident(&self) -> bool {
        self.cases.iter().any(|case| case.incident.is_some())
    }

    /// Whether the time-box is kept on this machine: the subject is a single case without an incident.
    pub fn uses_local_time_box(&self) -> bool {
        matches!(self.cases.as_slice(), [one] if one.incident.is_none())
    }

    /// Whether any of the cases has an open incident.
    pub fn has_open_incident(&self) -> bool {
        let mut incidents = self.cases.iter().filter_map(|case| case.incident.as_ref());
        incidents.any(|incident| incident.is_open())
    }

    /// The case that texts and titles are about: the worst case. Without a case, the hub's own id.
    pub fn case_id(&self) -> Option<CaseId> {
        let case = self.cases.first().map(|case| case.id.clone());
        case.or_else(|| self.hub.clone().map(CaseId::Hub))
    }

    /// The subject's own hub, else the first hub of the worst case. `None` if there is neither.
    pub fn hub_key(&self) -> Option<HubKey> {
        let places = self.cases.first().map(|case| case.places.as_slice());
        let mut keys = places
            .into_iter()
            .flatten()
            .filter_map(|place| place.hub_key());
        self.hub.clone().or_else(|| keys.next())
    }

    /// The names of the people other than `me` who acknowledged the incidents. `None` if there are none.
    pub fn other_acknowledgers(&self, me: Option<&UserId>) -> Option<Vec<String>> {
        let owners = self.targets().flat_map(|target| &target.case.owners);
        let others = owners.filter(|owner| owner.acknowledged && Some(&owner.who.id) != me);
        let mut names: Vec<_> = others.map(|owner| owner.who.name.to_string()).collect();
        names.dedup();
        (!names.is_empty()).then_some(names)
    }

    /// The subject with its incidents as they were just read. Cases whose incident is not in `fresh` are dropped.
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

/// Whether an alert of the case is only probably joined to its incident.
pub fn has_probable_join(case: &Case) -> bool {
    let mut alerts = case.alerts.iter();
    case.incident.is_some() && alerts.any(|joined| joined.joined_by == JoinedBy::Probable)
}
