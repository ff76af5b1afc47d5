//! The state that a batch's operations share. Through it, the operations read and write PagerDuty as one user, and wait
//! for its rate limit.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::BoxFuture;
use futures_util::{StreamExt, stream};
use serde::de::IgnoredAny;
use tokio::sync::OnceCell;

use super::SleepFn;
use crate::domain::ids::{IncidentId, PriorityName, UserId};
use crate::domain::incident::Incident;
use crate::domain::operation::{Actor, OutcomeDetail};
use crate::sources::error::SourceError;
use crate::sources::http::{Response, describe_garbled};
use crate::sources::pagerduty::api_request::ApiRequest;
use crate::sources::pagerduty::client::Client;
use crate::sources::pagerduty::listings;
use crate::sources::pagerduty::wire::WireReference;
use crate::sources::pagerduty::writer::{ReadOnlyError, WriteRequest, Writer};

/// The longest pause for the rate limit that an operation waits out. A person would not wait longer.
const MAX_RATE_LIMIT_WAIT: Duration = Duration::from_secs(5);
/// PagerDuty's answers give its present time. This is the largest error of that time: an answer gives whole seconds,
/// and the last answer may be a little old.
const MAX_CLOCK_SKEW: TimeDelta = TimeDelta::seconds(3);

/// The outcome of an operation on an incident, and the last read state of the incident.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct IncidentOutcome {
    pub detail: OutcomeDetail,
    pub fresh: Option<Arc<Incident>>,
}

impl IncidentOutcome {
    pub fn new(why: OutcomeDetail, fresh: Option<&Arc<Incident>>) -> Self {
        Self {
            detail: why,
            fresh: fresh.cloned(),
        }
    }
}

/// The outcome of a write.
pub(super) enum WriteOutcome {
    /// PagerDuty accepted the write.
    Accepted(Response),
    /// PagerDuty rejected the write, or nothing was sent.
    Rejected(SourceError),
    /// The answer was lost or cannot be read. PagerDuty may have applied the write.
    Unconfirmed(String),
}

/// Reads and writes PagerDuty for one user, during one batch.
pub(super) struct WriteSession<'a> {
    pub client: &'a Client,
    pub actor: &'a Actor,
    writer: Writer<'a>,
    sleep: SleepFn<'a>,
    priorities: OnceCell<Vec<WireReference>>,
}

impl<'a> WriteSession<'a> {
    pub fn new(
        client: &'a Client,
        by: &'a Actor,
        pause: SleepFn<'a>,
    ) -> Result<Self, ReadOnlyError> {
        Ok(Self {
            client,
            actor: by,
            writer: client.writer(&by.email)?,
            sleep: pause,
            priorities: OnceCell::new(),
        })
    }

    /// The id of the user who acts.
    pub fn me(&self) -> &UserId {
        &self.actor.person.id
    }

    /// A time by PagerDuty's clock that is surely earlier than any write from now on.
    pub fn earliest_send_time(&self) -> DateTime<Utc> {
        let now = self.client.server_clock();
        let now = now.unwrap_or_else(|| self.client.now().wall);
        now.checked_sub_signed(MAX_CLOCK_SKEW).unwrap_or(now)
    }

    pub async fn sleep(&self, span: Duration) {
        if !span.is_zero() {
            (self.sleep)(span).await;
        }
    }

    /// Reads the incident's present state.
    pub async fn read_incident(&self, id: &IncidentId) -> Result<Arc<Incident>, SourceError> {
        self.wait_for_rate_limit().await?;
        let found = listings::fetch_one(self.client, id).await?;
        found
            .map(Arc::new)
            .ok_or_else(|| SourceError::from_write_status("it is gone", 404, b"", Duration::ZERO))
    }

    /// Sends a write once. A write that PagerDuty rejected for too many requests is sent once more.
    pub async fn write(&self, write: &WriteRequest) -> WriteOutcome {
        if let Err(error) = self.wait_for_rate_limit().await {
            return WriteOutcome::Rejected(error);
        }
        match self.write_once(write).await {
            WriteOutcome::Rejected(error)
                if error
                    .retry_after
                    .is_some_and(|pause| pause <= MAX_RATE_LIMIT_WAIT) =>
            {
                self.sleep(error.retry_after.unwrap_or_default()).await;
                self.write_once(write).await
            }
            written => written,
        }
    }

    async fn write_once(&self, write: &WriteRequest) -> WriteOutcome {
        match self.writer.write(write).await {
            Ok(response) => match parse_object_shape(&response.body) {
                Ok(()) => WriteOutcome::Accepted(response),
                Err(error) => {
                    let why = describe_garbled(&response.body, &error);
                    let error = SourceError::garbled_about(write.resource, why);
                    WriteOutcome::Unconfirmed(error.text)
                }
            },
            Err(error) if error.is_outcome_unknown() => WriteOutcome::Unconfirmed(error.text),
            Err(error) => WriteOutcome::Rejected(error),
        }
    }

    /// Waits until PagerDuty accepts requests again; an error if that takes longer than [`MAX_RATE_LIMIT_WAIT`].
    pub async fn wait_for_rate_limit(&self) -> Result<(), SourceError> {
        match self.client.remaining_pause() {
            None => Ok(()),
            Some(left) if left <= MAX_RATE_LIMIT_WAIT => {
                self.sleep(left).await;
                Ok(())
            }
            Some(left) => Err(SourceError::paused(left)),
        }
    }

    /// The id of a priority. The account's priorities are read once per session.
    pub async fn find_priority_id(&self, name: &PriorityName) -> Result<String, OutcomeDetail> {
        let ask = ApiRequest::new("priorities", "/priorities");
        let all = match self.priorities.get() {
            Some(all) => all,
            None => {
                let read =
                    self.client
                        .get_all_pages(&ask, "priorities", |_: &[WireReference]| false);
                let read = read.await.and_then(|list| list.require_whole(ask.resource));
                let read = read.map_err(|error| read_failure(&error))?;
                self.priorities.get_or_init(|| async { read }).await
            }
        };
        let found = all
            .iter()
            .find(|known| known.label() == Some(name.as_str()));
        found
            .and_then(WireReference::id)
            .map(str::to_owned)
            .ok_or_else(|| OutcomeDetail::Rejected {
                code: None,
                text: format!("PagerDuty: there is no priority {name}"),
            })
    }
}

/// The outcome if PagerDuty could not be read before a write.
pub(super) fn read_failure(error: &SourceError) -> OutcomeDetail {
    let text = error.text.clone();
    match error.status {
        Some(status) if status < 500 && status != 408 => OutcomeDetail::Rejected {
            code: error.code,
            text,
        },
        _ => OutcomeDetail::Unreachable(text),
    }
}

/// The outcome if PagerDuty rejected a write, or the write was not sent.
pub(super) fn write_failure(error: &SourceError) -> OutcomeDetail {
    let text = error.text.clone();
    match error.status {
        None => OutcomeDetail::Unreachable(text),
        Some(_) => OutcomeDetail::Rejected {
            code: error.code,
            text,
        },
    }
}

/// Runs futures, at most `at_once` at a time. Returns their outputs in the order of the futures.
pub(super) async fn run_in_order<T>(each: Vec<BoxFuture<'_, T>>, at_once: usize) -> Vec<T> {
    stream::iter(each).buffered(at_once).collect().await
}

// Checks that the body is a JSON object. A login page with a success status is no answer from PagerDuty.
fn parse_object_shape(body: &[u8]) -> serde_json::Result<()> {
    serde_json::from_slice::<HashMap<String, IgnoredAny>>(body).map(drop)
}
