//! Checks the case of a declaration: whether the case exists, and whether it has an open incident already. A second
//! incident for one case would page somebody for a known problem.

use std::sync::Arc;
use std::time::Duration;

use super::super::poll_once::poll_all;
use super::plan::ShellOperation;
use crate::cli::OperationCommand;
use crate::domain::ids::CaseId;
use crate::domain::operation::{CaseDoubt, Declaration, NotSentReason};
use crate::domain::settings::SourcesConfig;
use crate::domain::source::SourceKind;
use crate::picture::{BuildOptions, Picture, build};
use crate::plan::has_probable_join;
use crate::runtime::registry::register_sources;
use crate::sources::context::SourceContext;

/// The longest time for the poll that looks for the case. It is as long as a poll by `check`, since both polls read the
/// details of all open incidents.
const CASE_TIMEOUT: Duration = Duration::from_secs(20);

impl ShellOperation<'_> {
    /// The sources, besides PagerDuty, that may show the case of a declaration.
    pub fn case_sources(&self) -> SourcesConfig {
        let OperationCommand::Declare(declare) = self.command else {
            return SourcesConfig::default();
        };
        let Some(case) = &declare.case else {
            return SourcesConfig::default();
        };
        let all = &self.config.sources;
        let mut sources = SourcesConfig {
            prometheus: all.prometheus.clone(),
            probes: all.probes.clone(),
            ..SourcesConfig::default()
        };
        match case {
            CaseId::Hub(hub) => {
                sources.retain_places(|cluster| *cluster == hub.cluster, |it| it == hub);
            }
            CaseId::Alert(_) | CaseId::Incident(_) => sources.retain_places(|_| true, |_| false),
        }
        sources
    }

    /// Polls the sources of the case as `check` does.
    pub async fn look_at_case(&self, context: &Arc<SourceContext>) -> Picture {
        let sources = SourcesConfig {
            pagerduty: Some(self.account.clone()),
            ..self.case_sources()
        };
        let registry = register_sources(sources, Vec::new(), context);
        let time = &*self.context.time;
        let answers = poll_all(registry, CASE_TIMEOUT, time, std::future::ready(())).await;
        let options = BuildOptions::default();
        build(&answers, &self.config.policy, time.now(), options)
    }
}

/// What is not known about the case of a declaration; `None` if everything is known.
///
/// # Errors
/// The case does not exist, or has an open incident. An incident that the same declaration opened earlier is no error,
/// because PagerDuty then answers that the incident exists already.
pub fn check_case(
    picture: &Picture,
    case: &CaseId,
    new: &Declaration,
) -> Result<Option<CaseDoubt>, NotSentReason> {
    // If the case's sources do not answer, the picture does not show the case. An incident that was declared for the
    // case earlier still counts.
    if let Some(number) = declared_before(picture, case, new) {
        return Err(NotSentReason::CaseHasIncident(case.clone(), number));
    }
    let found = picture.case(case);
    let incident = found.and_then(|found| found.incident.as_ref());
    match (found, incident.filter(|incident| incident.is_open())) {
        (None, _) => match unanswered(picture, |kind| kind != SourceKind::Pagerduty) {
            Some(sources) => Ok(Some(CaseDoubt::NotSeen(case.clone(), sources))),
            None => Err(NotSentReason::NoCase(case.clone())),
        },
        (Some(_), None) => {
            let sources = unanswered(picture, |kind| kind == SourceKind::Pagerduty);
            Ok(sources.map(|sources| CaseDoubt::IncidentNotKnown(case.clone(), sources)))
        }
        (Some(_), Some(incident)) if incident.incident_key.as_ref() == Some(&new.key) => Ok(None),
        (Some(found), Some(incident)) if has_probable_join(found) => Ok(Some(
            CaseDoubt::MayHaveIncident(case.clone(), Arc::clone(incident)),
        )),
        (Some(_), Some(incident)) => Err(NotSentReason::CaseHasIncident(
            case.clone(),
            incident.number,
        )),
    }
}

fn declared_before(picture: &Picture, case: &CaseId, new: &Declaration) -> Option<u64> {
    let incidents = picture
        .cases
        .iter()
        .filter_map(|shown| shown.incident.as_ref());
    let mut others = incidents.filter(|incident| incident.incident_key.as_ref() != Some(&new.key));
    let before = others.find(|it| it.is_open() && it.declared_for().as_ref() == Some(case));
    before.map(|incident| incident.number)
}

// The sources of these kinds that did not answer in full. The list is empty if no source of these kinds is configured.
// `None` if all sources of these kinds answered in full.
fn unanswered(picture: &Picture, is_asked: impl Fn(SourceKind) -> bool) -> Option<Vec<String>> {
    let asked = picture.sources.iter().filter(|it| is_asked(it.id.kind));
    let mut asked = asked.peekable();
    if asked.peek().is_none() {
        return Some(Vec::new());
    }
    let lacking = asked.filter(|it| !it.state.is_fresh() || it.missing_parts().next().is_some());
    let lacking: Vec<String> = lacking.map(|it| it.id.to_string()).collect();
    (!lacking.is_empty()).then_some(lacking)
}
