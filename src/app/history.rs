//! What a detail asks of Prometheus when it is opened, and what came of it.
//!
//! It is asked when a case or a hub is opened, and again on `refresh`; never by itself. A window ends on
//! a whole step, so within one step there is nothing new to hear: what is known is not asked again.

use std::sync::Arc;

use super::model::{Model, OverlayKind};
use crate::domain::case::Case;
use crate::domain::history::{AlertQuery, History, HistoryRequest, HistorySubject, Window};
use crate::domain::ids::HubKey;
use crate::domain::now::Now;
use crate::domain::source::SourceKind;

/// Of a case so many alerts are asked about; the rest are alike, or too many to look at.
pub const MOST_ALERTS: usize = 3;

/// Columns that a plot does not have: the frame and the scale beside it.
const BESIDE: u16 = 16;

/// Columns of a terminal whose size is not known.
const USUAL_WIDTH: u16 = 80;

/// A question and how it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Inquiry {
    /// What was asked last.
    pub question: HistoryRequest,
    /// Whether its answer is on its way.
    pub pending: bool,
    /// The latest answer, which stays while a newer one is asked for or fails.
    pub known: Option<Known>,
    /// Why the latest question has no answer.
    pub failure: Option<String>,
}

/// An answer with its age.
#[derive(Clone, Debug)]
pub struct Known {
    /// Of when it tells.
    pub window: Window,
    /// What it tells.
    pub history: Arc<History>,
    /// When it came.
    pub at: Now,
}

// An answer is never changed once it is there.
impl PartialEq for Known {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.history, &other.history) && self.window == other.window
    }
}

impl Inquiry {
    fn asked(question: HistoryRequest) -> Self {
        Self {
            question,
            pending: true,
            known: None,
            failure: None,
        }
    }

    /// The same about a later time, if there is anything new to hear.
    fn again(self, question: HistoryRequest) -> Self {
        let knows_it = self.known.as_ref().map(|known| known.window) == Some(question.window);
        if self.pending || (knows_it && self.failure.is_none()) {
            return self;
        }
        Self {
            question,
            pending: true,
            ..self
        }
    }

    /// Takes the answer.
    pub fn hear(&mut self, result: &Result<Arc<History>, String>, now: Now) {
        self.pending = false;
        match result {
            Ok(history) => {
                self.known = Some(Known {
                    window: self.question.window,
                    history: Arc::clone(history),
                    at: now,
                });
                self.failure = None;
            }
            Err(why) => self.failure = Some(why.clone()),
        }
    }
}

impl Model {
    /// What lies on top asks, or asks again.
    pub(super) fn ask_on_top(&mut self, now: Now) {
        let Some(kind) = self.overlay().map(|overlay| overlay.kind.clone()) else {
            return;
        };
        let questions = self.questions(&kind, now);
        let inquiries = questions.into_iter().map(|question| {
            let mut all = self
                .overlays
                .iter()
                .rev()
                .flat_map(|it| it.inquiries.iter().flatten());
            let same = all.find(|it| is_about_the_same(&it.question, &question));
            match same {
                Some(known) => known.clone().again(question),
                None => Inquiry::asked(question),
            }
        });
        let inquiries = inquiries.collect();
        if let Some(overlay) = self.overlays.last_mut() {
            overlay.inquiries = Some(inquiries);
        }
    }

    /// The answers that are on their way.
    pub(super) fn pending(&self) -> Vec<&HistoryRequest> {
        let all = self
            .overlays
            .iter()
            .flat_map(|it| it.inquiries.iter().flatten());
        let mut pending: Vec<&HistoryRequest> = Vec::new();
        for inquiry in all.filter(|it| it.pending) {
            if !pending.contains(&&inquiry.question) {
                pending.push(&inquiry.question);
            }
        }
        pending
    }

    /// What lies on top asked.
    pub fn inquiries(&self) -> &[Inquiry] {
        let asked = self.overlay().and_then(|it| it.inquiries.as_deref());
        asked.unwrap_or_default()
    }

    fn questions(&self, kind: &OverlayKind, now: Now) -> Vec<HistoryRequest> {
        match kind {
            OverlayKind::Case(case) => self.questions_of_case(case, now),
            OverlayKind::Hub(key) => self.question_of_hub(key, now).into_iter().collect(),
            OverlayKind::Sources | OverlayKind::Help | OverlayKind::Acting(_) => Vec::new(),
        }
    }

    fn questions_of_case(&self, case: &Case, now: Now) -> Vec<HistoryRequest> {
        let alerts = case.alerts.iter().map(|joined| &joined.alert);
        let asked = alerts.filter(|alert| alert.source.kind == SourceKind::Prometheus);
        let questions = asked.take(MOST_ALERTS).map(|alert| HistoryRequest {
            source: alert.source.clone(),
            subject: HistorySubject::Alert(AlertQuery::new(
                alert.labels.clone(),
                &alert.rule.expression,
            )),
            window: self.window(now),
        });
        let hub = match case.places.as_slice() {
            [place] => place
                .hub_key()
                .and_then(|key| self.question_of_hub(&key, now)),
            _ => None,
        };
        questions.chain(hub).collect()
    }

    fn question_of_hub(&self, key: &HubKey, now: Now) -> Option<HistoryRequest> {
        let (cluster, _) = self.find_hub(key)?;
        let (source, _) = cluster.prometheus.as_ref()?;
        Some(HistoryRequest {
            source: source.clone(),
            subject: HistorySubject::Hub(key.clone()),
            window: self.window(now),
        })
    }

    // A cell of a plot holds two moments.
    fn window(&self, now: Now) -> Window {
        let width = match self.extent.width {
            0 => USUAL_WIDTH,
            width => width,
        };
        let most = usize::from(width.saturating_sub(BESIDE)).saturating_mul(2);
        Window::ending_at(now.wall, most)
    }
}

fn is_about_the_same(one: &HistoryRequest, other: &HistoryRequest) -> bool {
    one.source == other.source && one.subject == other.subject
}
