//! Public status pages, each kind in its own file.

mod listed_posts;
mod pagerduty;
mod plain_text;
mod posts;
mod recently_closed;
mod statuspage;
mod update_dates;

use std::sync::Arc;

pub use self::pagerduty::PagerdutyPage;
use self::recently_closed::{PageLook, RecentlyClosed};
pub use self::statuspage::Statuspage;
use super::context::SourceContext;
use super::poll_report::PollReport;
use super::secret::WantedSecret;
use super::source::Source;
use crate::domain::now::TimeSource;
use crate::domain::post::{PageOwnership, StatusPage};
use crate::domain::settings::{StatusPageKind, StatusPageSettings};
use crate::domain::source::{Answer, ItemKind, Slot, SourceId, SourceKind, UnreadableItem};
use crate::sources::error::SourceError;
use crate::sources::http::Redirects;

/// A status page of any kind. Also keeps the posts that were closed while the page was watched.
pub struct StatusPageSource {
    kind: AnyPage,
    recently_closed: RecentlyClosed,
    /// Whether the page is surely not ours. Such a page affects no judgement.
    is_foreign: bool,
}

impl StatusPageSource {
    async fn add_closed(&mut self, answer: &mut Answer<StatusPage>, time: &dyn TimeSource) {
        let asked = answer.asked_at;
        if self.is_foreign {
            return;
        }
        if self.recently_closed.is_history_due(asked) {
            let read = match &self.kind {
                AnyPage::Pagerduty(page) => page.fetch_closed(asked).await,
                AnyPage::Statuspage(page) => page.fetch_closed(time).await,
            };
            self.recently_closed.record_history(asked, read);
        }
        let body = &mut answer.body;
        let is_unreadable = |item: &UnreadableItem| item.kind == ItemKind::Post;
        let look = PageLook {
            open: &body.posts,
            closed: std::mem::take(&mut body.closed),
            is_whole: !answer.unreadable.iter().any(is_unreadable),
        };
        body.closed = self.recently_closed.update(look, asked);
        body.closed_unknown_before = self.recently_closed.unknown_before();
        let part = self.recently_closed.part.standing_at(asked);
        answer.parts.push(part);
    }
}

enum AnyPage {
    /// A page hosted by PagerDuty.
    Pagerduty(Box<PagerdutyPage>),
    /// A page hosted by Statuspage.
    Statuspage(Statuspage),
}

impl Source for StatusPageSource {
    type Settings = StatusPageSettings;
    type Body = StatusPage;

    fn secrets(settings: &Self::Settings) -> Vec<WantedSecret> {
        let place = format!("status_page.{}", settings.name);
        match &settings.kind {
            StatusPageKind::Pagerduty { token, .. } => vec![WantedSecret::new(place, token)],
            StatusPageKind::Statuspage { .. } => Vec::new(),
        }
    }

    fn waiting_slot(settings: &Self::Settings) -> Slot<Self::Body> {
        let id = SourceId::new(SourceKind::StatusPage, &settings.name);
        Slot::waiting(id, settings.interval)
    }

    async fn open(
        context: &Arc<SourceContext>,
        settings: &Self::Settings,
    ) -> Result<Self, SourceError> {
        let http = &settings.http;
        let kind = match &settings.kind {
            StatusPageKind::Pagerduty { page, url, token } => {
                let client = context.pagerduty_client(url, token, http)?;
                AnyPage::Pagerduty(Box::new(PagerdutyPage::new(settings, page, client)))
            }
            StatusPageKind::Statuspage { url } => {
                let client = context.http_client(http, url, Redirects::WithinOrigin)?;
                let limits = context.fetch_limits(http, SourceKind::StatusPage);
                AnyPage::Statuspage(Statuspage::new(settings, url, client, limits))
            }
        };
        Ok(Self {
            kind,
            recently_closed: RecentlyClosed::default(),
            is_foreign: settings.ownership == PageOwnership::Foreign,
        })
    }

    async fn poll(&mut self, time: &dyn TimeSource) -> PollReport<Self::Body> {
        let mut report = match &mut self.kind {
            AnyPage::Pagerduty(page) => page.poll().await,
            AnyPage::Statuspage(page) => page.poll(time).await,
        };
        if let Ok(answer) = &mut report.outcome {
            self.add_closed(answer, time).await;
        }
        report
    }

    fn rotate_secrets(&mut self, context: &SourceContext, settings: &Self::Settings) {
        if let (AnyPage::Pagerduty(page), StatusPageKind::Pagerduty { token, .. }) =
            (&self.kind, &settings.kind)
            && let Ok(token) = context.secrets.get(token)
        {
            page.set_token(token);
        }
    }
}
