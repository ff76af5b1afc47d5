//! Queries the signals in one query. If that fails, queries them without the broken expressions.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use futures_util::stream::{self, StreamExt};

use super::envelope::{RawResponse, parse_response};
use super::expressions::{Expressions, QueryPart};
use super::query_error::{Blame, QueryError};
use super::query_plan::{QueryOutcome, QueryPlan, learn_from_answers};
use super::signal_values::SignalValues;
use super::wire::QueryData;
use crate::domain::hub::{MissingSignal, Signal, Signals};
use crate::domain::ids::HubKey;
use crate::domain::now::Now;
use crate::domain::settings::ClusterScope;
use crate::sources::endpoint::Endpoint;

/// The most queries at once if each part is queried alone.
const MAX_CONCURRENT: usize = 4;

/// The values of the signals, and the plan for the next query.
#[derive(Debug)]
pub(super) struct SignalReadings {
    pub(super) values: SignalValues,
    pub(super) missing: BTreeMap<HubKey, Vec<MissingSignal>>,
    pub(super) warnings: Vec<String>,
    pub(super) server_clock: Option<DateTime<Utc>>,
    pub(super) plan: QueryPlan,
}

/// The values from one query.
struct PartReadings {
    values: SignalValues,
    warnings: Vec<String>,
    server_clock: Option<DateTime<Utc>>,
}

/// The server to query, and the wanted signals.
#[derive(Clone, Copy)]
pub(super) struct SignalQuery<'a> {
    pub(super) endpoint: &'a Endpoint,
    pub(super) expressions: &'a Expressions,
    pub(super) scope: &'a ClusterScope,
}

impl SignalQuery<'_> {
    /// Queries according to the plan. If a joined query is refused, each part is queried alone.
    pub(super) async fn fetch(
        self,
        plan: QueryPlan,
        now: Now,
    ) -> Result<SignalReadings, QueryError> {
        let joined = match &plan {
            QueryPlan::Separate { .. } => None,
            QueryPlan::Joined | QueryPlan::JoinedWithout { .. } => self
                .expressions
                .joined_query_without(&plan.excluded_parts()),
        };
        match joined {
            None => self.fetch_separately(plan, now).await,
            Some(query) => match self.fetch_query(query).await {
                Ok(readings) => Ok(merge_readings(vec![readings], plan)),
                Err(fault) if fault.blame == Blame::Query => self.fetch_separately(plan, now).await,
                Err(fault) => Err(fault),
            },
        }
    }

    async fn fetch_separately(
        self,
        plan: QueryPlan,
        now: Now,
    ) -> Result<SignalReadings, QueryError> {
        let parts = self
            .expressions
            .parts()
            .filter_map(|asked| Some((asked, self.expressions.part_query(asked)?)));
        let answers = stream::iter(parts)
            .map(|(asked, query)| self.fetch_part(asked, query))
            .buffered(MAX_CONCURRENT)
            .collect()
            .await;
        let QueryOutcome {
            plan: learnt,
            succeeded: readings,
        } = learn_from_answers(answers, now)?;
        Ok(merge_readings(readings, plan.updated_with(learnt)))
    }

    async fn fetch_part(
        self,
        asked: QueryPart,
        query: String,
    ) -> (QueryPart, Result<PartReadings, QueryError>) {
        (asked, self.fetch_query(query).await)
    }

    /// Queries which of these signals each hub had within a window.
    pub(super) async fn fetch_window(
        self,
        signals: &BTreeSet<Signal>,
        window: &str,
    ) -> Result<BTreeMap<HubKey, Signals>, QueryError> {
        let query = self.expressions.window_query(signals, window);
        Ok(self.fetch_query(query).await?.values.signals)
    }

    async fn fetch_query(self, query: String) -> Result<PartReadings, QueryError> {
        let request = self.endpoint.post("/api/v1/query");
        let response = self
            .endpoint
            .fetch(request.form(&[("query", query)]))
            .await?;
        let opened = parse_response::<QueryData<'_>>(&RawResponse::from_response(&response))?;
        let mut values = SignalValues::default();
        values.add_vector(&opened.data, self.scope)?;
        Ok(PartReadings {
            values,
            warnings: opened.warnings,
            server_clock: response.server_clock,
        })
    }
}

fn merge_readings(readings: Vec<PartReadings>, plan: QueryPlan) -> SignalReadings {
    let mut survey = SignalReadings {
        values: SignalValues::default(),
        missing: BTreeMap::new(),
        warnings: Vec::new(),
        server_clock: None,
        plan,
    };
    for one in readings {
        survey.values.merge(one.values);
        survey.server_clock = survey.server_clock.max(one.server_clock);
        let new = one.warnings.into_iter();
        let new: Vec<_> = new.filter(|text| !survey.warnings.contains(text)).collect();
        survey.warnings.extend(new);
    }
    survey
}
