//! Tests with servers on loopback: which requests are sent, and how the answers are judged.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::join;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;
use crate::domain::probe::{ProbeFailure, ProbeOutcome, ProxyState, Refusal};
use crate::domain::settings::HttpClientConfig;
use crate::sources::testing::{TestClock, clients};

const INTERVAL: Duration = Duration::from_secs(60);
const CONFIRM: Duration = Duration::from_secs(15);

fn target(hub: &str, origin: &str, expect: u16) -> ProbeTarget {
    ProbeTarget {
        key: key(hub),
        url: format!("{origin}/hub/health"),
        expected_status: expect,
        expects_hub_header: expect == 200,
    }
}

fn key(hub: &str) -> HubKey {
    HubKey::new("leap", hub)
}

fn probes(targets: Vec<ProbeTarget>) -> Probes {
    let settings = ProbeSettings {
        targets,
        interval: INTERVAL,
        confirm_after: CONFIRM,
        concurrency: 2,
        http: HttpClientConfig {
            timeout: Duration::from_secs(5),
            ..HttpClientConfig::default()
        },
    };
    Probes::new(&settings, Arc::new(clients()), &ClientSettings::default())
}

async fn server(health: ResponseTemplate, proxy: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    for (at, answer) in [("/hub/health", health), ("/_chp_healthz", proxy)] {
        Mock::given(method("GET"))
            .and(path(at))
            .respond_with(answer)
            .mount(&server)
            .await;
    }
    server
}

fn status(code: u16) -> ResponseTemplate {
    ResponseTemplate::new(code)
}

/// The answer of a hub that works.
fn well() -> ResponseTemplate {
    status(200).insert_header("x-jupyterhub-version", "5.4.4")
}

