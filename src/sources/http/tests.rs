//! Tests with real servers on loopback: the answers, and the errors if there is no answer.

mod bodies;
mod tls;
mod words;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use reqwest::{Method, RequestBuilder, Url};
use secrecy::SecretString;
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;
use crate::domain::settings::Proxy;
use crate::domain::source::FailureKind;
use crate::sources::error::{Cause, Sent, SourceError};

fn limits() -> Limits {
    Limits {
        timeout: Duration::from_secs(10),
        max_body_bytes: 32 * 1024 * 1024,
        budget: ByteBudget::new(96 * 1024 * 1024),
        proxy: Proxy::System,
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the runtime's part, played by the test"
)]
fn clients() -> Clients {
    Clients::new(LookupPool::new(Arc::new(|job| {
        tokio::task::spawn_blocking(job);
    })))
}

fn get(url: &str) -> RequestBuilder {
    let url = Url::parse(url).unwrap();
    let client = clients().client(&ClientSettings::default(), &url).unwrap();
    client.request(Method::GET, url)
}

async fn failure(url: &str) -> SourceError {
    fetch(get(url), &limits()).await.unwrap_err()
}

async fn server(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .respond_with(answer)
        .mount(&server)
        .await;
    server
}

async fn answer(template: ResponseTemplate) -> Response {
    let server = server(template).await;
    fetch(get(&server.uri()), &limits()).await.unwrap()
}

/// A server that reads a request, writes these bytes and closes the connection.
#[expect(
    clippy::disallowed_methods,
    reason = "a server that breaks the protocol on purpose"
)]
fn rude_server(bytes: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        let _ = stream.read(&mut request);
        let _ = stream.write_all(bytes);
    });
    url
}

#[tokio::test]
async fn an_answer_brings_the_servers_clock_and_knows_our_name() {
    let server = MockServer::start().await;
    let name = concat!("hubwatch/", env!("CARGO_PKG_VERSION"));
    let template = ResponseTemplate::new(200)
        .insert_header("date", "Sun, 22 Nov 2026 03:12:09 GMT")
        .set_body_json([1, 2]);
    Mock::given(header("user-agent", name))
        .respond_with(template)
        .mount(&server)
        .await;
    let response = fetch(get(&server.uri()), &limits())
        .await
        .unwrap()
        .error_for_status()
        .unwrap();
    assert_eq!(parse_json::<Vec<u8>>(&response).unwrap(), [1, 2]);
    assert_eq!(response.server_clock.unwrap().timestamp(), 1_795_317_129);
    assert_eq!(response.certificate, None);
}

#[tokio::test]
async fn credentials_are_sent_and_never_shown() {
    let server = MockServer::start().await;
    let template = ResponseTemplate::new(200);
    Mock::given(header("authorization", "Token token=s3cret"))
        .respond_with(template)
        .mount(&server)
        .await;
    let token = Auth::Token(SecretString::from("s3cret"));
    let request = token.apply(get(&server.uri()));
    assert!(!format!("{token:?} {request:?}").contains("s3cret"));
    assert!(
        fetch(request, &limits())
            .await
            .unwrap()
            .error_for_status()
            .is_ok()
    );
}

#[tokio::test]
async fn a_secret_that_no_header_can_carry_is_said_without_it() {
    for auth in [
        Auth::Token(SecretString::from("s3\ncret")),
        Auth::Bearer(SecretString::from("s3\ncret")),
    ] {
        let error = fetch(auth.apply(get("http://127.0.0.1:9/")), &limits())
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.sent),
            (FailureKind::Configuration, Sent::No)
        );
        assert!(!error.text.contains("cret"), "{error}");
    }
}

#[tokio::test]
async fn nobody_there_is_a_refused_connection() {
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let error = failure(&format!("http://ada:s3cret@{free}/?token=s3cret")).await;
    assert_eq!(error.text, "connection refused");
    assert_eq!(
        (error.kind(), error.sent),
        (FailureKind::Unreachable, Sent::No)
    );
}

#[tokio::test]
async fn silence_is_a_time_out_and_may_have_been_heard() {
    let server = server(ResponseTemplate::new(200).set_delay(Duration::from_secs(60))).await;
    let limits = Limits {
        timeout: Duration::from_millis(50),
        ..limits()
    };
    let error = fetch(get(&server.uri()), &limits).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.text.as_str()),
        (FailureKind::TimedOut, "no answer in 50ms")
    );
    assert_eq!(error.sent, Sent::Perhaps);
}

#[tokio::test]
async fn an_answer_that_breaks_off_says_so() {
    let url = rude_server(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"half");
    let error = failure(&url).await;
    assert_eq!(
        (error.cause, error.sent),
        (Cause::Interrupted, Sent::Answered)
    );
    assert!(error.text.starts_with("the answer broke off: "), "{error}");
}

#[tokio::test]
async fn a_connection_closed_without_an_answer_may_have_been_heard() {
    let error = failure(&rude_server(b"")).await;
    assert_eq!(
        (error.cause, error.sent),
        (Cause::Interrupted, Sent::Perhaps)
    );
    assert!(
        error.text.starts_with("no answer: connection closed"),
        "{error}"
    );
}

