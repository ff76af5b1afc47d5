//! The poller of incidents: where they stand, what happened to them, what their alerts said.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{StreamExt, stream};

use super::cache::IncidentCache;
use super::client::Client;
use super::details::{self, Effort};
use super::filters::{Filters, Ids};
use super::listings::{self, LogPiece};
use super::memory::Memory;
use super::refusal::Refusal;
use crate::domain::answers::IncidentsData;
use crate::domain::ids::IncidentId;
use crate::domain::incident::{Incident, LogKind};
use crate::domain::now::Now;
use crate::domain::settings::PagerDutySettings;
use crate::sources::poll::PollReport;

/// Resolved incidents are shown for so long.
const SHOWN_RESOLVED: TimeDelta = TimeDelta::hours(24);
/// The listing of resolved ones is read again after so long; between, the log tells.
const RESOLVED_EVERY: Duration = Duration::from_secs(300);
/// Neighbouring looks at the log overlap: an entry may show up a little later than it is dated.
const LOG_OVERLAP: TimeDelta = TimeDelta::seconds(60);
/// The account's log is read at most so far back; before that, by incident.
const LOG_BACK: TimeDelta = TimeDelta::hours(1);
/// Incidents that a listing no longer names, looked up in one poll.
const LOOKED_UP_AT_MOST: usize = 16;
/// When details were left to be read.
const AGAIN_SOON: Duration = Duration::from_secs(2);

/// Polls PagerDuty's incidents.
pub struct Incidents {
    client: Arc<Client>,
    filters: Filters,
    effort: Effort,
    memory: Memory,
    /// When the resolved ones were last listed.
    resolved_read: Option<Now>,
}

/// What the listings said.
struct Heard {
    open: Vec<Incident>,
    resolved: Vec<Incident>,
    log: Option<LogPiece>,
}

impl Incidents {
    /// A poller that remembers what an earlier run left.
    pub fn new(
        client: Arc<Client>,
        settings: &PagerDutySettings,
        effort: Effort,
        cached: IncidentCache,
    ) -> Self {
        Self {
            client,
            filters: Filters::new(settings),
            effort,
            memory: Memory::remember(cached),
            resolved_read: None,
        }
    }

    /// Asks once. Stopped half-way (dropped), it loses nothing but what it was just asking for.
    pub async fn poll(&mut self) -> PollReport<IncidentsData> {
        let asked = self.client.now();
        let first = self.resolved_read.is_none();
        let heard = self.listen(asked).await;
        let again_in = match &heard {
            Ok(()) => self.read_details(first).await,
            Err(_) => None,
        };
        let body = heard.map(|()| self.memory.say());
        PollReport {
            poll_again_in: again_in,
            ..self.client.polled(asked, body)
        }
    }

    /// What another run would be glad of, if anything was learned since this was last asked: to be written
    /// where the next finds it ([`IncidentCache::from_bytes`]).
    pub fn unsaved(&mut self) -> Option<Vec<u8>> {
        let now = self.client.now().wall;
        self.memory.unsaved(now).map(IncidentCache::to_bytes)
    }

    async fn listen(&mut self, asked: Now) -> Result<(), Refusal> {
        self.client.may_ask()?;
        let ids = self.filters.resolve(&self.client).await?;
        let now = self.client.server_clock().unwrap_or(asked.wall);
        let cutoff = now.checked_sub_signed(SHOWN_RESOLVED).unwrap_or_default();
        let heard = self.ask(asked, now, cutoff, &ids).await?;
        let all = heard.resolved.into_iter().chain(heard.open);
        let listed: Vec<IncidentId> = all.map(|incident| self.memory.hear(incident)).collect();
        self.look_up(&ids, &listed).await;
        if let Some(log) = heard.log {
            self.take_log(log, asked, cutoff, &ids).await;
        }
        self.memory.forget_resolved_before(cutoff);
        Ok(())
    }

    async fn ask(
        &mut self,
        asked: Now,
        now: DateTime<Utc>,
        cutoff: DateTime<Utc>,
        ids: &Ids,
    ) -> Result<Heard, Refusal> {
        let client = &*self.client;
        let due = self
            .resolved_read
            .is_none_or(|read| asked.since(read) >= RESOLVED_EVERY);
        let resolved = async {
            match due {
                true => listings::resolved(client, ids, cutoff).await,
                false => Ok(Vec::new()),
            }
        };
        let since = log_since(self.memory.log_until(), now);
        let (open, resolved, log) = tokio::join!(
            listings::open(client, ids),
            resolved,
            listings::log(client, ids, since, now),
        );
        let log = match log {
            Err(refusal) if refusal.is_absence() => None,
            log => Some(log?),
        };
        let open = open?;
        // Once it was read the log tells what it would; the next poll asks again.
        let resolved = match resolved {
            Err(_) if self.resolved_read.is_some() => Vec::new(),
            resolved => {
                let resolved = resolved?;
                self.resolved_read = self.resolved_read.filter(|_| !due).or(Some(asked));
                resolved
            }
        };
        Ok(Heard {
            open,
            resolved,
            log,
        })
    }

    // An incident that came and went between two looks is known by the log alone.
    async fn take_log(&mut self, log: LogPiece, asked: Now, cutoff: DateTime<Utc>, ids: &Ids) {
        let ended = log
            .entries
            .iter()
            .filter(|entry| entry.kind == LogKind::Resolve && entry.at >= cutoff);
        let unheard = ended
            .into_iter()
            .any(|entry| !self.memory.knows(&entry.incident));
        if unheard && self.resolved_read != Some(asked) {
            let resolved = listings::resolved(&self.client, ids, cutoff).await;
            for incident in resolved.unwrap_or_default() {
                self.memory.hear(incident);
            }
        }
        self.memory.hear_log(log.entries, log.from, log.until);
    }

    // What was open and is not listed any more has ended, gone elsewhere, or slipped between two pages.
    // Until it is looked up it stays as it was.
    async fn look_up(&mut self, ids: &Ids, listed: &[IncidentId]) {
        let client = &*self.client;
        let missing = self
            .memory
            .missing(listed)
            .into_iter()
            .take(LOOKED_UP_AT_MOST);
        let look = |id| async move { (listings::single(client, ids, &id).await, id) };
        let mut looks = stream::iter(missing)
            .map(look)
            .buffer_unordered(self.effort.at_once);
        while let Some((found, id)) = looks.next().await {
            match found {
                Ok(Some(incident)) => {
                    self.memory.hear(incident);
                }
                Ok(None) => self.memory.forget(&id),
                Err(_) => {}
            }
        }
    }

    async fn read_details(&mut self, first: bool) -> Option<Duration> {
        let effort = match first {
            true => Effort {
                at_once: Effort::ONE_LOOK.at_once,
                ..self.effort
            },
            false => self.effort,
        };
        let left = details::read(&self.client, &mut self.memory, effort).await;
        left.then_some(AGAIN_SOON)
    }
}

/// From when the account's log is asked for.
fn log_since(until: Option<DateTime<Utc>>, now: DateTime<Utc>) -> DateTime<Utc> {
    let back = now.checked_sub_signed(LOG_BACK).unwrap_or_default();
    let overlap = until.and_then(|until| until.checked_sub_signed(LOG_OVERLAP));
    // A time in the future is a clock that was put right since.
    overlap
        .filter(|since| *since <= now)
        .map_or(back, |since| since.max(back))
}
