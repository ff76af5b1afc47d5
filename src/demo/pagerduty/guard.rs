//! The checks before every REST call: the failure that the scenario prescribes, the rate limit, the token, and the
//! required headers.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::problem::Problem;
use super::{ACCOUNT_TOKEN, ME, READ_ONLY_TOKEN, USER_TOKEN};
use crate::demo::clockwork::At;
use crate::demo::script::event::PagerdutyMode;
use crate::demo::serve::shared::{Shared, hang_up};

/// How many requests a key may send per minute.
const LIMIT: i64 = 960;
const WINDOW_SECONDS: i64 = 60;

/// The state that every REST handler gets.
#[derive(Clone)]
pub(super) struct PagerdutyState {
    pub(super) shared: Shared,
    rate: Arc<Mutex<Rate>>,
}

/// How many requests were sent in the current minute.
#[derive(Clone, Copy)]
struct Rate {
    minute: i64,
    used: i64,
}

/// The requests that are left in this minute, and the time until the next minute. The response's headers contain both.
#[derive(Clone, Copy)]
struct Budget {
    remaining: i64,
    reset: i64,
}

/// The user or account to which a key belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Caller {
    /// A user, identified by key.
    User(String),
    Account,
    /// A user whose API key may only read.
    Reader,
}

impl PagerdutyState {
    pub(super) fn new(shared: Shared) -> Self {
        let rate = Rate { minute: 0, used: 0 };
        Self {
            shared,
            rate: Arc::new(Mutex::new(rate)),
        }
    }

    fn spend(&self, now: At) -> Budget {
        let minute = now.timestamp().div_euclid(WINDOW_SECONDS);
        let mut rate = self.rate.lock().unwrap_or_else(PoisonError::into_inner);
        if rate.minute != minute {
            *rate = Rate { minute, used: 0 };
        }
        rate.used += 1;
        Budget {
            remaining: LIMIT - rate.used,
            reset: WINDOW_SECONDS - now.timestamp().rem_euclid(WINDOW_SECONDS),
        }
    }
}

/// Passes a request on, or refuses it.
pub(super) async fn guard(
    State(site): State<PagerdutyState>,
    request: Request,
    next: Next,
) -> Response {
    let (mode, now) = site.shared.with(|world, now| (world.pagerduty, now));
    let budget = site.spend(now);
    let writes = !matches!(*request.method(), Method::GET | Method::HEAD);
    let refusal = scripted_response(mode, writes)
        .or_else(|| (budget.remaining < 0).then(throttled))
        .or_else(|| {
            admit(request.headers(), writes)
                .err()
                .map(IntoResponse::into_response)
        });
    let mut response = match refusal {
        Some(refusal) => refusal,
        None => {
            let mut request = request;
            let caller = caller(request.headers());
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
    };
    if writes && mode == PagerdutyMode::LosingAnswers {
        return hang_up();
    }
    if mode != PagerdutyMode::ThrottledBare {
        let shown = if mode == PagerdutyMode::Throttled {
            0
        } else {
            budget.remaining.max(0)
        };
        rate_headers(response.headers_mut(), shown, budget.reset);
    }
    response
}

fn rate_headers(headers: &mut HeaderMap, remaining: i64, reset: i64) {
    headers.insert("ratelimit-limit", HeaderValue::from(LIMIT));
    headers.insert("ratelimit-remaining", HeaderValue::from(remaining));
    headers.insert("ratelimit-reset", HeaderValue::from(reset));
}

/// The response that the scenario prescribes, if any.
fn scripted_response(mode: PagerdutyMode, writes: bool) -> Option<Response> {
    let problem = match (mode, writes) {
        (PagerdutyMode::Failing, _) => Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            2000,
            "Internal Server Error",
        ),
        (PagerdutyMode::Throttled, _) => return Some(throttled()),
        (PagerdutyMode::ThrottledBare, _) => {
            return Some(StatusCode::TOO_MANY_REQUESTS.into_response());
        }
        (PagerdutyMode::Unpaid, _) => Problem::new(
            StatusCode::PAYMENT_REQUIRED,
            2014,
            "Account does not have the abilities to perform the action",
        ),
        (PagerdutyMode::ReadOnly, true) => denied(),
        (PagerdutyMode::Changed, true) => Problem::new(
            StatusCode::BAD_REQUEST,
            1005,
            "Incident Data Has Changed Since Last Request",
        ),
        _ => return None,
    };
    Some(problem.into_response())
}

fn throttled() -> Response {
    Problem::new(StatusCode::TOO_MANY_REQUESTS, 2020, "Rate Limit Exceeded").into_response()
}

fn denied() -> Problem {
    Problem::new(StatusCode::FORBIDDEN, 2010, "Access Denied")
}

fn admit(headers: &HeaderMap, writes: bool) -> Result<(), Problem> {
    let Some(caller) = caller(headers) else {
        return Err(Problem::new(
            StatusCode::UNAUTHORIZED,
            2006,
            "Authentication failed",
        ));
    };
    let accepts = header_text(headers, header::ACCEPT.as_str());
    let is_known = accepts.split(',').any(|it| {
        let kind = it.split(';').next().unwrap_or_default().trim();
        kind == "application/vnd.pagerduty+json" || kind == "application/json"
    });
    if !is_known {
        return Err(Problem::new(
            StatusCode::NOT_ACCEPTABLE,
            2001,
            "Accept must be application/vnd.pagerduty+json;version=2",
        ));
    }
    if !writes {
        return Ok(());
    }
    if caller == Caller::Reader {
        return Err(denied());
    }
    if !header_text(headers, header::CONTENT_TYPE.as_str()).starts_with("application/json") {
        return Err(Problem::invalid("Content-Type must be application/json"));
    }
    if header_text(headers, header::FROM.as_str()).is_empty() {
        return Err(Problem::invalid("From header is required"));
    }
    Ok(())
}

fn header_text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    let value = headers.get(name).and_then(|it| it.to_str().ok());
    value.unwrap_or_default().trim()
}

/// The owner of the key in `Authorization: Token token=KEY`.
fn caller(headers: &HeaderMap) -> Option<Caller> {
    let key = header_text(headers, header::AUTHORIZATION.as_str()).strip_prefix("Token token=")?;
    match key {
        USER_TOKEN => Some(Caller::User(ME.to_owned())),
        READ_ONLY_TOKEN => Some(Caller::Reader),
        ACCOUNT_TOKEN => Some(Caller::Account),
        _ => None,
    }
}

/// The email address in a write's `From` header.
pub(super) fn from_header(headers: &HeaderMap) -> &str {
    header_text(headers, header::FROM.as_str())
}

pub(super) async fn route_not_found() -> Problem {
    Problem::not_found()
}

pub(super) async fn method_not_allowed() -> StatusCode {
    StatusCode::METHOD_NOT_ALLOWED
}