#[tokio::test]
async fn what_is_not_http_says_so() {
    let error = failure(&rude_server(b"SSH-2.0-OpenSSH_9.9\r\n")).await;
    assert_eq!(
        (error.cause, error.kind()),
        (Cause::Garbled, FailureKind::Garbled)
    );
}

#[tokio::test]
async fn plain_http_where_tls_was_promised_says_so() {
    let url = rude_server(b"HTTP/1.1 400 Bad Request\r\n\r\n").replace("http:", "https:");
    let error = failure(&url).await;
    assert_eq!((error.kind(), error.sent), (FailureKind::Tls, Sent::No));
    assert!(error.text.contains("does not speak TLS"), "{error}");
}

#[tokio::test]
async fn a_redirect_is_followed_at_home_and_not_elsewhere() {
    let elsewhere = server(ResponseTemplate::new(200)).await;
    let home = MockServer::start().await;
    for (from, to) in [
        ("/a", "/b".to_owned()),
        ("/out", format!("{}/login?next=s3cret", elsewhere.uri())),
        ("/loop", "/loop".to_owned()),
    ] {
        let template = ResponseTemplate::new(302).insert_header("location", to.as_str());
        Mock::given(path(from))
            .respond_with(template)
            .mount(&home)
            .await;
    }
    Mock::given(path("/b"))
        .respond_with(ResponseTemplate::new(200))
        .mount(&home)
        .await;
    let at = |path: &str| get(&format!("{}{path}", home.uri()));
    let response = fetch(at("/a"), &limits())
        .await
        .unwrap()
        .error_for_status()
        .unwrap();
    assert_eq!(response.url.path(), "/b");
    let error = fetch(at("/out"), &limits())
        .await
        .unwrap()
        .error_for_status()
        .unwrap_err();
    assert_eq!(
        error.text,
        format!(
            "302: redirects to {}, which is not followed",
            elsewhere.uri()
        )
    );
    assert!(elsewhere.received_requests().await.unwrap().is_empty());
    let error = fetch(at("/loop"), &limits()).await.unwrap_err();
    assert_eq!(error.text, "redirected more than 3 times");
    assert_eq!(error.kind(), FailureKind::Configuration);
}

#[tokio::test]
async fn localhost_resolves_through_the_pool() {
    let server = server(ResponseTemplate::new(200)).await;
    let url = server.uri().replace("127.0.0.1", "localhost");
    assert!(
        fetch(get(&url), &limits())
            .await
            .unwrap()
            .error_for_status()
            .is_ok()
    );
}

#[tokio::test]
async fn a_name_that_is_none_does_not_resolve() {
    let url = Url::parse("http://hub.invalid/").unwrap();
    let direct = ClientSettings {
        proxy: crate::domain::settings::Proxy::Direct,
        ..ClientSettings::default()
    };
    let client = clients().client(&direct, &url).unwrap();
    let error = fetch(client.get(url), &limits()).await.unwrap_err();
    assert_eq!((error.cause, error.sent), (Cause::Resolve, Sent::No));
    assert!(
        error.text.starts_with("hub.invalid does not resolve: "),
        "{error}"
    );
}

#[tokio::test]
async fn a_socks_proxy_is_spoken_to_and_looks_up_the_name() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let proxy = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut greeting = [0; 3];
        stream.read_exact(&mut greeting).await.unwrap();
        stream.write_all(&[5, 0]).await.unwrap();
        // The SOCKS request: version, connect, reserved, a name of 12 letters, the port.
        let mut request = [0; 5 + 12 + 2];
        stream.read_exact(&mut request).await.unwrap();
        stream
            .write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0])
            .await
            .unwrap();
        let mut line = [0; 4];
        stream.read_exact(&mut line).await.unwrap();
        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok";
        stream.write_all(answer).await.unwrap();
        (request[5..17].to_vec(), stream)
    };
    let settings = ClientSettings {
        proxy: Proxy::Url(format!("socks5h://{address}")),
        ..ClientSettings::default()
    };
    let url = Url::parse("http://leap.example/x").unwrap();
    let client = clients().client(&settings, &url).unwrap();
    let asked = client.request(Method::GET, url);
    let limits = limits();
    let (answer, (name, _stream)) = tokio::join!(fetch(asked, &limits), proxy);
    assert_eq!(answer.unwrap().status, reqwest::StatusCode::OK);
    assert_eq!(name, b"leap.example");
}

#[tokio::test]
async fn a_proxy_that_refuses_is_named() {
    let refusing = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = refusing.local_addr().unwrap();
    drop(refusing);
    let proxy = Proxy::Url(format!("http://{address}"));
    let settings = ClientSettings {
        proxy: proxy.clone(),
        ..ClientSettings::default()
    };
    let url = Url::parse("http://leap.example/x").unwrap();
    let client = clients().client(&settings, &url).unwrap();
    let limits = Limits { proxy, ..limits() };
    let asked = client.request(Method::GET, url);
    let error = fetch(asked, &limits).await.unwrap_err();
    assert_eq!(
        error.text,
        format!("the proxy http://{address}: connection refused")
    );
}
