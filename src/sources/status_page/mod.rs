//! Public status pages, through PagerDuty's API or Statuspage's JSON.

mod pagerduty;
mod plain_text;
mod posts;
mod statuspage;

use std::sync::Arc;

use self::pagerduty::PagerdutyPage;
use self::statuspage::Summary;
use super::http::{Limits, fetch, parse_json};
use super::pagerduty::Client;
use super::poll::{PollError, PollReport};
use crate::domain::now::TimeSource;
use crate::domain::post::StatusPage;
use crate::domain::settings::{StatusKeywords, StatusPageSettings};
use crate::domain::source::{Answer, FailureKind};

/// Polls one status page.
pub struct StatusPagePoller {
    name: String,
    words: StatusKeywords,
    api: PageApi,
}

enum PageApi {
    Pagerduty(Box<PagerdutyPage>),
    Statuspage(StatuspageClient),
}

struct StatuspageClient {
    http: reqwest::Client,
    limits: Limits,
    url: String,
    time: Arc<dyn TimeSource>,
}

impl StatusPagePoller {
    /// A poller of PagerDuty's page with the id `page`. Shares its client with whoever else uses the key.
    pub fn for_pagerduty(settings: &StatusPageSettings, page: &str, client: Arc<Client>) -> Self {
        Self::new(
            settings,
            PageApi::Pagerduty(Box::new(PagerdutyPage::new(page, client))),
        )
    }

    /// A poller of the Statuspage at `url`, without a slash at the end.
    pub fn for_statuspage(
        settings: &StatusPageSettings,
        url: &str,
        http: reqwest::Client,
        limits: Limits,
        time: Arc<dyn TimeSource>,
    ) -> Self {
        let url = format!("{url}/api/v2/summary.json");
        let page = StatuspageClient {
            http,
            limits,
            url,
            time,
        };
        Self::new(settings, PageApi::Statuspage(page))
    }

    fn new(settings: &StatusPageSettings, way: PageApi) -> Self {
        Self {
            name: settings.name.clone(),
            words: settings.keywords.clone(),
            api: way,
        }
    }

    /// Asks once.
    pub async fn poll(&mut self) -> PollReport<StatusPage> {
        match &mut self.api {
            PageApi::Pagerduty(page) => page.poll(&self.name, &self.words).await,
            PageApi::Statuspage(page) => page.poll(&self.name, &self.words).await,
        }
    }
}

impl StatuspageClient {
    async fn poll(&self, name: &str, words: &StatusKeywords) -> PollReport<StatusPage> {
        let asked_at = self.time.now();
        let request = self.http.get(&self.url);
        let response = fetch(request, &self.limits)
            .await
            .and_then(|answer| answer.error_for_status());
        let (response, summary) = match response.and_then(|r| Ok((parse_json::<Summary>(&r)?, r))) {
            Ok((summary, response)) => (response, summary),
            Err(error) => {
                let failed = PollError::new(error.kind(), error.text);
                return PollReport {
                    retry_after: error.retry_after,
                    ..PollReport::from_outcome(Err(failed))
                };
            }
        };
        let body = statuspage::parse(summary, name, words);
        let answer = |body| Answer {
            asked_at,
            got_at: self.time.now(),
            server_clock: response.server_clock,
            body,
        };
        PollReport::from_outcome(
            body.map(answer)
                .map_err(|why| PollError::new(FailureKind::Garbled, why)),
        )
    }
}
