//! Asks Prometheuses how values went, each question on its own task, until it is answered or nobody
//! waits for it any more. While nothing is open, nothing is asked.

use std::collections::BTreeMap;
use std::ops::DerefMut;
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
        let mut report = send_on_drop(self.msg_tx.clone(), question.clone(), stop.clone());
        self.in_flight.push((question.clone(), stop.clone()));
        tasks.spawn(async move {
            tokio::select! {
                biased;
                () = stop.cancelled() => {}
                result = run_query(&context, settings.as_deref(), &question) => *report = result,
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

/// Sends the result however the task ends, so that a panic in it leaves nobody waiting for ever; but not if
/// the task was stopped.
fn send_on_drop(
    msg_tx: mpsc::Sender<Msg>,
    query: HistoryRequest,
    stop: CancellationToken,
) -> impl DerefMut<Target = Result<Arc<History>, String>> {
    scopeguard::guard(Err("its task crashed".to_owned()), move |result| {
        if !stop.is_cancelled() {
            // The program may have ended; and nobody has as many questions open as there is room for.
            let _ended = msg_tx.try_send(Msg::HistoryFetched { query, result });
        }
    })
}
