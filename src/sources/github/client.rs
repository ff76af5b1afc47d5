//! Requests to GitHub. The token is sent to the configured host only, and no request is sent during a rate-limit pause.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use reqwest::header::{ACCEPT, ETAG, HeaderMap, IF_NONE_MATCH, LINK};
use reqwest::{Client, StatusCode, Url};

use super::rate_limit;
use crate::domain::now::TimeSource;
use crate::domain::settings::TrackerSettings;
use crate::domain::source::FailureKind;
use crate::sources::context::SourceContext;
use crate::sources::error::SourceError;
use crate::sources::http::{Auth, Limits, Redirects, Response, fetch};

/// <https://docs.github.com/en/rest/about-the-rest-api/api-versions>.
const API_VERSION: &str = "2022-11-28";
const MEDIA_TYPE: &str = "application/vnd.github+json";
/// The longest tag that is kept. A longer tag is not from GitHub, and a kept tag is sent back with the next request.
const MAX_ETAG_BYTES: usize = 256;

pub(super) struct TrackerClient {
    http: Client,
    limits: Limits,
    auth: Auth,
    base: Url,
    time: Arc<dyn TimeSource>,
    pub paused_until: Option<DateTime<Utc>>,
    /// Whether GitHub refused the token. If so, the token must be fetched again, since it may have been replaced.
    pub was_refused: bool,
}

/// An answer to a request for a page.
pub(super) enum PageAnswer {
    /// The page's `ETag` has not changed.
    Unchanged,
    Page {
        response: Box<Response>,
        etag: Option<String>,
        next: Option<String>,
    },
}

impl TrackerClient {
    /// # Errors
    /// When the token is missing or the address cannot be used.
    pub fn open(
        settings: &TrackerSettings,
        context: &SourceContext,
        paused_until: Option<DateTime<Utc>>,
    ) -> Result<Self, SourceError> {
        let auth = match &settings.token {
            Some(token) => Auth::Bearer(context.secrets.get(token)?),
            None => Auth::None,
        };
        let base = Url::parse(&settings.url);
        let base = base
            .map_err(|error| SourceError::unsent(FailureKind::Configuration, error.to_string()))?;
        Ok(Self {
            http: context.http_client(&settings.http, &settings.url, Redirects::WithinOrigin)?,
            limits: context.tracker_limits(&settings.http),
            auth,
            base,
            time: Arc::clone(&context.time),
            paused_until,
            was_refused: false,
        })
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.time.now().wall
    }

    /// The address of a resource of the API.
    pub fn address(&self, path: &str, query: &[(&str, &str)]) -> String {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty();
            segments.extend(path.split('/').filter(|part| !part.is_empty()));
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url.to_string()
    }

    /// Requests a page. `etag` is the tag of the cached page.
    ///
    /// # Errors
    /// When no answer comes, the answer's status is not a success, an address is not on the configured host, or a
    /// rate-limit pause is not over.
    pub async fn get(
        &mut self,
        address: &str,
        etag: Option<&str>,
    ) -> Result<PageAnswer, SourceError> {
        let now = self.now();
        if let Some(until) = rate_limit::still_paused(self.paused_until, now) {
            return Err(limited(until));
        }
        let url = self.own(address)?;
        let request = self.http.get(url.clone()).header(ACCEPT, MEDIA_TYPE);
        let request = request.header("X-GitHub-Api-Version", API_VERSION);
        let request = match etag {
            Some(etag) => request.header(IF_NONE_MATCH, etag),
            None => request,
        };
        let response = fetch(self.auth.apply(request), &self.limits).await?;
        self.paused_until = rate_limit::paused_until(&response, now);
        self.was_refused |= response.status == StatusCode::UNAUTHORIZED;
        if response.status == StatusCode::NOT_MODIFIED && etag.is_some() {
            return Ok(PageAnswer::Unchanged);
        }
        match self.paused_until {
            Some(until) if !response.status.is_success() => Err(limited(until)),
            _ => {
                let response = response.error_for_status()?;
                Ok(PageAnswer::Page {
                    etag: etag_of(&response.headers),
                    next: self.next_page(&response.headers, &url)?,
                    response: Box::new(response),
                })
            }
        }
    }

    // The address of the next page. The address must be on the configured host, since the token is sent with the next
    // request.
    fn next_page(&self, headers: &HeaderMap, here: &Url) -> Result<Option<String>, SourceError> {
        let Some(next) = next_link(headers) else {
            return Ok(None);
        };
        let url = here.join(next);
        let url = url.map_err(|_| SourceError::garbled("the next page has no URL"))?;
        Ok(Some(self.own(url.as_str())?.to_string()))
    }

    fn own(&self, address: &str) -> Result<Url, SourceError> {
        let url = Url::parse(address);
        let url = url.map_err(|_| SourceError::garbled("a page has no URL"))?;
        if url.origin() != self.base.origin() || !url.username().is_empty() {
            return Err(SourceError::garbled(
                "the next page is on another host, which is not asked",
            ));
        }
        Ok(url)
    }
}

fn limited(until: DateTime<Utc>) -> SourceError {
    let text = format!(
        "too many requests: it is asked again after {}",
        until.format("%H:%M UTC")
    );
    SourceError::unsent(FailureKind::RateLimited, text)
}

fn etag_of(headers: &HeaderMap) -> Option<String> {
    let etag = headers.get(ETAG)?.to_str().ok()?;
    (etag.len() <= MAX_ETAG_BYTES).then(|| etag.to_owned())
}

// The next page in a `Link` header (RFC 8288): `<ADDRESS>; rel="next", <ADDRESS>; rel="last"`.
fn next_link(headers: &HeaderMap) -> Option<&str> {
    let values = headers.get_all(LINK).iter();
    let mut links = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split('<').skip(1));
    links.find_map(|link| {
        let (address, parameters) = link.split_once('>')?;
        let mut parameters = parameters.split([';', ',']).map(str::trim);
        let is_next = parameters.any(|it| {
            let value = it.strip_prefix("rel=").map(|value| value.trim_matches('"'));
            value.is_some_and(|value| value.split(' ').any(|word| word == "next"))
        });
        is_next.then_some(address)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_found_among_other_links() {
        let next = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(LINK, value.parse().unwrap());
            next_link(&headers).map(str::to_owned)
        };
        let both =
            "<https://a.test/?page=1>; rel=\"prev\", <https://a.test/?a=1,2&page=3>; rel=\"next\"";
        assert_eq!(next(both).as_deref(), Some("https://a.test/?a=1,2&page=3"));
        assert_eq!(next("<https://a.test/?page=1>; rel=\"last\""), None);
        assert_eq!(next("page 2"), None);
    }
}
