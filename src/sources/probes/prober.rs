//! One try of one hub.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;

use super::outcome::{self, ResponseSummary};
use super::states::ProbeTry;
use crate::domain::ids::HubKey;
use crate::domain::now::TimeSource;
use crate::domain::probe::{ProbeOutcome, ProxyState};
use crate::domain::settings::ProbeTarget;
use crate::sources::http::{
    ByteBudget, Cause, ClientSettings, Clients, FetchError, Limits, Pool, Redirects, Response,
    Sent, fetch,
};

/// A health answer is empty; an error page of a proxy is not, and may be a large one.
const MAX_BODY_BYTES: u64 = 256 * 1024;

/// How a hub is asked.
pub(super) struct Prober {
    clients: Arc<Clients>,
    http: ClientSettings,
    limits: Limits,
}

/// An answer as it came, and what it says.
struct ProbeResponse {
    summary: ResponseSummary,
    response: Response,
}

impl Prober {
    pub(super) fn new(
        clients: Arc<Clients>,
        http: &ClientSettings,
        timeout: Duration,
        at_once: usize,
    ) -> Self {
        Self {
            clients,
            http: ClientSettings {
                pool: Pool::Closed,
                redirects: Redirects::None,
                ..http.clone()
            },
            limits: Limits {
                timeout,
                max_body_bytes: MAX_BODY_BYTES,
                budget: ByteBudget::new(MAX_BODY_BYTES.saturating_mul(2 * at_once as u64)),
            },
        }
    }

    /// Asks a hub, and its proxy where that tells more.
    pub(super) async fn probe(
        &self,
        target: ProbeTarget,
        time: &dyn TimeSource,
    ) -> (HubKey, ProbeTry) {
        let at = time.now();
        let heard = self.fetch(&target.url).await;
        let latency: Duration = time.now().mono.saturating_sub(at.mono);
        let answered = heard.as_ref().ok();
        let attempt = ProbeTry {
            at,
            latency: answered.map(|_| latency),
            certificate_ends: answered.and_then(|heard| heard.response.certificate_ends),
            outcome: self.classify(&target, heard).await,
        };
        (target.key, attempt)
    }

    async fn classify(
        &self,
        target: &ProbeTarget,
        heard: Result<ProbeResponse, FetchError>,
    ) -> ProbeOutcome {
        match heard {
            Err(error) => outcome::from_fetch_error(error),
            Ok(ProbeResponse { summary: said, .. }) if said.status == target.expected_status => {
                ProbeOutcome::Good {
                    status: said.status,
                }
            }
            Ok(ProbeResponse { summary: said, .. }) => ProbeOutcome::Wrong {
                status: said.status,
                proxy: self.check_proxy(target, &said).await,
            },
        }
    }

    /// What answers in the hub's place. If it was the hub itself, the proxy need not be asked.
    async fn check_proxy(&self, target: &ProbeTarget, summary: &ResponseSummary) -> ProxyState {
        match outcome::proxy_url(&target.url) {
            Some(url) if !summary.is_from_hub => {
                let heard = self.fetch(&url).await.ok();
                outcome::proxy_state(heard.as_ref().map(|heard| &heard.summary))
            }
            _ => ProxyState::Unclear,
        }
    }

    async fn fetch(&self, url: &str) -> Result<ProbeResponse, FetchError> {
        let url = Url::parse(url).map_err(|error| {
            let text = format!("the address cannot be asked: {error}");
            FetchError::new(Cause::InvalidRequest, Sent::No, text)
        })?;
        let client = self.clients.client(&self.http, &url)?;
        let response = fetch(client.get(url), &self.limits).await?;
        let said = ResponseSummary {
            status: response.status.as_u16(),
            is_from_hub: response.headers.contains_key("x-jupyterhub-version"),
            body: response.body.to_vec(),
        };
        Ok(ProbeResponse {
            summary: said,
            response,
        })
    }
}
