//! Sends one request and reads its answer, within limits of time and size.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use reqwest::{Client, Method, Request, RequestBuilder};
use tokio::time::timeout;

use super::body::{Body, BodyBuffer, ByteBudget};
use super::response::Response;
use super::sent_secrets::SentSecrets;
use super::{certificate, headers, proxy, reqwest_error, url::RedactedUrl};
use crate::domain::settings::Proxy;
use crate::sources::error::{Cause, Sent, SourceError};

/// The limits for an answer.
#[derive(Clone, Debug)]
pub struct Limits {
    /// The time from the first byte sent to the last byte read, including the look-up of the name.
    pub timeout: Duration,
    /// The most bytes of one answer, counted after decompression.
    pub max_body_bytes: u64,
    /// The budget of bytes that all answers share.
    pub budget: ByteBudget,
    /// The client's proxy. An error names the proxy if it cannot be reached.
    pub proxy: Proxy,
}

/// Sends a request and reads its answer, whatever the answer's status.
///
/// # Errors
/// When no complete answer came within the limits. [`Response::error_for_status`] checks the status.
pub async fn fetch(request: RequestBuilder, limits: &Limits) -> Result<Response, SourceError> {
    let (client, request) = request.build_split();
    let request = request.map_err(|error| reqwest_error::request_error(&error))?;
    let url = request.url().clone();
    let sent = SentSecrets::from_headers(request.headers());
    let lacked_room = AtomicBool::new(false);
    let exchange = send_again_for_room(&client, request, &sent, limits, &lacked_room);
    let answer = match timeout(limits.timeout, exchange).await {
        Ok(answer) => answer,
        Err(_) if lacked_room.load(Ordering::Relaxed) => Err(no_room(limits)),
        Err(_) => Err(timed_out(limits.timeout)),
    };
    answer.map_err(|error| proxy::name_proxy(error, &limits.proxy, &url))
}

// Sends a request again when there is room for its answer. A write is never sent twice.
async fn send_again_for_room(
    client: &Client,
    request: Request,
    sent: &SentSecrets,
    limits: &Limits,
    lacked_room: &AtomicBool,
) -> Result<Response, SourceError> {
    let is_read = request.method() == Method::GET;
    let again = request.try_clone().filter(|_| is_read);
    let answer = send(client, request, sent, limits).await;
    let (Err(error), Some(again)) = (&answer, again) else {
        return answer;
    };
    if error.cause != Cause::NoRoom {
        return answer;
    }
    lacked_room.store(true, Ordering::Relaxed);
    let _turn = limits.budget.wait_for_room(limits.max_body_bytes).await;
    send(client, again, sent, limits).await
}

async fn send(
    client: &Client,
    request: Request,
    sent: &SentSecrets,
    limits: &Limits,
) -> Result<Response, SourceError> {
    let answer = client.execute(request).await;
    let answer = answer.map_err(|error| reqwest_error::request_error(&error))?;
    let info = answer.extensions().get();
    let certificate = info.and_then(certificate::of_connection).map(Box::new);
    let (status, url) = (answer.status(), RedactedUrl::from_url(answer.url()));
    let headers = answer.headers().clone();
    let body = read_body(answer, limits).await?;
    let body = match status.is_success() {
        true => body,
        false => body.map(|bytes| sent.blank_failure(bytes)),
    };
    Ok(Response {
        status,
        url,
        server_clock: headers::server_clock(&headers),
        headers,
        certificate,
        body,
    })
}

async fn read_body(mut answer: reqwest::Response, limits: &Limits) -> Result<Body, SourceError> {
    let promised = answer.content_length().unwrap_or_default();
    if promised > limits.max_body_bytes {
        return Err(too_large(limits.max_body_bytes));
    }
    let max_bytes = usize::try_from(limits.max_body_bytes).unwrap_or(usize::MAX);
    let mut buffer = BodyBuffer::new(usize::try_from(promised).unwrap_or(0), max_bytes);
    let mut reservation = limits.budget.reserve();
    while let Some(chunk) = answer
        .chunk()
        .await
        .map_err(|e| reqwest_error::body_error(&e))?
    {
        if buffer.len().saturating_add(chunk.len()) > max_bytes {
            return Err(too_large(limits.max_body_bytes));
        }
        let capacity = buffer.capacity_with(chunk.len()) as u64;
        let more = capacity.saturating_sub(reservation.bytes());
        reservation.grow(more).map_err(|_| no_room(limits))?;
        buffer.push(&chunk).map_err(|_| no_room(limits))?;
    }
    Ok(Body::new(buffer.into_bytes(), reservation))
}

fn no_room(limits: &Limits) -> SourceError {
    let all = format_size(limits.budget.limit());
    let text = format!("all answers together are larger than {all}");
    SourceError::new(Cause::NoRoom, Sent::Answered, text)
}

fn too_large(limit: u64) -> SourceError {
    let text = format!("answer larger than {}", format_size(limit));
    SourceError::new(Cause::TooLarge, Sent::Answered, text)
}

fn timed_out(limit: Duration) -> SourceError {
    let text = format!("no answer in {}", humantime::format_duration(limit));
    SourceError::new(Cause::Timeout, Sent::Perhaps, text)
}

fn format_size(bytes: u64) -> String {
    const MIB: u64 = 1024 * 1024;
    match bytes {
        MIB.. => format!("{} MiB", bytes / MIB),
        _ => format!("{bytes} bytes"),
    }
}
