//! Asks Prometheuses how values went, each question on its own task, until it is answered or nobody
//! waits for it any more. While nothing is open, nothing is asked.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::makers::endpoint_of;
use super::shop::Shop;
use super::tasks::Tasks;
use crate::app::msg::Msg;
use crate::domain::history::{History, HistoryRequest};
use crate::domain::settings::PrometheusSettings;
use crate::domain::source::{SourceId, SourceKind};
use crate::sources::poll::PollError;
use crate::sources::prometheus::history;

/// A person has a few questions open at most.
const ROOM: usize = 32;

/// Whom to ask, and what is asked now.
pub struct Histories {
    shop: Arc<Shop>,
    sources: BTreeMap<SourceId, Arc<PrometheusSettings>>,
    under_way: Vec<(HistoryRequest, CancellationToken)>,
    tell: mpsc::Sender<Msg>,
    told: mpsc::Receiver<Msg>,
}

impl Histories {
    /// Nothing is asked yet.
    pub fn new(shop: Arc<Shop>, sources: &[PrometheusSettings]) -> Self {
        let named = sources.iter().map(|settings| {
            let id = SourceId::new(SourceKind::Prometheus, &settings.name);
            (id, Arc::new(settings.clone()))
        });
        let (tell, told) = mpsc::channel(ROOM);
        Self {
            shop,
            sources: named.collect(),
            under_way: Vec::new(),
            tell,
            told,
        }
    }

    /// Asks; [`Self::next`] tells.
    pub fn ask(&mut self, question: HistoryRequest, tasks: &Tasks) {
        let settings = self.sources.get(&question.source).cloned();
        let (shop, stop) = (Arc::clone(&self.shop), CancellationToken::new());
        let mut report = Report {
            tell: self.tell.clone(),
            question: question.clone(),
            stop: stop.clone(),
            result: Err("its task stumbled".to_owned()),
        };
        self.under_way.push((question.clone(), stop.clone()));
        tasks.spawn(async move {
            tokio::select! {
                biased;
                () = stop.cancelled() => {}
                result = answer(&shop, settings.as_deref(), &question) => report.came(result),
            }
        });
    }

    /// Stops asking.
    pub fn let_go(&mut self, question: &HistoryRequest) {
        self.under_way.retain(|(asked, stop)| {
            let is_it = asked == question;
            if is_it {
                stop.cancel();
            }
            !is_it
        });
    }

    /// The next answer. Nothing is lost when the future is dropped.
    pub async fn next(&mut self) -> Msg {
        match self.told.recv().await {
            Some(msg) => {
                if let Msg::HistoryFetched {
                    query: question, ..
                } = &msg
                {
                    self.under_way.retain(|(asked, _)| asked != question);
                }
                msg
            }
            // It holds a sender itself.
            None => std::future::pending().await,
        }
    }
}

async fn answer(
    shop: &Shop,
    settings: Option<&PrometheusSettings>,
    question: &HistoryRequest,
) -> Result<Arc<History>, String> {
    let Some(settings) = settings else {
        return Err("it is not configured".to_owned());
    };
    let words = |error: PollError| error.text;
    let endpoint = endpoint_of(shop, settings).map_err(words)?;
    let answer = history(settings, &endpoint, question).await;
    answer.map(Arc::new).map_err(words)
}

/// Reports however the task ends, so that a panic in it leaves nobody waiting for ever; but not if it
/// was stopped.
struct Report {
    tell: mpsc::Sender<Msg>,
    question: HistoryRequest,
    stop: CancellationToken,
    result: Result<Arc<History>, String>,
}

impl Report {
    fn came(&mut self, result: Result<Arc<History>, String>) {
        self.result = result;
    }
}

impl Drop for Report {
    fn drop(&mut self) {
        if self.stop.is_cancelled() {
            return;
        }
        let msg = Msg::HistoryFetched {
            query: self.question.clone(),
            result: self.result.clone(),
        };
        // The program may have ended; and nobody has as many questions open as there is room for.
        let _ended = self.tell.try_send(msg);
    }
}
