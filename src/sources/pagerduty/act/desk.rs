//! Where a deed is worked on: who acts, how PagerDuty is read and written to, and how long is waited.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::BoxFuture;
use futures_util::{StreamExt, stream};
use tokio::sync::OnceCell;

use super::Pause;
use crate::domain::ids::{IncidentId, PriorityName, UserId};
use crate::domain::incident::Incident;
use crate::domain::operation::{Actor, OutcomeDetail};
use crate::sources::pagerduty::ask::Ask;
use crate::sources::pagerduty::client::{Client, Heard};
use crate::sources::pagerduty::filters::Ids;
use crate::sources::pagerduty::listings;
use crate::sources::pagerduty::refusal::Refusal;
use crate::sources::pagerduty::wire::Ref;
use crate::sources::pagerduty::writer::{ReadOnly, Write, Writer};

/// A pause that PagerDuty asks for is kept if it is not longer; a person does not wait for more.
const PATIENCE: Duration = Duration::from_secs(5);
/// PagerDuty's clock is known to the second, and by an answer that is a little old.
const SKEW: TimeDelta = TimeDelta::seconds(3);

/// What came of a deed on an incident, and the incident as it was last read.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Came {
    pub why: OutcomeDetail,
    pub fresh: Option<Arc<Incident>>,
}

impl Came {
    pub fn new(why: OutcomeDetail, fresh: Option<&Arc<Incident>>) -> Self {
        Self {
            why,
            fresh: fresh.cloned(),
        }
    }
}

/// What a write came to.
pub(super) enum Written {
    /// A good answer.
    Good(Heard),
    /// PagerDuty said no, or was not asked.
    No(Refusal),
    /// It may have been done.
    Lost(String),
}

/// Where it is worked.
pub(super) struct Desk<'a> {
    pub client: &'a Client,
    pub by: &'a Actor,
    writer: Writer<'a>,
    pause: Pause<'a>,
    priorities: OnceCell<Vec<Ref>>,
}

impl<'a> Desk<'a> {
    pub fn new(client: &'a Client, by: &'a Actor, pause: Pause<'a>) -> Result<Self, ReadOnly> {
        Ok(Self {
            client,
            by,
            writer: client.writer(&by.email)?,
            pause,
            priorities: OnceCell::new(),
        })
    }

    /// Whose deeds these are.
    pub fn me(&self) -> &UserId {
        &self.by.person.id
    }

    /// A moment that lies surely before anything that is sent from now on, by PagerDuty's clock.
    pub fn moment(&self) -> DateTime<Utc> {
        let now = self.client.server_clock();
        let now = now.unwrap_or_else(|| self.client.now().wall);
        now.checked_sub_signed(SKEW).unwrap_or(now)
    }

    pub async fn pause(&self, span: Duration) {
        if !span.is_zero() {
            (self.pause)(span).await;
        }
    }

    /// The incident as it is now.
    pub async fn read(&self, id: &IncidentId) -> Result<Arc<Incident>, Refusal> {
        self.hold().await?;
        let found = listings::single(self.client, &Ids::default(), id).await?;
        found
            .map(Arc::new)
            .ok_or_else(|| Refusal::of_write("it is gone", 404, b"", Duration::ZERO))
    }

    /// Writes, once; a second time only after PagerDuty said that there were too many requests.
    pub async fn write(&self, write: &Write) -> Written {
        if let Err(refusal) = self.hold().await {
            return Written::No(refusal);
        }
        match self.write_once(write).await {
            Written::No(refusal) if refusal.pause.is_some_and(|pause| pause <= PATIENCE) => {
                self.pause(refusal.pause.unwrap_or_default()).await;
                self.write_once(write).await
            }
            written => written,
        }
    }

    async fn write_once(&self, write: &Write) -> Written {
        match self.writer.write(write).await {
            Ok(heard) => Written::Good(heard),
            Err(refusal) if refusal.leaves_doubt() => Written::Lost(refusal.error.text),
            Err(refusal) => Written::No(refusal),
        }
    }

    /// Waits until PagerDuty may be asked again, where that is soon.
    pub async fn hold(&self) -> Result<(), Refusal> {
        match self.client.pause() {
            None => Ok(()),
            Some(left) if left <= PATIENCE => {
                self.pause(left).await;
                Ok(())
            }
            Some(left) => Err(Refusal::paused(left)),
        }
    }

    /// The id of a priority. Asked for once.
    pub async fn priority(&self, name: &PriorityName) -> Result<String, OutcomeDetail> {
        let ask = Ask::new("priorities", "/priorities");
        let all = match self.priorities.get() {
            Some(all) => all,
            None => {
                let read = self.client.pages(&ask, "priorities", |_: &[Ref]| false);
                let read = read.await.map_err(|refusal| unread(&refusal))?;
                self.priorities.get_or_init(|| async { read }).await
            }
        };
        let found = all
            .iter()
            .find(|known| known.label() == Some(name.as_str()));
        found
            .and_then(Ref::id)
            .map(str::to_owned)
            .ok_or_else(|| OutcomeDetail::Rejected {
                code: None,
                text: format!("PagerDuty: there is no priority {name}"),
            })
    }
}

/// What it means that PagerDuty could not be read before a write.
pub(super) fn unread(refusal: &Refusal) -> OutcomeDetail {
    let text = refusal.error.text.clone();
    match refusal.status {
        Some(status) if status < 500 && status != 408 => OutcomeDetail::Rejected {
            code: refusal.code,
            text,
        },
        _ => OutcomeDetail::Unreachable(text),
    }
}

/// What it means that PagerDuty said no to a write, or that it was not sent.
pub(super) fn said_no(refusal: &Refusal) -> OutcomeDetail {
    let text = refusal.error.text.clone();
    match refusal.status {
        None => OutcomeDetail::Unreachable(text),
        Some(_) => OutcomeDetail::Rejected {
            code: refusal.code,
            text,
        },
    }
}

/// What many came to, in their order; so many are under way at once.
pub(super) async fn in_order<T>(each: Vec<BoxFuture<'_, T>>, at_once: usize) -> Vec<T> {
    stream::iter(each).buffered(at_once).collect().await
}
