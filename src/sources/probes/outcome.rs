//! What an answer means: good, wrong, and who it was that answered.

use crate::domain::probe::{ProbeFailure, ProbeOutcome, ProxyState};
use crate::sources::http::{Cause, FetchError};

/// What answered, as far as it matters here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ResponseSummary {
    pub(super) status: u16,
    /// The hub's own answers carry `X-JupyterHub-Version`; a proxy's do not.
    pub(super) is_from_hub: bool,
    /// The beginning of the body.
    pub(super) body: Vec<u8>,
}

/// How a try failed that brought no complete answer. A handshake that fails for whatever reason means
/// that something answers there, and wrongly; the other causes may as well lie on our side.
pub(super) fn from_fetch_error(error: FetchError) -> ProbeOutcome {
    let kind = match error.cause {
        Cause::Resolve => ProbeFailure::Resolve,
        Cause::Certificate | Cause::Handshake => ProbeFailure::Certificate,
        Cause::Timeout => ProbeFailure::Timeout,
        _ => ProbeFailure::Connect,
    };
    ProbeOutcome::NoAnswer {
        kind,
        text: error.text,
    }
}

/// Where the proxy in front of a hub answers for itself. None where the address is not of the usual
/// form: then nobody knows what stands in front.
pub(super) fn proxy_url(health_url: &str) -> Option<String> {
    let plain = health_url.split(['?', '#']).next()?.trim_end_matches('/');
    let base = ["/hub/health", "/hub/api/health"]
        .iter()
        .find_map(|path| plain.strip_suffix(path))?;
    Some(format!("{base}/_chp_healthz"))
}

/// What the proxy's answer to `/_chp_healthz` says of a hub that answered wrongly: None if it did not
/// answer at all. configurable-http-proxy itself answers 200 and `{"status":"OK"}`.
pub(super) fn proxy_state(said: Option<&ResponseSummary>) -> ProxyState {
    match said {
        None => ProxyState::ProxyGone,
        Some(said) if said.status == 200 && is_ok(&said.body) => ProxyState::HubGone,
        Some(said) if matches!(said.status, 502..=504) => ProxyState::ProxyGone,
        Some(_) => ProxyState::Unclear,
    }
}

fn is_ok(body: &[u8]) -> bool {
    serde_json::from_slice::<serde_json::Value>(body)
        .is_ok_and(|value| value.get("status").and_then(|word| word.as_str()) == Some("OK"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(status: u16, body: &str) -> ResponseSummary {
        ResponseSummary {
            status,
            is_from_hub: false,
            body: body.as_bytes().to_vec(),
        }
    }

    #[test]
    fn the_proxy_answers_beside_the_hub() {
        let base = |url: &str| proxy_url(url);
        assert_eq!(
            base("https://leap.example.org/hub/health").as_deref(),
            Some("https://leap.example.org/_chp_healthz")
        );
        assert_eq!(
            base("http://127.0.0.1:8000/base/hub/api/health?x=1").as_deref(),
            Some("http://127.0.0.1:8000/base/_chp_healthz")
        );
        assert_eq!(base("https://leap.example.org/"), None);
    }

    #[test]
    fn a_proxy_that_is_well_means_that_the_hub_is_gone() {
        assert_eq!(
            proxy_state(Some(&summary(200, r#"{"status":"OK"}"#))),
            ProxyState::HubGone
        );
        assert_eq!(
            proxy_state(Some(&summary(503, "<html>"))),
            ProxyState::ProxyGone
        );
        assert_eq!(proxy_state(None), ProxyState::ProxyGone);
        assert_eq!(
            proxy_state(Some(&summary(200, "<html>"))),
            ProxyState::Unclear
        );
        assert_eq!(proxy_state(Some(&summary(404, ""))), ProxyState::Unclear);
    }
}
