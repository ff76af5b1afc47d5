//! The client of PagerDuty's API. The incidents, the directory and the status pages share it, since they use one key.
//! So they have one request budget, which the client tracks by the answers' headers.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::header::ACCEPT;
use reqwest::{Method, RequestBuilder, StatusCode};
use secrecy::SecretString;

use super::api_request::ApiRequest;
use super::detail_budget::{DetailBudget, Pace};
use super::rate_limit;
use crate::domain::now::{Now, TimeSource};
use crate::domain::source::{Answer, FailureKind, Part, RateBudget};
use crate::sources::error::SourceError;
use crate::sources::http::{Auth, Limits, Response, fetch};
use crate::sources::poll_report::{AnswerContent, PollReport};

/// Version 2 of the API, whatever the key's default is.
const ACCEPT_VERSION_2: &str = "application/vnd.pagerduty+json;version=2";

/// The wait before the next poll after PagerDuty refused a part of a poll because of the rate limit. Used if PagerDuty
/// asked for no pause.
const DEFAULT_WINDOW: Duration = Duration::from_secs(60);

/// The access of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Only requests that change nothing.
    ReadOnly,
    /// Requests that change nothing, and also writes. A write needs a known user: [`Client::writer`].
    ReadWrite,
}

/// PagerDuty's client.
pub struct Client {
    http: reqwest::Client,
    limits: Limits,
    url: String,
    time: Arc<dyn TimeSource>,
    access: Access,
    shared: Mutex<ClientState>,
}

#[derive(Default)]
struct ClientState {
    token: SecretString,
    rate_budget: Option<RateBudget>,
    details: Option<DetailBudget>,
    server_clock: Option<DateTime<Utc>>,
    /// The number of requests that no poll has reported yet.
    unreported_requests: u32,
    /// The end of the pause that PagerDuty asked for, by the steady clock.
    paused_until: Option<Duration>,
}

/// Makes the error for an answer with a failure status. The parameters are the resource, the status, the body and the
/// time to wait.
pub(super) type ErrorWording = fn(&str, u16, &[u8], Duration) -> SourceError;

impl Client {
    /// A client of the API at `url` (no slash at the end). `token` is an API key.
    pub fn new(
        http: reqwest::Client,
        limits: Limits,
        url: &str,
        token: SecretString,
        time: Arc<dyn TimeSource>,
        access: Access,
    ) -> Self {
        let shared = ClientState {
            token,
            ..ClientState::default()
        };
        Self {
            http,
            limits,
            url: url.trim_end_matches('/').to_owned(),
            time,
            access,
            shared: Mutex::new(shared),
        }
    }

    /// Replaces the key, for example after a 401.
    pub fn set_token(&self, token: SecretString) {
        self.with_state(|shared| shared.token = token);
    }

    /// The budget by the last answer's headers.
    pub fn rate_budget(&self) -> Option<RateBudget> {
        self.with_state(|shared| shared.rate_budget)
    }

    /// PagerDuty's own clock, by the last answer's headers.
    pub fn server_clock(&self) -> Option<DateTime<Utc>> {
        self.with_state(|shared| shared.server_clock)
    }

    /// The rest of the pause that a 429 asked for; `None` if there is no pause.
    pub fn remaining_pause(&self) -> Option<Duration> {
        let mono = self.now().mono;
        let left = self
            .with_state(|shared| shared.paused_until)?
            .saturating_sub(mono);
        (!left.is_zero()).then_some(left)
    }

    /// The number of details that may be requested now.
    pub fn available_details(&self, pace: Pace) -> u32 {
        match self.remaining_pause() {
            Some(_) => 0,
            None => self.with_details(|details, mono| details.available(pace, mono)),
        }
    }

    /// Records that the next request for details is sent at this pace.
    pub fn announce_detail(&self, pace: Pace) {
        self.with_details(|details, mono| details.announce(pace, mono));
    }

    /// The estimated time for this many requests for details; `None` while no request for details is possible.
    pub fn time_for_details(&self, details: usize) -> Option<Duration> {
        self.with_details(|budget, mono| budget.time_for(details, mono))
    }

    /// The time until more details may be requested.
    pub fn more_details_in(&self) -> Duration {
        let pause = self.remaining_pause().unwrap_or_default();
        pause.max(self.with_details(|details, mono| details.next_portion_in(mono)))
    }

    /// The present time by this client's clock.
    pub fn now(&self) -> Now {
        self.time.now()
    }

    /// # Errors
    /// PagerDuty asked for a pause, and the pause is not over.
    pub fn ensure_not_paused(&self) -> Result<(), SourceError> {
        match self.remaining_pause() {
            None => Ok(()),
            Some(left) => Err(SourceError::paused(left)),
        }
    }

