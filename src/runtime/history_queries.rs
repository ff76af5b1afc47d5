//! Asks Prometheuses how values went, each question on its own task, until it is answered or nobody
//! waits for it any more. While nothing is open, nothing is asked.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::tasks::Tasks;
use crate::app::msg::Msg;
use crate::domain::history::{History, HistoryRequest};
use crate::domain::settings::PrometheusSettings;
use crate::domain::source::{SourceId, SourceKind};
use crate::sources::context::SourceContext;
use crate::sources::poll::PollError;
use crate::sources::prometheus::{endpoint, history};

/// A person has a few questions open at most.
const CHANNEL_CAPACITY: usize = 32;

/// Whom to ask, and what is asked now.
pub struct HistoryQueries {
    context: Arc<SourceContext>,
    sources: BTreeMap<SourceId, Arc<PrometheusSettings>>,
    in_flight: Vec<(HistoryRequest, CancellationToken)>,
    msg_tx: mpsc::Sender<Msg>,
    msg_rx: mpsc::Receiver<Msg>,
}

impl HistoryQueries {
    /// Nothing is asked yet.
    pub fn new(context: Arc<SourceContext>, sources: &[PrometheusSettings]) -> Self {
        let named = sources.iter().map(|settings| {
            let id = SourceId::new(SourceKind::Prometheus, &settings.name);
            (id, Arc::new(settings.clone()))
        });
        let (tell, told) = mpsc::channel(CHANNEL_CAPACITY);
        Self {
            context,
            sources: named.collect(),
            in_flight: Vec::new(),
            msg_tx: tell,
            msg_rx: told,
        }
    }

    /// Asks; [`Self::next`] tells.
    pub fn start(&mut self, question: HistoryRequest, tasks: &Tasks) {
        let settings = self.sources.get(&question.source).cloned();
        let (context, stop) = (Arc::clone(&self.context), CancellationToken::new());
        let mut report = QueryGuard {
            msg_tx: self.msg_tx.clone(),
            question: question.clone(),
            stop: stop.clone(),
            result: Err("its task stumbled".to_owned()),
        };
        self.in_flight.push((question.clone(), stop.clone()));
        tasks.spawn(async move {
            tokio::select! {
                biased;
                () = stop.cancelled() => {}
                result = run_query(&context, settings.as_deref(), &question) => report.set_result(result),
            }
        });
    }

    /// Stops asking.
    pub fn cancel(&mut self, question: &HistoryRequest) {
        self.in_flight.retain(|(asked, stop)| {
            let is_match = asked == question;
            if is_match {
                stop.cancel();
            }
            !is_match
        });
    }

    /// The next answer. Nothing is lost when the future is dropped.
    pub async fn next(&mut self) -> Msg {
        match self.msg_rx.recv().await {
            Some(msg) => {
                if let Msg::HistoryFetched {
                    query: question, ..
                } = &msg
                {
                    self.in_flight.retain(|(asked, _)| asked != question);
                }
                msg
            }
            // It holds a sender itself.
            None => std::future::pending().await,
        }
    }
}

async fn run_query(
    context: &SourceContext,
    settings: Option<&PrometheusSettings>,
    question: &HistoryRequest,
) -> Result<Arc<History>, String> {
    let Some(settings) = settings else {
        return Err("it is not configured".to_owned());
    };
    let words = |error: PollError| error.text;
    let endpoint = endpoint(context, settings).map_err(words)?;
    let answer = history(settings, &endpoint, question).await;
    answer.map(Arc::new).map_err(words)
}

/// Reports however the task ends, so that a panic in it leaves nobody waiting for ever; but not if it
/// was stopped.
struct QueryGuard {
    msg_tx: mpsc::Sender<Msg>,
    question: HistoryRequest,
    stop: CancellationToken,
    result: Result<Arc<History>, String>,
}

impl QueryGuard {
    fn set_result(&mut self, result: Result<Arc<History>, String>) {
        self.result = result;
    }
}

impl Drop for QueryGuard {
    fn drop(&mut self) {
        if self.stop.is_cancelled() {
            return;
        }
        let msg = Msg::HistoryFetched {
            query: self.question.clone(),
            result: self.result.clone(),
        };
        // The program may have ended; and nobody has as many questions open as there is room for.
        let _ended = self.msg_tx.try_send(msg);
    }
}
