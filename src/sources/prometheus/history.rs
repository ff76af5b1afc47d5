//! How values went over the last hours: one `query_range`, asked only when somebody looks.

mod narrow;
mod read;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use futures_util::stream::{self, StreamExt};

use self::read::{of_alert, of_hub};
use super::envelope::{Opened, Reply, open};
use super::expressions::{Asked, Expressions};
use super::fault::{Culprit, Fault};
use super::wire::RangeData;
use crate::domain::history::{AlertQuery, History, HistoryRequest, HistorySubject, Series, Window};
use crate::domain::hub::Signal;
use crate::domain::ids::HubKey;
use crate::domain::settings::{ClusterScope, PrometheusSettings};
use crate::sources::endpoint::Endpoint;
use crate::sources::http::Response;
use crate::sources::poll::PollError;

/// How many signals are asked for at once where each is asked alone.
const AT_ONCE: usize = 4;

/// Asks the Prometheus of these settings, whose address is `endpoint`'s.
///
/// # Errors
/// When there is no answer, or none that says how the values went.
pub async fn history(
    settings: &PrometheusSettings,
    endpoint: &Endpoint,
    question: &HistoryRequest,
) -> Result<History, PollError> {
    let asker = Asker {
        endpoint,
        window: &question.window,
    };
    let answer = match &question.subject {
        HistorySubject::Alert(watched) => asker.of_alert(watched).await,
        HistorySubject::Hub(key) => asker.of_hub(key, settings).await,
    };
    answer.map_err(|fault| fault.error)
}

#[derive(Clone, Copy)]
struct Asker<'a> {
    endpoint: &'a Endpoint,
    window: &'a Window,
}

impl Asker<'_> {
    async fn of_alert(self, watched: &AlertQuery) -> Result<History, Fault> {
        let query = narrow::to_alert(&watched.query, &watched.labels);
        let response = self.ask(&query).await?;
        let opened = open_range(&response)?;
        Ok(of_alert(opened, &watched.labels, self.window))
    }

    // One broken expression of the configuration must not hide the signals that are well.
    async fn of_hub(self, key: &HubKey, settings: &PrometheusSettings) -> Result<History, Fault> {
        let expressions = Expressions::new(&settings.scope, &settings.signals);
        let signals = expressions.parts().filter_map(signal);
        let signals: Vec<Signal> = signals.collect();
        let whole = expressions.joined_of(&signals);
        match self.hub_series(&whole, key, &settings.scope).await {
            Err(fault) if fault.culprit == Culprit::Query => {}
            answer => return answer.map(|(series, warnings)| told(series, warnings)),
        }
        let answers = stream::iter(signals)
            .map(|signal| {
                let query = expressions.joined_of(&[signal]);
                async move { (signal, self.hub_series(&query, key, &settings.scope).await) }
            })
            .buffered(AT_ONCE)
            .collect()
            .await;
        gather(answers)
    }

    async fn hub_series(
        self,
        query: &str,
        key: &HubKey,
        scope: &ClusterScope,
    ) -> Result<(Vec<Series>, Vec<String>), Fault> {
        let response = self.ask(&narrow::to_hub(query, key, scope)).await?;
        let opened = open_range(&response)?;
        let series = of_hub(&opened.data, key, scope, self.window);
        Ok((series, opened.warnings))
    }

    async fn ask(self, query: &str) -> Result<Response, Fault> {
        let form = [
            ("query", query.to_owned()),
            ("start", self.window.start().timestamp().to_string()),
            ("end", self.window.end.timestamp().to_string()),
            ("step", self.window.step.as_secs().to_string()),
        ];
        let request = self.endpoint.post("/api/v1/query_range").form(&form);
        Ok(self.endpoint.fetch(request).await?)
    }
}

fn open_range(response: &Response) -> Result<Opened<RangeData<'_>>, Fault> {
    let opened = open::<RangeData<'_>>(&Reply::of(response))?;
    match (&*opened.data.result_type, &opened.data.result) {
        ("matrix", Some(_)) => Ok(opened),
        ("matrix", None) => Err(Fault::garbled("the answer lists no series")),
        (other, _) => {
            let text = format!("the query gives a {other}, not a matrix");
            Err(Fault::garbled(text))
        }
    }
}

// When the newest sample was scraped is no value that anybody looks at.
fn signal(asked: Asked) -> Option<Signal> {
    match asked {
        Asked::Signal(Signal::SampledAt) | Asked::Newest => None,
        Asked::Signal(signal) => Some(signal),
    }
}

type Heard = Result<(Vec<Series>, Vec<String>), Fault>;

fn gather(answers: Vec<(Signal, Heard)>) -> Result<History, Fault> {
    let (mut series, mut warnings) = (Vec::new(), Vec::new());
    let mut refused = BTreeMap::new();
    for (signal, answer) in answers {
        match answer {
            Ok((more, said)) => {
                series.extend(more);
                warnings.extend(said);
            }
            Err(fault) if fault.culprit == Culprit::Query => {
                refused.insert(signal, fault.error.text);
            }
            Err(fault) => return Err(fault),
        }
    }
    warnings.sort();
    warnings.dedup();
    Ok(History {
        failed_signals: refused,
        ..told(series, warnings)
    })
}

fn told(series: Vec<Series>, warnings: Vec<String>) -> History {
    History {
        series,
        warnings,
        ..History::default()
    }
}