    /// The result of a poll that began at `asked`.
    pub fn poll_result<T>(
        &self,
        asked: Now,
        content: Result<AnswerContent<T>, SourceError>,
    ) -> PollReport<T> {
        let answer = |content: AnswerContent<T>| Answer {
            parts: content.parts,
            unreadable: content.unreadable,
            ..Answer::new(asked, self.now(), self.server_clock(), content.body)
        };
        let is_refused = |part: &Part| {
            let failure = part.failure();
            failure.is_some_and(|failure| failure.kind == FailureKind::RateLimited)
        };
        let lacks_part = content
            .as_ref()
            .is_ok_and(|content| content.parts.iter().any(is_refused));
        let window_end = self.remaining_pause().unwrap_or(DEFAULT_WINDOW);
        PollReport {
            outcome: content.map(answer),
            rate: self.rate_budget(),
            retry_after: self.remaining_pause(),
            requests: self.with_state(|shared| std::mem::take(&mut shared.unreported_requests)),
            poll_again_in: None,
            next_poll_in: lacks_part.then_some(window_end),
        }
    }

    pub fn access(&self) -> Access {
        self.access
    }

    // A request for `path`, which begins with a slash.
    pub(super) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url))
    }

    /// # Errors
    /// No answer came, or its status is not a success.
    pub async fn get(&self, ask: &ApiRequest) -> Result<Response, SourceError> {
        let request = self.request(Method::GET, &ask.path).query(&ask.query);
        if ask.is_detail {
            self.with_details(|details, mono| details.spend(mono));
        }
        self.send(ask.resource, request, SourceError::from_read_status)
            .await
    }

    // Sends a request with the key and the API's version. `resource` is the resource's name in errors. `wording` makes
    // the error for a failure status.
    pub(super) async fn send(
        &self,
        resource: &str,
        request: RequestBuilder,
        wording: ErrorWording,
    ) -> Result<Response, SourceError> {
        let auth = Auth::Token(self.with_state(|shared| {
            shared.unreported_requests = shared.unreported_requests.saturating_add(1);
            shared.token.clone()
        }));
        let request = auth.apply(request.header(ACCEPT, ACCEPT_VERSION_2));
        let response = fetch(request, &self.limits).await;
        let response = response.map_err(|error| error.about(resource))?;
        self.record_rate_budget(&response);
        if response.status.is_success() {
            return Ok(response);
        }
        if response.status.is_redirection() {
            // `retry_after` is removed, since it would let a write be sent again. A write may be sent again only after
            // a 429.
            return Err(SourceError {
                retry_after: None,
                ..response.status_error().about(resource)
            });
        }
        let pause = self.record_pause(&response);
        Err(wording(
            resource,
            response.status.as_u16(),
            &response.body,
            pause,
        ))
    }

    // Records the pause that a 429 asks for. The pause of an operation with its own rate limit is not recorded, so that
    // the operation does not slow down the other requests.
    fn record_pause(&self, response: &Response) -> Duration {
        let pause = rate_limit::parse_pause(&response.headers);
        let is_own = rate_limit::parse_budget(&response.headers, self.now())
            .is_some_and(|budget| self.is_smaller_limit(budget));
        if response.status == StatusCode::TOO_MANY_REQUESTS && !is_own {
            let until = self.now().mono.saturating_add(pause);
            self.with_state(|shared| shared.paused_until = Some(until));
        }
        pause
    }

    // Records the account's budget from the answer's headers. Answers without the headers and operations with their own
    // limit are ignored, since they do not show the account's budget.
    fn record_rate_budget(&self, response: &Response) {
        let now = self.now();
        let rate = rate_limit::parse_budget(&response.headers, now);
        if let Some(rate) = rate.filter(|rate| !self.is_smaller_limit(*rate)) {
            let window = rate_limit::parse_window(&response.headers);
            self.with_details(|details, mono| details.record(rate, window, mono));
            self.with_state(|shared| shared.rate_budget = Some(rate));
        }
        self.with_state(|shared| {
            shared.server_clock = response.server_clock.or(shared.server_clock);
        });
    }

    fn is_smaller_limit(&self, rate: RateBudget) -> bool {
        let known = self.rate_budget();
        known.is_some_and(|known| rate.limit < known.limit && self.now().wall < known.resets_at)
    }

    fn with_details<T>(&self, change: impl FnOnce(&mut DetailBudget, Duration) -> T) -> T {
        let mono = self.now().mono;
        self.with_state(|shared| {
            let details = shared
                .details
                .get_or_insert_with(|| DetailBudget::new(mono));
            change(details, mono)
        })
    }

    fn with_state<T>(&self, change: impl FnOnce(&mut ClientState) -> T) -> T {
        change(&mut self.shared.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
