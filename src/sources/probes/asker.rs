//! One try of one hub.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;

use super::book::Try;
use super::judge::{self, Said};
use crate::domain::ids::HubKey;
use crate::domain::now::TimeSource;
use crate::domain::probe::{ProbeOutcome, ProxyState};
use crate::domain::settings::ProbeTarget;
use crate::sources::http::{
    ByteBudget, Cause, Clients, FetchError, Limits, Pool, Redirects, Response, Sent, Settings,
    fetch,
};

/// A health answer is empty; an error page of a proxy is not, and may be a large one.
const ANSWER_BYTES: u64 = 256 * 1024;

/// How a hub is asked.
pub(super) struct Asker {
    clients: Arc<Clients>,
    http: Settings,
    limits: Limits,
}

/// An answer as it came, and what it says.
struct Heard {
    said: Said,
    response: Response,
}

impl Asker {
    pub(super) fn new(
        clients: Arc<Clients>,
        http: &Settings,
        timeout: Duration,
        at_once: usize,
    ) -> Self {
        Self {
            clients,
            http: Settings {
                pool: Pool::Closed,
                redirects: Redirects::None,
                ..http.clone()
            },
            limits: Limits {
                timeout,
                answer_bytes: ANSWER_BYTES,
                budget: ByteBudget::new(ANSWER_BYTES.saturating_mul(2 * at_once as u64)),
            },
        }
    }

    /// Asks a hub, and its proxy where that tells more.
    pub(super) async fn attempt(
        &self,
        target: ProbeTarget,
        time: &dyn TimeSource,
    ) -> (HubKey, Try) {
        let at = time.now();
        let heard = self.ask(&target.url).await;
        let latency: Duration = time.now().mono.saturating_sub(at.mono);
        let answered = heard.as_ref().ok();
        let attempt = Try {
            at,
            latency: answered.map(|_| latency),
            certificate_ends: answered.and_then(|heard| heard.response.certificate_ends),
            outcome: self.judge(&target, heard).await,
        };
        (target.key, attempt)
    }

    async fn judge(&self, target: &ProbeTarget, heard: Result<Heard, FetchError>) -> ProbeOutcome {
        match heard {
            Err(error) => judge::no_answer(error),
            Ok(Heard { said, .. }) if said.status == target.expected_status => ProbeOutcome::Good {
                status: said.status,
            },
            Ok(Heard { said, .. }) => ProbeOutcome::Wrong {
                status: said.status,
                proxy: self.word_of_proxy(target, &said).await,
            },
        }
    }

    /// What answers in the hub's place. If it was the hub itself, the proxy need not be asked.
    async fn word_of_proxy(&self, target: &ProbeTarget, said: &Said) -> ProxyState {
        match judge::proxy_url(&target.url) {
            Some(url) if !said.by_hub => {
                let heard = self.ask(&url).await.ok();
                judge::proxy_word(heard.as_ref().map(|heard| &heard.said))
            }
            _ => ProxyState::Unclear,
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
