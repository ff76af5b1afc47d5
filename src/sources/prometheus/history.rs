//! The course of values over the last hours. Prometheus is queried for it only when a person opens a view that plots
//! it.

mod narrow;
mod parse;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use futures_util::stream::{self, StreamExt};

pub use self::narrow::alert_state_query;
use self::parse::{alert_history, hub_series};
use super::envelope::{Payload, RawResponse, parse_response};
use super::expressions::{Expressions, QueryPart};
use super::query_error::{Blame, QueryError};
use super::wire::RangeData;
use crate::domain::history::{AlertQuery, History, HistoryRequest, HistorySubject, Series, Window};
use crate::domain::hub::Signal;
use crate::domain::ids::HubKey;
use crate::domain::settings::{ClusterScope, PrometheusSettings};
use crate::sources::endpoint::Endpoint;
use crate::sources::error::SourceError;
use crate::sources::http::Response;

/// The most queries at once if each signal is queried alone.
const MAX_CONCURRENT: usize = 4;

/// Queries the Prometheus of these settings at `endpoint`.
///
/// # Errors
/// When there is no answer, or the answer has no values.
pub async fn history(
    settings: &PrometheusSettings,
    endpoint: &Endpoint,
    question: &HistoryRequest,
) -> Result<History, SourceError> {
    let asker = HistoryQuery {
        endpoint,
        window: &question.window,
    };
    let answer = match &question.subject {
        HistorySubject::Alert(watched) => asker.fetch_alert(watched).await,
        HistorySubject::Hub(key) => asker.fetch_hub(key, settings).await,
    };
    answer.map_err(|fault| fault.error)
}

#[derive(Clone, Copy)]
struct HistoryQuery<'a> {
    endpoint: &'a Endpoint,
    window: &'a Window,
}

impl HistoryQuery<'_> {
    async fn fetch_alert(self, watched: &AlertQuery) -> Result<History, QueryError> {
        let query = narrow::to_alert(&watched.query, &watched.labels);
        let response = self.fetch(&query).await?;
        let opened = parse_range(&response)?;
        Ok(alert_history(opened, &watched.labels, self.window))
    }

    // Queries the signals one by one if the joined query is refused, so that one broken expression in the configuration
    // does not hide the other signals.
    async fn fetch_hub(
        self,
        key: &HubKey,
        settings: &PrometheusSettings,
    ) -> Result<History, QueryError> {
        let expressions = Expressions::new(&settings.scope, &settings.signals);
        let signals = expressions.parts().filter_map(plotted_signal);
        let signals: Vec<Signal> = signals.collect();
        let whole = expressions.joined_query(&signals);
        match self.fetch_hub_series(&whole, key, &settings.scope).await {
            Err(fault) if fault.blame == Blame::Query => {}
            answer => return answer.map(|(series, warnings)| to_history(series, warnings)),
        }
        let answers = stream::iter(signals)
            .map(|signal| {
                let query = expressions.joined_query(&[signal]);
                async move {
                    (
                        signal,
                        self.fetch_hub_series(&query, key, &settings.scope).await,
                    )
                }
            })
            .buffered(MAX_CONCURRENT)
            .collect()
            .await;
        merge_answers(answers)
    }

    async fn fetch_hub_series(
        self,
        query: &str,
        key: &HubKey,
        scope: &ClusterScope,
    ) -> Result<(Vec<Series>, Vec<String>), QueryError> {
        let response = self.fetch(&narrow::to_hub(query, key, scope)).await?;
        let opened = parse_range(&response)?;
        let series = hub_series(&opened.data, key, scope, self.window);
        Ok((series, opened.warnings))
    }

    async fn fetch(self, query: &str) -> Result<Response, QueryError> {
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

fn parse_range(response: &Response) -> Result<Payload<RangeData<'_>>, QueryError> {
    let opened = parse_response::<RangeData<'_>>(&RawResponse::from_response(response))?;
    match (&*opened.data.result_type, &opened.data.result) {
        ("matrix", Some(_)) => Ok(opened),
        ("matrix", None) => Err(QueryError::garbled("the answer lists no series")),
        (other, _) => {
            let text = format!("the query returns a {other}, not a matrix");
            Err(QueryError::garbled(text))
        }
    }
}

// The signal to plot. `None` for parts that have no curve: their values are dates, or they only show whether the 95th
// percentile is a lower bound.
fn plotted_signal(asked: QueryPart) -> Option<Signal> {
    match asked {
        QueryPart::Signal(Signal::SampledAt)
        | QueryPart::SlowestStart
        | QueryPart::NewestSample => None,
        QueryPart::Signal(signal) => Some(signal),
    }
}

type SeriesResult = Result<(Vec<Series>, Vec<String>), QueryError>;

fn merge_answers(answers: Vec<(Signal, SeriesResult)>) -> Result<History, QueryError> {
    let (mut series, mut warnings) = (Vec::new(), Vec::new());
    let mut refused = BTreeMap::new();
    for (signal, answer) in answers {
        match answer {
            Ok((more, said)) => {
                series.extend(more);
                warnings.extend(said);
            }
            Err(fault) if fault.blame == Blame::Query => {
                refused.insert(signal, fault.error.text);
            }
            Err(fault) => return Err(fault),
        }
    }
    warnings.sort_unstable();
    warnings.dedup();
    Ok(History {
        failed_signals: refused,
        ..to_history(series, warnings)
    })
}

fn to_history(series: Vec<Series>, warnings: Vec<String>) -> History {
    History {
        series,
        warnings,
        ..History::default()
    }
}
