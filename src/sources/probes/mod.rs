//! The hub probes as a whole: `/hub/health` of every hub, each on its own turn.
//!
//! Nothing is kept between tries, neither connections nor their TLS state, and no redirect is followed:
//! one that leads to a login page is not the hub's health. Whether it is our own network that fails is
//! for the reader of the answer to say ([`crate::domain::probe::vantage_lost`]).

mod book;
mod judge;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::stream::{self, StreamExt};
use reqwest::Url;

use self::book::{Book, Try};
use self::judge::Said;
use super::http::{
    ByteBudget, Cause, Clients, FetchError, Limits, Pool, Redirects, Response, Sent, Settings,
    fetch,
};
use super::poll::{PollError, Polled};
use crate::domain::ids::HubKey;
use crate::domain::now::TimeSource;
use crate::domain::probe::{Probe, ProbeOutcome, ProxyWord};
use crate::domain::settings::{ProbeSettings, ProbeTarget};
use crate::domain::source::FailureKind;

/// A health answer is empty; an error page of a proxy is not, and may be a large one.
const ANSWER_BYTES: u64 = 256 * 1024;

/// All probes, with what they found so far.
pub struct Probes {
    targets: Vec<ProbeTarget>,
    at_once: usize,
    asker: Asker,
    book: Book,
}

/// How a hub is asked.
struct Asker {
    clients: Arc<Clients>,
    http: Settings,
    limits: Limits,
}

/// An answer as it came, and what it says.
struct Heard {
    said: Said,
    response: Response,
}

impl Probes {
    /// Probes of these targets. Of `http` the CA and the proxy count; pool and redirects are set here.
    /// The probes have a byte budget of their own, so that other sources' answers cannot make a hub
    /// look silent.
    pub fn new(settings: &ProbeSettings, clients: Arc<Clients>, http: &Settings) -> Self {
        let at_once = settings.at_once.max(1);
        Self {
            targets: settings.targets.clone(),
            at_once,
            asker: Asker {
                clients,
                http: Settings {
                    pool: Pool::Closed,
                    redirects: Redirects::None,
                    ..http.clone()
                },
                limits: Limits {
                    timeout: settings.transport.timeout,
                    answer_bytes: ANSWER_BYTES,
                    budget: ByteBudget::new(ANSWER_BYTES.saturating_mul(2 * at_once as u64)),
                },
            },
            book: Book::new(settings.interval, settings.confirm),
        }
    }

    /// Asks the hubs whose turn it is, and tells how all of them are. `again_in` is set when a second
    /// try, or the next turn of those that were not asked, comes well before the usual round.
    pub async fn poll(&mut self, time: &dyn TimeSource) -> Polled<BTreeMap<HubKey, Probe>> {
        let due = self.book.due(&self.targets, time.now());
        let asker = &self.asker;
        // Gathered first: a closure over references held across an await is no `Send` future's.
        let attempts: Vec<_> = due
            .into_iter()
            .map(|target| asker.attempt(target, time).boxed())
            .collect();
        let tries = stream::iter(attempts)
            .buffer_unordered(self.at_once)
            .collect()
            .await;
        let now = time.now();
        self.book.note(tries, now);
        let nobody = || PollError::new(FailureKind::Configuration, "there is no hub to probe");
        Polled {
            again_in: self.book.again_in(now),
            ..Polled::plain(self.book.answer().ok_or_else(nobody))
        }
    }
}

impl Asker {
    async fn attempt(&self, target: &ProbeTarget, time: &dyn TimeSource) -> (HubKey, Try) {
        let at = time.now();
        let heard = self.ask(&target.url).await;
        let latency: Duration = time.now().mono.saturating_sub(at.mono);
        let answered = heard.as_ref().ok();
        let attempt = Try {
            at,
            latency: answered.map(|_| latency),
            certificate_ends: answered.and_then(|heard| heard.response.certificate_ends),
            outcome: self.judge(target, heard).await,
        };
        (target.key.clone(), attempt)
    }

    async fn judge(&self, target: &ProbeTarget, heard: Result<Heard, FetchError>) -> ProbeOutcome {
        match heard {
            Err(error) => judge::no_answer(error),
            Ok(Heard { said, .. }) if said.status == target.expect => ProbeOutcome::Good {
                status: said.status,
            },
            Ok(Heard { said, .. }) => ProbeOutcome::Wrong {
                status: said.status,
                proxy: self.word_of_proxy(target, &said).await,
            },
        }
    }

    /// What answers in the hub's place. If it was the hub itself, the proxy need not be asked.
    async fn word_of_proxy(&self, target: &ProbeTarget, said: &Said) -> ProxyWord {
        match judge::proxy_url(&target.url) {
            Some(url) if !said.by_hub => {
                let heard = self.ask(&url).await.ok();
                judge::proxy_word(heard.as_ref().map(|heard| &heard.said))
            }
            _ => ProxyWord::Unclear,
        }
    }

    async fn ask(&self, url: &str) -> Result<Heard, FetchError> {
        let url = Url::parse(url).map_err(|error| {
            let text = format!("the address cannot be asked: {error}");
            FetchError::new(Cause::Unsendable, Sent::No, text)
        })?;
        let client = self.clients.client(&self.http, &url)?;
        let response = fetch(client.get(url), &self.limits).await?;
        let said = Said {
            status: response.status.as_u16(),
            by_hub: response.headers.contains_key("x-jupyterhub-version"),
            body: response.body.to_vec(),
        };
        Ok(Heard { said, response })
    }
}
