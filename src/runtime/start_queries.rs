//! Asks every Prometheus, at its polling interval, how many servers have started since a given time.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::mpsc;

use super::clock::sleep;
use super::tasks::Tasks;
use crate::domain::ids::HubKey;
use crate::domain::now::{Now, TimeSource};
use crate::domain::settings::PrometheusSettings;
use crate::domain::source::{SourceId, SourceKind};
use crate::sources::context::SourceContext;
use crate::sources::error::SourceError;
use crate::sources::prometheus::{StartReadings, endpoint, start_counts};

/// The window of the signal `spawn_p95_seconds`.
const HOUR: Duration = Duration::from_secs(60 * 60);

/// The most answers that may wait for the receiver.
const MAX_WAITING: usize = 64;

/// The answer of one Prometheus, or the reason why there is none.
pub struct StartAnswer {
    pub source: SourceId,
    pub result: Result<StartReadings, String>,
}

/// The Prometheus servers that are asked.
pub struct StartQueries {
    context: Arc<SourceContext>,
    prometheuses: Vec<(Arc<PrometheusSettings>, Duration)>,
    started: Now,
}

impl StartQueries {
    /// Queries for the starts since the last sample before `started`. `ages` contains the age of this sample at
    /// `started`, for each Prometheus. A range that begins at `started` would miss the starts between this sample and
    /// the next one.
    pub fn new(
        context: Arc<SourceContext>,
        prometheuses: &[PrometheusSettings],
        ages: &BTreeMap<SourceId, Duration>,
        started: Now,
    ) -> Self {
        let with_age = |settings: &PrometheusSettings| {
            let age = ages.get(&id(settings)).copied().unwrap_or_default();
            (Arc::new(settings.clone()), age)
        };
        Self {
            context,
            prometheuses: prometheuses.iter().map(with_age).collect(),
            started,
        }
    }

    /// Asks each Prometheus until the program ends. The receiver gets the answers.
    pub fn keep_asking(&self, tasks: &Tasks) -> mpsc::Receiver<StartAnswer> {
        let (answers, receiver) = mpsc::channel(MAX_WAITING);
        for (settings, age) in &self.prometheuses {
            let (context, settings) = (Arc::clone(&self.context), Arc::clone(settings));
            let (since, id, crashed) = (self.since(*age), id(settings.as_ref()), answers.clone());
            let answers = answers.clone();
            tasks.supervise(
                move || {
                    let (context, settings) = (Arc::clone(&context), Arc::clone(&settings));
                    keep_asking(context, settings, since, answers.clone())
                },
                move || {
                    let result = Err("its task crashed and was restarted".to_owned());
                    let source = id.clone();
                    // If the channel is full, nobody takes the answers, so this answer may be lost.
                    let _full = crashed.try_send(StartAnswer { source, result });
                },
            );
        }
        receiver
    }

    /// Asks all Prometheus servers once, at the same time. A server that does not answer within `limit` counts as
    /// failed.
    pub async fn ask_all(&self, limit: Duration) -> Vec<StartAnswer> {
        let asked = self.prometheuses.iter().map(async |(settings, age)| {
            let answer = ask(&self.context, settings, self.since(*age));
            let answer = tokio::time::timeout(limit, answer).await;
            answer.unwrap_or_else(|_| StartAnswer {
                source: id(settings),
                result: Err("no answer in time".to_owned()),
            })
        });
        join_all(asked).await
    }

    /// The number of servers that started in the last hour, by hub. Hubs without an answer within `limit` are left out.
    pub async fn starts_of_last_hour(&self, limit: Duration) -> BTreeMap<HubKey, f64> {
        let asked = self.prometheuses.iter().map(async |(settings, _)| {
            let counts = counts(&self.context, settings, HOUR);
            tokio::time::timeout(limit, counts).await
        });
        let answers = join_all(asked).await.into_iter().flatten().flatten();
        let hubs = answers.flat_map(|readings| readings.hubs);
        hubs.filter_map(|(key, counts)| Some((key, counts.starts?)))
            .collect()
    }

    fn since(&self, age: Duration) -> RangeStart {
        RangeStart {
            started: self.started,
            age,
        }
    }
}

/// Where the ranges begin: `age` before `started`.
#[derive(Clone, Copy, Debug)]
struct RangeStart {
    started: Now,
    age: Duration,
}

impl RangeStart {
    // Adds a second, since a range leaves out a sample at its very beginning, and fractions of a second are cut off.
    fn range_at(self, now: Now) -> Duration {
        let elapsed = now.mono.saturating_sub(self.started.mono);
        elapsed + self.age + Duration::from_secs(1)
    }
}

async fn keep_asking(
    context: Arc<SourceContext>,
    settings: Arc<PrometheusSettings>,
    since: RangeStart,
    answers: mpsc::Sender<StartAnswer>,
) {
    loop {
        let answer = ask(&context, &settings, since).await;
        if answers.send(answer).await.is_err() {
            return;
        }
        wait_for(settings.endpoint.interval, &*context.time).await;
    }
}

// Sleeps until the whole span is over, since a single sleep may be shorter than requested.
async fn wait_for(span: Duration, time: &dyn TimeSource) {
    let began = time.now();
    loop {
        let left = span.saturating_sub(time.now().since(began));
        if left.is_zero() {
            return;
        }
        sleep(left).await;
    }
}

async fn ask(
    context: &SourceContext,
    settings: &PrometheusSettings,
    since: RangeStart,
) -> StartAnswer {
    let range = since.range_at(context.time.now());
    let result = counts(context, settings, range).await;
    StartAnswer {
        source: id(settings),
        result: result.map_err(|error| error.text),
    }
}

async fn counts(
    context: &SourceContext,
    settings: &PrometheusSettings,
    range: Duration,
) -> Result<StartReadings, SourceError> {
    let endpoint = endpoint(context, settings)?;
    start_counts(settings, &endpoint, range).await
}

fn id(settings: &PrometheusSettings) -> SourceId {
    SourceId::new(SourceKind::Prometheus, &settings.endpoint.name)
}
