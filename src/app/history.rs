//! Prometheus range queries for the case or hub in the open overlay, and their answers.
//!
//! A history is requested when a case or a hub is opened, and on `refresh`, but never on a timer. Windows end on a
//! whole step. So within a step the answer cannot change, and no second request is sent.

use std::sync::Arc;

use super::model::{Model, OverlayKind};
use crate::domain::case::Case;
use crate::domain::history::{AlertQuery, History, HistoryRequest, HistorySubject, Window};
use crate::domain::ids::HubKey;
use crate::domain::now::Now;
use crate::domain::source::SourceKind;

/// Histories are requested for at most this many alerts of a case, since the case's page has no room for more.
pub const MAX_ALERTS_PER_CASE: usize = 3;

/// The columns of the terminal that a plot cannot use: the frame and the scale.
const PLOT_MARGIN: u16 = 16;

/// The assumed columns of a terminal whose size is not known.
const DEFAULT_WIDTH: u16 = 80;

/// One history query and its state.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryFetch {
    /// The latest request.
    pub query: HistoryRequest,
    /// Whether the answer to the request is still missing.
    pub pending: bool,
    /// The latest answer. It stays while a newer request is pending, and if that request fails.
    pub loaded: Option<LoadedHistory>,
    /// Why the latest request failed.
    pub failure: Option<String>,
}

/// A history, with the time of its arrival.
#[derive(Clone, Debug)]
pub struct LoadedHistory {
    /// The time that the history covers.
    pub window: Window,
    pub history: Arc<History>,
    /// When the history arrived.
    pub received_at: Now,
}

// A loaded history never changes, so comparing pointers is enough.
impl PartialEq for LoadedHistory {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.history, &other.history) && self.window == other.window
    }
}

impl HistoryFetch {
    fn new(question: HistoryRequest) -> Self {
        Self {
            query: question,
            pending: true,
            loaded: None,
            failure: None,
        }
    }

    /// Requests the history for a new window. Does nothing while a request is pending. Also does nothing if this window
    /// is loaded, unless a later request failed.
    fn refetch(self, question: HistoryRequest) -> Self {
        let knows_it = self.loaded.as_ref().map(|known| known.window) == Some(question.window);
        if self.pending || (knows_it && self.failure.is_none()) {
            return self;
        }
        Self {
            query: question,
            pending: true,
            ..self
        }
    }

    /// Stores the result of the query.
    pub fn set_result(&mut self, result: &Result<Arc<History>, String>, now: Now) {
        self.pending = false;
        match result {
            Ok(history) => {
                self.loaded = Some(LoadedHistory {
                    window: self.query.window,
                    history: Arc::clone(history),
                    received_at: now,
                });
                self.failure = None;
            }
            Err(why) => self.failure = Some(why.clone()),
        }
    }
}

impl Model {
    /// Requests the histories that the topmost overlay shows. Loaded histories are refreshed.
    pub(super) fn fetch_top_histories(&mut self, now: Now) {
        let Some(kind) = self.overlay().map(|overlay| overlay.kind.clone()) else {
            return;
        };
        let questions = self.history_queries(&kind, now);
        let inquiries = questions.into_iter().map(|question| {
            let mut all = self
                .overlays
                .iter()
                .rev()
                .flat_map(|it| it.history_fetches.iter().flatten());
            let same = all.find(|it| is_same_subject(&it.query, &question));
            match same {
                Some(known) => known.clone().refetch(question),
                None => HistoryFetch::new(question),
            }
        });
        let inquiries = inquiries.collect();
        if let Some(overlay) = self.overlays.last_mut() {
            overlay.history_fetches = Some(inquiries);
        }
    }

    /// The queries whose answers have not arrived yet.
    pub(super) fn pending_histories(&self) -> Vec<&HistoryRequest> {
        let all = self
            .overlays
            .iter()
            .flat_map(|it| it.history_fetches.iter().flatten());
        let mut pending: Vec<&HistoryRequest> = Vec::new();
        for inquiry in all.filter(|it| it.pending) {
            if !pending.contains(&&inquiry.query) {
                pending.push(&inquiry.query);
            }
        }
        pending
    }

    /// The histories that the topmost overlay has requested.
    pub fn history_fetches(&self) -> &[HistoryFetch] {
        let asked = self.overlay().and_then(|it| it.history_fetches.as_deref());
        asked.unwrap_or_default()
    }

    fn history_queries(&self, kind: &OverlayKind, now: Now) -> Vec<HistoryRequest> {
        match kind {
            OverlayKind::Case(case) => self.queries_for_case(case, now),
            OverlayKind::Hub(key) => self.query_for_hub(key, now).into_iter().collect(),
            OverlayKind::Sources
            | OverlayKind::Help
            | OverlayKind::Owed
            | OverlayKind::Rollout
            | OverlayKind::Document(..)
            | OverlayKind::ActionFlow(_)
            | OverlayKind::CopyByHand(_) => Vec::new(),
        }
    }

    fn queries_for_case(&self, case: &Case, now: Now) -> Vec<HistoryRequest> {
        let alerts = case.alerts.iter().map(|joined| &joined.alert);
        let asked = alerts.filter(|alert| alert.source.kind == SourceKind::Prometheus);
        let questions = asked.take(MAX_ALERTS_PER_CASE).map(|alert| HistoryRequest {
            source: alert.source.clone(),
            subject: HistorySubject::Alert(AlertQuery::new(
                alert.labels.clone(),
                &alert.rule.expression,
            )),
            window: self.history_window(now),
        });
        let hub = match case.places.as_slice() {
            [place] => place
                .hub_key()
                .and_then(|key| self.query_for_hub(&key, now)),
            _ => None,
        };
        questions.chain(hub).collect()
    }

    fn query_for_hub(&self, key: &HubKey, now: Now) -> Option<HistoryRequest> {
        let (cluster, _) = self.find_hub(key)?;
        let (source, _) = cluster.prometheus.as_ref()?;
        Some(HistoryRequest {
            source: source.clone(),
            subject: HistorySubject::Hub(key.clone()),
            window: self.history_window(now),
        })
    }

    // A plot shows two points per column, so twice as many points as columns are requested.
    fn history_window(&self, now: Now) -> Window {
        let width = match self.viewport.width {
            0 => DEFAULT_WIDTH,
            width => width,
        };
        let most = usize::from(width.saturating_sub(PLOT_MARGIN)).saturating_mul(2);
        Window::ending_at(now.wall, most)
    }
}

fn is_same_subject(one: &HistoryRequest, other: &HistoryRequest) -> bool {
    one.source == other.source && one.subject == other.subject
}
