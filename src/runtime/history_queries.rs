//! Range queries for the history of a value. Each query runs in its own task until Prometheus answers or the query is
//! cancelled. No query runs while no history is open.

use std::collections::BTreeMap;
use std::ops::DerefMut;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::inbox::InboxSender;
use super::tasks::Tasks;
use crate::app::msg::Msg;
use crate::domain::history::{History, HistoryRequest};
use crate::domain::settings::PrometheusSettings;
use crate::domain::source::{SourceId, SourceKind};
use crate::sources::context::SourceContext;
use crate::sources::error::SourceError;
use crate::sources::prometheus::{endpoint, history};

/// The Prometheus servers that can be queried, and the running queries.
pub struct HistoryQueries {
    context: Arc<SourceContext>,
    sources: BTreeMap<SourceId, Arc<PrometheusSettings>>,
    in_flight: Vec<(HistoryRequest, CancellationToken)>,
    inbox: InboxSender,
}

impl HistoryQueries {
    pub fn new(
        context: Arc<SourceContext>,
        sources: &[PrometheusSettings],
        inbox: InboxSender,
    ) -> Self {
        let named = sources.iter().map(|settings| {
            let id = SourceId::new(SourceKind::Prometheus, &settings.endpoint.name);
            (id, Arc::new(settings.clone()))
        });
        Self {
            context,
            sources: named.collect(),
            in_flight: Vec::new(),
            inbox,
        }
    }

    /// Starts a query; the inbox receives its result.
    pub fn start(&mut self, question: HistoryRequest, tasks: &Tasks) {
        let settings = self.sources.get(&question.source).cloned();
        let (context, stop) = (Arc::clone(&self.context), CancellationToken::new());
        let mut report = send_on_drop(self.inbox.clone(), question.clone(), stop.clone());
        self.in_flight.push((question.clone(), stop.clone()));
        tasks.spawn(async move {
            tokio::select! {
                biased;
                () = stop.cancelled() => {}
                result = run_query(&context, settings.as_deref(), &question) => *report = result,
            }
        });
    }

    /// Cancels a query. Its result is then not sent.
    pub fn cancel(&mut self, question: &HistoryRequest) {
        self.in_flight.retain(|(asked, stop)| {
            let is_match = asked == question;
            if is_match {
                stop.cancel();
            }
            !is_match
        });
    }

    /// Removes a query whose result has arrived.
    pub fn finish(&mut self, query: &HistoryRequest) {
        self.in_flight.retain(|(asked, _)| asked != query);
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
    let words = |error: SourceError| error.text;
    let endpoint = endpoint(context, settings).map_err(words)?;
    let answer = history(settings, &endpoint, question).await;
    answer.map(Arc::new).map_err(words)
}

/// Sends the result when the task ends, even by a panic. Otherwise the history would wait for ever. Sends nothing if
/// `stop` was cancelled.
fn send_on_drop(
    inbox: InboxSender,
    query: HistoryRequest,
    stop: CancellationToken,
) -> impl DerefMut<Target = Result<Arc<History>, String>> {
    scopeguard::guard(Err("its task crashed".to_owned()), move |result| {
        if !stop.is_cancelled() {
            inbox.send(Msg::HistoryFetched { query, result });
        }
    })
}