fn proxy_is_well() -> ResponseTemplate {
    status(200).set_body_string(r#"{"status":"OK"}"#)
}

async fn asked(server: &MockServer) -> Vec<String> {
    let all = server.received_requests().await.unwrap();
    all.iter().map(|one| one.url.path().to_owned()).collect()
}

async fn first_word(server: &MockServer, expect: u16) -> Probe {
    let mut probes = probes(vec![target("prod", &server.uri(), expect)]);
    let polled = probes.poll(&TestClock::at(0)).await;
    polled.outcome.unwrap().body.remove(&key("prod")).unwrap()
}

#[tokio::test]
async fn a_hub_that_is_well_is_asked_once() {
    let server = server(well(), proxy_is_well()).await;
    let probe = first_word(&server, 200).await;
    assert_eq!(probe.outcome, ProbeOutcome::Good { status: 200 });
    assert_eq!((probe.failing, probe.latency), (None, Some(Duration::ZERO)));
    assert_eq!(asked(&server).await, ["/hub/health"]);
}

#[tokio::test]
async fn the_status_that_is_expected_is_good() {
    let server = server(status(401), proxy_is_well()).await;
    let outcome = first_word(&server, 401).await.outcome;
    assert_eq!(outcome, ProbeOutcome::Good { status: 401 });
}

#[tokio::test]
async fn the_proxy_tells_who_is_gone() {
    let html = || status(503).set_body_string("<html>");
    for (health, proxy, word) in [
        (html(), proxy_is_well(), ProxyState::HubGone),
        (html(), html(), ProxyState::ProxyGone),
        (html(), status(404), ProxyState::Unclear),
    ] {
        let server = server(health, proxy).await;
        let outcome = first_word(&server, 200).await.outcome;
        let wrong = ProbeOutcome::Wrong {
            status: 503,
            proxy: word,
        };
        assert_eq!(outcome, wrong);
        assert_eq!(asked(&server).await, ["/hub/health", "/_chp_healthz"]);
    }
}

#[tokio::test]
async fn where_the_hub_itself_answers_wrongly_the_proxy_is_not_asked() {
    let health = status(500).insert_header("x-jupyterhub-version", "5.4.4");
    let server = server(health, proxy_is_well()).await;
    let outcome = first_word(&server, 200).await.outcome;
    let wrong = ProbeOutcome::Wrong {
        status: 500,
        proxy: ProxyState::Unclear,
    };
    assert_eq!(outcome, wrong);
    assert_eq!(asked(&server).await, ["/hub/health"]);
}

#[tokio::test]
async fn a_redirect_to_a_login_page_is_not_health() {
    let redirect = status(302).insert_header("location", "/_chp_healthz");
    let server = server(redirect, proxy_is_well()).await;
    let outcome = first_word(&server, 200).await.outcome;
    assert!(matches!(outcome, ProbeOutcome::Wrong { status: 302, .. }));
}

#[tokio::test]
async fn a_page_without_the_hubs_header_is_not_health() {
    let page = |html: &str| status(200).set_body_raw(html, "text/html");
    for html in [
        "<!doctype html><h1>We are down for maintenance</h1>",
        "<form action=\"/login\"><input name=\"password\"></form>",
        "",
    ] {
        let server = server(page(html), proxy_is_well()).await;
        let probe = first_word(&server, 200).await;
        let not_from_hub = ProbeOutcome::NotFromHub {
            status: 200,
            was_hub: false,
        };
        assert_eq!(probe.outcome, not_from_hub);
        assert!(probe.failing.is_some());
        let refusal = Refusal::Page {
            server: None,
            body_bytes: html.len() as u64,
        };
        assert_eq!(probe.refusal, Some(refusal));
    }
}

#[tokio::test]
async fn where_no_header_is_expected_the_status_is_enough() {
    let server = server(status(200), proxy_is_well()).await;
    let target = ProbeTarget {
        expects_hub_header: false,
        ..target("prod", &server.uri(), 200)
    };
    let polled = probes(vec![target]).poll(&TestClock::at(0)).await;
    let probe = &polled.outcome.unwrap().body[&key("prod")];
    assert_eq!(probe.outcome, ProbeOutcome::Good { status: 200 });
}

#[tokio::test]
async fn nobody_there_is_no_answer() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let mut probes = probes(vec![target("prod", &origin, 200)]);
    let polled = probes.poll(&TestClock::at(0)).await;
    let probe = &polled.outcome.unwrap().body[&key("prod")];
    assert!(matches!(
        &probe.outcome,
        ProbeOutcome::NoAnswer { kind: ProbeFailure::Connect, text } if text == "connection refused"
    ));
    assert_eq!(probe.latency, None);
    assert_eq!(polled.poll_again_in, Some(CONFIRM));
}

/// A server that answers a connection with these bytes.
#[expect(
    clippy::disallowed_methods,
    reason = "a server that breaks the protocol on purpose"
)]
fn rude_server(bytes: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.write_all(bytes);
    });
    origin
}

#[tokio::test]
async fn bytes_that_are_no_http_answer_are_a_wrong_answer() {
    for (bytes, expected) in [
        (&b"SSH-2.0-OpenSSH_9.2\r\n"[..], ProbeFailure::Garbled),
        (&b"\x15\x03\x03\x00\x02\x02\x28"[..], ProbeFailure::Garbled),
        (
            &b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nO"[..],
            ProbeFailure::Garbled,
        ),
        (&b""[..], ProbeFailure::Connect),
    ] {
        let mut probes = probes(vec![target("prod", &rude_server(bytes), 200)]);
        let polled = probes.poll(&TestClock::at(0)).await;
        let probe = polled.outcome.unwrap().body.remove(&key("prod")).unwrap();
        let ProbeOutcome::NoAnswer { kind, text } = probe.outcome else {
            panic!("{:?}", probe.outcome);
        };
        assert_eq!(kind, expected, "{text}");
    }
}

