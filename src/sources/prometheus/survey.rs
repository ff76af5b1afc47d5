//! Asks for the signals: in one query where that works, around what is broken where it does not.

use chrono::{DateTime, Utc};
use futures_util::stream::{self, StreamExt};

use super::envelope::{Reply, open};
use super::expressions::{Asked, Expressions};
use super::fault::{Culprit, Fault};
use super::plan::{Lesson, Plan, learn};
use super::signals::Readings;
use super::wire::QueryData;
use crate::domain::now::Now;
use crate::domain::settings::ClusterScope;
use crate::sources::endpoint::Endpoint;

/// How many parts are asked for at once where each is asked alone.
const AT_ONCE: usize = 4;

/// What was learnt of the signals, and how to ask the next time.
#[derive(Debug)]
pub(super) struct Survey {
    pub(super) readings: Readings,
    pub(super) warnings: Vec<String>,
    pub(super) server_clock: Option<DateTime<Utc>>,
    pub(super) plan: Plan,
}

/// What one query brought.
struct Heard {
    readings: Readings,
    warnings: Vec<String>,
    server_clock: Option<DateTime<Utc>>,
}

/// Whom to ask, and what.
#[derive(Clone, Copy)]
pub(super) struct Surveyor<'a> {
    pub(super) endpoint: &'a Endpoint,
    pub(super) expressions: &'a Expressions,
    pub(super) scope: &'a ClusterScope,
}

impl Surveyor<'_> {
    /// Asks as the plan says; where a joined query is refused, each part alone.
    pub(super) async fn survey(self, plan: Plan, now: Now) -> Result<Survey, Fault> {
        let joined = match &plan {
            Plan::Apart { .. } => None,
            Plan::Whole | Plan::Without { .. } => self.expressions.joined_without(&plan.left_out()),
        };
        match joined {
            None => self.apart(plan, now).await,
            Some(query) => match self.ask(query).await {
                Ok(heard) => Ok(gather(vec![heard], plan)),
                Err(fault) if fault.culprit == Culprit::Query => self.apart(plan, now).await,
                Err(fault) => Err(fault),
            },
        }
    }

    async fn apart(self, plan: Plan, now: Now) -> Result<Survey, Fault> {
        let parts = self
            .expressions
            .parts()
            .filter_map(|asked| Some((asked, self.expressions.alone(asked)?)));
        let answers = stream::iter(parts)
            .map(|(asked, query)| self.alone(asked, query))
            .buffered(AT_ONCE)
            .collect()
            .await;
        let Lesson {
            plan: learnt,
            heard,
        } = learn(answers, now)?;
        Ok(gather(heard, plan.followed_by(learnt)))
    }

    async fn alone(self, asked: Asked, query: String) -> (Asked, Result<Heard, Fault>) {
        (asked, self.ask(query).await)
    }

    async fn ask(self, query: String) -> Result<Heard, Fault> {
        let request = self.endpoint.post("/api/v1/query");
        let response = self
            .endpoint
            .fetch(request.form(&[("query", query)]))
            .await?;
        let opened = open::<QueryData<'_>>(&Reply::of(&response))?;
        let mut readings = Readings::default();
        readings.read(&opened.data, self.scope)?;
        Ok(Heard {
            readings,
            warnings: opened.warnings,
            server_clock: response.server_clock,
        })
    }
}

fn gather(heard: Vec<Heard>, plan: Plan) -> Survey {
    let mut survey = Survey {
        readings: Readings::default(),
        warnings: Vec::new(),
        server_clock: None,
        plan,
    };
    for one in heard {
        survey.readings.merge(one.readings);
        survey.server_clock = survey.server_clock.max(one.server_clock);
        let new = one.warnings.into_iter();
        let new: Vec<_> = new.filter(|text| !survey.warnings.contains(text)).collect();
        survey.warnings.extend(new);
    }
    survey
}
