//! Judges a probe's response: good or wrong, and who answered.

use reqwest::header::{HeaderMap, SERVER};

use crate::domain::probe::{ProbeFailure, ProbeOutcome, ProxyState, Refusal};
use crate::domain::rollout::shorten;
use crate::sources::error::{Cause, Sent, SourceError};
use crate::sources::http::Signer;

/// The header that only the hub itself sends.
pub(super) const VERSION_HEADER: &str = "x-jupyterhub-version";

/// The most characters that are kept of the names of servers and issuers.
const MAX_NAME_CHARS: usize = 120;

/// The parts of a response that matter for a probe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ResponseSummary {
    pub(super) status: u16,
    /// Whether the hub itself answered. Its answers carry `X-JupyterHub-Version`; a proxy's answers do not.
    pub(super) is_from_hub: bool,
    /// The content of `X-JupyterHub-Version`; `None` if the answer does not have it.
    pub(super) version: Option<String>,
    /// The content of the header `Server`.
    pub(super) server: Option<String>,
    /// The beginning of the body.
    pub(super) body: Vec<u8>,
}

/// The outcome of a try without a complete answer. A failed handshake or bytes that are not HTTP are a wrong answer
/// from the other side. Other causes may be on our side.
pub(super) fn from_fetch_error(error: SourceError) -> ProbeOutcome {
    let kind = match (error.cause, error.sent) {
        (Cause::Resolve, _) => ProbeFailure::Resolve,
        (Cause::Certificate, _) => ProbeFailure::Certificate,
        (Cause::Handshake, _) => ProbeFailure::Handshake,
        (Cause::Timeout, _) => ProbeFailure::Timeout,
        (Cause::Garbled, _) | (_, Sent::Answered) => ProbeFailure::Garbled,
        _ => ProbeFailure::Connect,
    };
    ProbeOutcome::NoAnswer {
        kind,
        text: error.text,
    }
}

/// The outcome of a response with the expected status. It does not depend on whether the hub ever sent JupyterHub's
/// header.
pub(super) fn from_expected_status(
    summary: &ResponseSummary,
    expects_hub_header: bool,
) -> (ProbeOutcome, Option<Refusal>) {
    let status = summary.status;
    if summary.is_from_hub || !expects_hub_header {
        return (ProbeOutcome::Good { status }, None);
    }
    let outcome = ProbeOutcome::NotFromHub {
        status,
        was_hub: false,
    };
    (outcome, page_refusal(summary, ProxyState::Unclear))
}

/// The content of an answer's header `Server`.
pub(super) fn server(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(SERVER)?.as_bytes();
    Some(short_name(&String::from_utf8_lossy(text)))
}

/// The content of the header `X-JupyterHub-Version`; `None` if it is missing or blank.
pub(super) fn version(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(VERSION_HEADER)?.as_bytes();
    let text = shorten(&String::from_utf8_lossy(text));
    (!text.is_empty()).then_some(text)
}

/// The refusal if another server answered instead of the hub, for example with a login page; `None` if the hub or its
/// own proxy answered.
pub(super) fn page_refusal(summary: &ResponseSummary, proxy: ProxyState) -> Option<Refusal> {
    let is_own = summary.is_from_hub || proxy == ProxyState::HubGone;
    (!is_own).then(|| Refusal::Page {
        server: summary.server.clone(),
        body_bytes: summary.body.len() as u64,
    })
}

/// The refusal for a certificate that is not accepted.
pub(super) fn certificate_refusal(signer: Signer) -> Refusal {
    Refusal::Certificate {
        issuer: short_name(&signer.name),
        key_id: signer.key_id,
    }
}

fn short_name(name: &str) -> String {
    let printable = name.chars().filter(|char| !char.is_control());
    printable.take(MAX_NAME_CHARS).collect()
}

/// The address of the health check of the proxy in front of a hub. `None` if the hub's address does not have the usual
/// form.
pub(super) fn proxy_url(health_url: &str) -> Option<String> {
    let plain = health_url.split(['?', '#']).next()?.trim_end_matches('/');
    let base = ["/hub/health", "/hub/api/health"]
        .iter()
        .find_map(|path| plain.strip_suffix(path))?;
    Some(format!("{base}/_chp_healthz"))
}

/// The state of the hub's proxy, from its answer to `/_chp_healthz`. `said` is `None` if it did not answer. A working
/// configurable-http-proxy answers 200 and `{"status":"OK"}`.
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
            version: None,
            server: None,
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
    fn what_answered_wrongly_is_no_network_of_ours() {
        let kind = |cause, sent| match from_fetch_error(SourceError::new(cause, sent, "")) {
            ProbeOutcome::NoAnswer { kind, .. } => kind,
            other => panic!("{other:?}"),
        };
        for (cause, sent) in [
            (Cause::Garbled, Sent::Perhaps),
            (Cause::Interrupted, Sent::Answered),
            (Cause::TooLarge, Sent::Answered),
        ] {
            assert_eq!(kind(cause, sent), ProbeFailure::Garbled, "{cause:?}");
        }
        let closed = kind(Cause::Interrupted, Sent::Perhaps);
        assert_eq!(closed, ProbeFailure::Connect);
        let handshake = kind(Cause::Handshake, Sent::No);
        assert_eq!(handshake, ProbeFailure::Handshake);
    }

    #[test]
    fn a_page_of_the_hub_or_its_proxy_is_no_refusal_of_others() {
        let page = summary(403, "no entry");
        let refusal = Some(Refusal::Page {
            server: None,
            body_bytes: 8,
        });
        assert_eq!(page_refusal(&page, ProxyState::Unclear), refusal);
        assert_eq!(page_refusal(&page, ProxyState::ProxyGone), refusal);
        assert_eq!(page_refusal(&page, ProxyState::HubGone), None);
        let own = ResponseSummary {
            is_from_hub: true,
            ..page
        };
        assert_eq!(page_refusal(&own, ProxyState::Unclear), None);
    }

    #[test]
    fn a_servers_name_is_short_and_printable() {
        let mut headers = HeaderMap::new();
        assert_eq!(server(&headers), None);
        let long = "f\u{85}".repeat(500);
        headers.insert(SERVER, long.parse().unwrap());
        assert_eq!(server(&headers).unwrap(), "f".repeat(MAX_NAME_CHARS));
    }

    #[test]
    fn a_version_may_be_any_text_and_is_cut() {
        let mut headers = HeaderMap::new();
        assert_eq!(version(&headers), None);
        for (content, expected) in [("", None), ("  ", None), ("5.4.4", Some("5.4.4"))] {
            headers.insert(VERSION_HEADER, content.parse().unwrap());
            assert_eq!(version(&headers).as_deref(), expected);
        }
        headers.insert(VERSION_HEADER, "9.".repeat(4_000).parse().unwrap());
        assert!(version(&headers).unwrap().chars().count() <= 129);
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
