//! The sources whose data about health, signals or cases is not reliable now. Such data counts as unknown.

use crate::domain::ids::ClusterName;
use crate::domain::source::{PartName, PartProblem, SourceId, SourceKind, SourceState};
use crate::picture::model::Picture;
use crate::picture::views::{PartView, SourceView};

/// The kind of data that a source has about hubs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, strum::Display)]
#[strum(serialize_all = "snake_case")]
pub enum FigureGroup {
    Cases,
    /// Starts and failed starts from a Prometheus. The alerts of the Prometheus belong to `Cases`.
    Signals,
    /// Which hubs are down, and the hubs' versions of JupyterHub.
    Health,
}

/// A source that is not fresh, or that lacks a part of its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadSource {
    pub source: SourceId,
    pub figures: FigureGroup,
    /// The cluster without recent data; `None` if all data of the source is unreliable.
    pub cluster: Option<ClusterName>,
    /// The failure as a text.
    pub failure: String,
}

/// The sources with unknown figures, in the picture's order.
pub(super) fn unread_sources(picture: &Picture) -> Vec<UnreadSource> {
    let mut unread: Vec<UnreadSource> = picture.sources.iter().filter_map(unread_source).collect();
    let is_fresh = |id: &SourceId| {
        let mut sources = picture.sources.iter();
        sources.any(|view| view.id == *id && view.state.is_fresh())
    };
    for cluster in &picture.clusters {
        // The source answers, but its samples of this cluster are old.
        if let Some((id, state)) = &cluster.prometheus
            && !state.is_fresh()
            && is_fresh(id)
        {
            unread.push(UnreadSource {
                source: id.clone(),
                figures: FigureGroup::Signals,
                cluster: Some(cluster.name.clone()),
                failure: "it has no recent samples of this cluster".to_owned(),
            });
        }
    }
    unread
}

fn unread_source(view: &SourceView) -> Option<UnreadSource> {
    let figures = match view.id.kind {
        SourceKind::Pagerduty | SourceKind::Alertmanager => FigureGroup::Cases,
        SourceKind::Prometheus => FigureGroup::Signals,
        SourceKind::Probes => FigureGroup::Health,
        SourceKind::StatusPage => return None,
    };
    let failure = match view.state.is_fresh() {
        true => part_failure(view.missing_parts().find(|part| is_needed(part.name))?),
        false => source_failure(view),
    };
    Some(UnreadSource {
        source: view.id.clone(),
        figures,
        cluster: None,
        failure,
    })
}

// Whether the figures need this part. Without an incident's alerts, its hubs are unknown. The rota, the priorities and
// the logs do not affect the figures.
fn is_needed(part: PartName) -> bool {
    matches!(
        part,
        PartName::Incidents | PartName::Alerts | PartName::SecondTries
    )
}

fn source_failure(view: &SourceView) -> String {
    match (&view.failure, view.state) {
        (Some(failure), _) => failure.text.clone(),
        (None, SourceState::Waiting) => "it has not answered yet".to_owned(),
        (None, _) => "its last answer is too old".to_owned(),
    }
}

fn part_failure(part: &PartView) -> String {
    match &part.problem {
        Some(PartProblem::Failed(failure)) => failure.text.clone(),
        Some(PartProblem::Partial(text) | PartProblem::NotOffered(text)) => text.clone(),
        Some(PartProblem::NotReadYet(_)) | None => "it is not read yet".to_owned(),
    }
}
