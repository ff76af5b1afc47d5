//! Makes one try of one hub.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;

use super::outcome::{self, ResponseSummary};
use super::states::ProbeTry;
use crate::domain::ids::HubKey;
use crate::domain::now::TimeSource;
use crate::domain::probe::{ProbeOutcome, ProxyState, Refusal};
use crate::domain::settings::ProbeTarget;
use crate::sources::error::{Cause, Sent, SourceError};
use crate::sources::http::{
    ByteBudget, CertificateCheck, ClientSettings, Clients, Limits, Pool, Redirects, Response, fetch,
};

/// The size limit of an answer. A health answer is empty, but a proxy's error page may be large.
const MAX_BODY_BYTES: u64 = 256 * 1024;

/// Sends the probes' requests.
pub(super) struct Prober {
    clients: Arc<Clients>,
    http: ClientSettings,
    limits: Limits,
}

/// An answer and its summary.
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
                proxy: http.proxy.clone(),
            },
        }
    }

    /// Probes a hub. Also probes the hub's proxy if the status is wrong and the answer did not come from the hub
    /// itself.
    pub(super) async fn probe(
        &self,
        target: ProbeTarget,
        time: &dyn TimeSource,
    ) -> (HubKey, ProbeTry) {
        let at = time.now();
        let fetched = self.fetch(&target.url).await;
        let latency: Duration = time.now().mono.saturating_sub(at.mono);
        let answered = fetched.as_ref().ok();
        let is_from_hub = answered.is_some_and(|it| it.summary.is_from_hub);
        let version = answered.and_then(|it| it.summary.version.clone());
        let certificate = answered.and_then(|it| it.response.certificate.as_ref());
        let (latency, certificate_ends) = (
            answered.map(|_| latency),
            certificate.and_then(|certificate| certificate.ends),
        );
        let (outcome, refusal) = match fetched {
            Ok(answer) => self.judge(&target, &answer.summary).await,
            Err(error) => self.judge_failure(&target, error).await,
        };
        let attempt = ProbeTry {
            at,
            is_from_hub,
            version,
            outcome,
            refusal,
            latency,
            certificate_ends,
        };
        (target.key, attempt)
    }

    async fn judge(
        &self,
        target: &ProbeTarget,
        summary: &ResponseSummary,
    ) -> (ProbeOutcome, Option<Refusal>) {
        let status = summary.status;
        if status == target.expected_status {
            return outcome::from_expected_status(summary, target.expects_hub_header);
        }
        let proxy = self.check_proxy(target, summary).await;
        let outcome = ProbeOutcome::Wrong { status, proxy };
        (outcome, outcome::page_refusal(summary, proxy))
    }

    async fn judge_failure(
        &self,
        target: &ProbeTarget,
        error: SourceError,
    ) -> (ProbeOutcome, Option<Refusal>) {
        let refusal = match error.cause {
            Cause::Certificate => self.certificate_refusal(&target.url).await,
            _ => None,
        };
        (outcome::from_fetch_error(error), refusal)
    }

    /// The issuer of a certificate that was refused. A failed verification does not return the issuer. So the server's
    /// front page is requested once more without verification. This request sends only public data.
    async fn certificate_refusal(&self, url: &str) -> Option<Refusal> {
        let url = Url::parse(url).ok()?.join("/").ok()?;
        let settings = ClientSettings {
            certificate_check: CertificateCheck::Skipped,
            ..self.http.clone()
        };
        let client = self.clients.client(&settings, &url).ok()?;
        let response = fetch(client.head(url), &self.limits).await.ok()?;
        let signer = response.certificate?.signer?;
        Some(outcome::certificate_refusal(signer))
    }

    /// The state of the hub's proxy. The proxy is not asked if the hub itself answered.
    async fn check_proxy(&self, target: &ProbeTarget, summary: &ResponseSummary) -> ProxyState {
        match outcome::proxy_url(&target.url) {
            Some(url) if !summary.is_from_hub => {
                let response = self.fetch(&url).await.ok();
                outcome::proxy_state(response.as_ref().map(|response| &response.summary))
            }
            _ => ProxyState::Unclear,
        }
    }

    async fn fetch(&self, url: &str) -> Result<ProbeResponse, SourceError> {
        let url = Url::parse(url).map_err(|error| {
            let text = format!("the address cannot be asked: {error}");
            SourceError::new(Cause::InvalidRequest, Sent::No, text)
        })?;
        let client = self.clients.client(&self.http, &url)?;
        let response = fetch(client.get(url), &self.limits).await?;
        let said = ResponseSummary {
            status: response.status.as_u16(),
            is_from_hub: response.headers.contains_key(outcome::VERSION_HEADER),
            version: outcome::version(&response.headers),
            server: outcome::server(&response.headers),
            body: response.body.to_vec(),
        };
        Ok(ProbeResponse {
            summary: said,
            response,
        })
    }
}