#[tokio::test]
async fn what_refuses_in_the_hubs_place_is_noted() {
    let page = || {
        status(403)
            .insert_header("server", "firewall")
            .set_body_string("no entry")
    };
    let refused = first_word(&server(page(), status(404)).await, 200).await;
    let refusal = Refusal::Page {
        server: Some("firewall".to_owned()),
        body_bytes: 8,
    };
    assert_eq!(refused.refusal, Some(refusal));
    let gone = first_word(&server(page(), proxy_is_well()).await, 200).await;
    assert_eq!(gone.refusal, None);
    let own = page().insert_header("x-jupyterhub-version", "5.4.4");
    assert_eq!(
        first_word(&server(own, status(404)).await, 200)
            .await
            .refusal,
        None
    );
    let well = first_word(&server(page(), status(404)).await, 403).await;
    assert_eq!(well.refusal, None);
}

#[tokio::test]
async fn only_what_failed_is_tried_again_and_the_answer_holds_everyone() {
    let well = server(well(), proxy_is_well()).await;
    let gone = server(status(503), proxy_is_well()).await;
    let mut probes = probes(vec![
        target("prod", &gone.uri(), 200),
        target("staging", &well.uri(), 200),
    ]);
    let clock = TestClock::at(0);
    assert_eq!(probes.poll(&clock).await.poll_again_in, Some(CONFIRM));
    clock.set(15);
    let polled = probes.poll(&clock).await;
    let answer = polled.outcome.unwrap();
    assert_eq!(answer.asked_at.mono, Duration::ZERO);
    assert!(answer.body[&key("prod")].is_confirmed(CONFIRM));
    assert_eq!(answer.body[&key("staging")].at.mono, Duration::ZERO);
    assert_eq!(asked(&well).await.len(), 1);
    // The other hubs are due in 45 seconds. That is less than an interval, since they were probed 15 seconds ago.
    assert_eq!(polled.next_poll_in, Some(Duration::from_secs(45)));
    assert_eq!(polled.poll_again_in, None);
}

/// Answers `count` requests like a hub, and each only once no further connection comes. Returns how many connections
/// were open at most.
async fn answer_one_by_one(listener: tokio::net::TcpListener, count: usize) -> usize {
    let (mut open, mut most) = (VecDeque::new(), 0);
    for _ in 0..count {
        for _ in 0..1000 {
            open.extend(listener.accept().now_or_never());
            tokio::task::yield_now().await;
        }
        most = most.max(open.len());
        let (mut stream, _) = open.pop_front().unwrap().unwrap();
        assert!(stream.read(&mut [0; 4096]).await.unwrap() > 0);
        let answer = b"HTTP/1.1 200 OK\r\nx-jupyterhub-version: 5.4.4\r\ncontent-length: 0\r\n\r\n";
        stream.write_all(answer).await.unwrap();
    }
    most
}

#[tokio::test]
async fn only_so_many_hubs_are_probed_at_the_same_time_and_all_are_probed() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let hubs = ["a", "b", "c", "d", "e"];
    let targets = hubs.map(|hub| target(hub, &origin, 200)).to_vec();
    let (mut probes, clock) = (probes(targets), TestClock::at(0));
    let (polled, most) = join(probes.poll(&clock), answer_one_by_one(listener, hubs.len())).await;
    let answer = polled.outcome.unwrap().body;
    assert_eq!(answer.into_keys().collect::<Vec<_>>(), hubs.map(key));
    assert_eq!(most, 2);
}

#[tokio::test]
async fn without_targets_there_is_nothing_to_say() {
    let polled = probes(Vec::new()).poll(&TestClock::at(0)).await;
    let error = polled.outcome.unwrap_err();
    assert_eq!(error.kind(), FailureKind::Configuration);
}

#[test]
fn a_poll_can_run_as_a_task() {
    fn sendable<'a>(source: &'a mut Probes, time: &'a dyn TimeSource) -> impl Send + 'a {
        source.poll(time)
    }
    let _: fn(_, _) -> _ = sendable;
}
