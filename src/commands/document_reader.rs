//! Reads the dashboard's documents and the work that is owed after outages, as the commands of the same names do.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::Mutex;

use super::handoff::{self, Known, WantedShift};
use super::incident_report::RelatedRecords;
use super::past_record::{OwnPages, describe, own_pages_in};
use super::version_reader::VersionReader;
use super::{incident_report, owed, trends};
use crate::app::document::{Document, DocumentKind, MarkdownText};
use crate::config::Config;
use crate::domain::ids::IncidentId;
use crate::domain::now::TimeSource;
use crate::domain::rollout::VersionReading;
use crate::domain::source::SourceState;
use crate::picture::Picture;
use crate::review::owed::OwedReading;
use crate::review::trends::TrendsReading;
use crate::runtime::clock;
use crate::runtime::documents::{DocumentReader, OnProgress, PendingReading};
use crate::runtime::past_record::{PastRecord, RecordQuery};
use crate::runtime::slots::Slots;
use crate::sources::context::SourceContext;
use crate::sources::github;
use crate::sources::pagerduty::Progress;
use crate::text::context::TextContext;
use crate::text::symbols::Symbols;

/// How often to check whether the sources have answered for the first time.
const LOOK_INTERVAL: Duration = Duration::from_millis(500);

/// How long to wait for the first answers of the status pages.
const PAGES_TIMEOUT: Duration = Duration::from_secs(10);

/// How long to wait for the first answers of the Prometheuses. Their secrets may take a while.
const PROMETHEUS_TIMEOUT: Duration = Duration::from_secs(30);

/// Reads the dashboard's documents. It uses the dashboard's own clients, so that its requests and the polls share the
/// account's rate limit.
pub struct ConfiguredReader {
    pub config: Config,
    pub sources: Arc<SourceContext>,
    /// The answers of the dashboard's sources.
    pub slots: Slots,
    pub time: Arc<dyn TimeSource>,
    pub symbols: &'static Symbols,
    /// Locked while PagerDuty's record is read. `owed` and `trends` need the same months, so the second reader finds in
    /// the cache what the first one read.
    pub record_turn: Mutex<()>,
    /// The last result of `owed`. A handoff uses this result and does not wait for a new reading.
    pub last_owed: Mutex<Option<Result<OwedReading, String>>>,
    pub versions: VersionReader,
}

impl DocumentReader for ConfiguredReader {
    fn kept_owed(self: Arc<Self>) -> PendingReading<Option<OwedReading>> {
        Box::pin(async move {
            let kept = self.kept_reading().await.transpose()?;
            *self.last_owed.lock().await = kept.clone().map(Ok);
            Ok(kept)
        })
    }

    fn read_owed(self: Arc<Self>) -> PendingReading<OwedReading> {
        Box::pin(async move {
            self.wait_for_first_answers().await;
            let read = self.owed().await;
            *self.last_owed.lock().await = Some(read.clone());
            read
        })
    }

    fn read_versions(self: Arc<Self>) -> PendingReading<VersionReading> {
        Box::pin(async move {
            self.wait_for_prometheus().await;
            let config = &self.config;
            let read = self
                .versions
                .read(&self.sources, &config.sources, &config.policy);
            Ok(read.await)
        })
    }

    fn read_document(
        self: Arc<Self>,
        kind: DocumentKind,
        picture: Option<Arc<Picture>>,
        on_progress: OnProgress,
    ) -> PendingReading<Document> {
        Box::pin(async move {
            match kind {
                DocumentKind::Trends => {
                    let reading = self.trends(&on_progress).await?;
                    Ok(Document::Trends(Arc::new(reading)))
                }
                DocumentKind::Handoff => {
                    let picture =
                        picture.ok_or("nothing is known yet: the sources are still asked")?;
                    let text = self.handoff(&picture).await?;
                    Ok(Document::Handoff(Arc::new(text)))
                }
                DocumentKind::Report(incident) => {
                    let text = self.report(&incident).await?;
                    Ok(Document::Report(Arc::new(text)))
                }
            }
        })
    }
}

impl ConfiguredReader {
    // Waits until PagerDuty and the status pages have answered their first polls, or have failed. By then the secrets
    // that the readings need are fetched.
    async fn wait_for_first_answers(&self) {
        let mut waited = Duration::ZERO;
        loop {
            let now = self.time.now();
            let answers = self.slots.answers();
            let is_waiting = |state: SourceState| state == SourceState::Waiting;
            let incidents = answers.incidents.as_ref();
            let waits = incidents.is_some_and(|slot| is_waiting(slot.state(now)));
            let mut pages = answers.status_pages.iter();
            let waits_for_page = pages.any(|slot| is_waiting(slot.state(now)));
            let waits_for_page = waits_for_page && waited < PAGES_TIMEOUT;
            if !(waits || waits_for_page) {
                return;
            }
            clock::sleep(LOOK_INTERVAL).await;
            waited += LOOK_INTERVAL;
        }
    }

    // The result of `owed` from the cache alone. `None` unless the cache holds the whole record, since half a list
    // would mislead.
    async fn kept_reading(&self) -> Option<Result<OwedReading, String>> {
        let now = self.time.now().wall;
        let since = owed::default_since(&self.config, now);
        let query = RecordQuery {
            account: self.config.sources.pagerduty.as_ref()?,
            policy: &self.config.policy,
            span: &owed::span(since, now),
            now,
        };
        let record = PastRecord::kept(&self.sources, &query).await?;
        let tracker = match &self.config.sources.tracker {
            Some(settings) => {
                let kept = github::kept_tracker(settings, &self.sources).await;
                kept.issues.read_at?;
                Some(kept)
            }
            None => None,
        };
        // No status page has answered yet when the cached result is shown.
        let beside = owed::Beside {
            pages: Default::default(),
            tracker,
        };
        Some(owed::reading(&record, &self.config, beside, since, now))
    }

    // Waits for the first poll of each Prometheus. By then its secret is fetched.
    async fn wait_for_prometheus(&self) {
        let mut waited = Duration::ZERO;
        while waited < PROMETHEUS_TIMEOUT {
            let now = self.time.now();
            let answers = self.slots.answers();
            let mut slots = answers.prometheus.iter();
            if slots.all(|slot| slot.state(now) != SourceState::Waiting) {
                return;
            }
            clock::sleep(LOOK_INTERVAL).await;
            waited += LOOK_INTERVAL;
        }
    }

    async fn owed(&self) -> Result<OwedReading, String> {
        let now = self.time.now().wall;
        let since = owed::default_since(&self.config, now);
        let span = owed::span(since, now);
        let record = self.record(&span, now, &|_| {}).await?;
        let beside = owed::Beside {
            pages: self.own_pages().into_posts(),
            tracker: owed::read_issues(&self.config, &self.sources, since).await,
        };
        owed::reading(&record, &self.config, beside, since, now)
    }

    async fn trends(&self, on_progress: &OnProgress) -> Result<TrendsReading, String> {
        let policy = &self.config.policy;
        let now = self.time.now().wall;
        let span = trends::last_year(policy.calendar.zone, now);
        let span = span.ok_or("this machine's date cannot be right")?;
        let on_progress = |progress: Progress| on_progress(describe(progress));
        let record = self.record(&span, now, &on_progress).await?;
        let OwnPages { pages, unread } = self.own_pages();
        let mut reading = trends::reading(record, &pages, policy, span, now)?;
        reading.missing.extend(unread);
        Ok(reading)
    }

    fn own_pages(&self) -> OwnPages {
        own_pages_in(&self.slots.answers(), &self.config.policy, self.time.now())
    }

    async fn record(
        &self,
        span: &Range<DateTime<Utc>>,
        now: DateTime<Utc>,
        on_progress: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<PastRecord, String> {
        let account = self.config.sources.pagerduty.as_ref();
        let account = account.ok_or("[pagerduty] is not configured")?;
        let query = RecordQuery {
            account,
            policy: &self.config.policy,
            span,
            now,
        };
        let _turn = self.record_turn.lock().await;
        PastRecord::read(&self.sources, &query, on_progress).await
    }

    async fn handoff(&self, picture: &Picture) -> Result<MarkdownText, String> {
        let sources = &self.config.sources;
        if sources.pagerduty.is_none() {
            return Err("[pagerduty] is not configured".to_owned());
        }
        let ctx = TextContext {
            now: self.time.now().with_wall_offset(picture.skew),
            zone: self.config.policy.display_zone,
            symbols: self.symbols,
        };
        let owed = self.last_owed.lock().await.clone();
        let owed =
            owed.unwrap_or_else(|| Err("PagerDuty is being read for the first time".to_owned()));
        let known = Known {
            owed: owed.as_ref().map_err(String::as_str),
            picture,
            answers: &self.slots.answers(),
            sources: &self.sources,
            prometheus: &sources.prometheus,
            policy: &self.config.policy,
        };
        let written = handoff::write(known, WantedShift::default(), &ctx).await?;
        Ok(MarkdownText {
            text: written.text,
            is_complete: written.is_complete,
        })
    }

    async fn report(&self, incident: &IncidentId) -> Result<MarkdownText, String> {
        let ctx = TextContext {
            now: self.time.now(),
            zone: self.config.policy.calendar.zone,
            symbols: self.symbols,
        };
        let (config, sources, now) = (&self.config, &self.sources, self.time.now().wall);
        let asked = incident_report::fetch_asked(sources, config, incident).await?;
        let since = incident_report::issues_since(config, &asked, now);
        let related = RelatedRecords {
            record: self.record(&asked.outage_span(now), now, &|_| {}).await,
            tracker: owed::read_issues(config, sources, since).await,
        };
        let draft = incident_report::draft_in_roles(sources, config, asked, related, &ctx);
        let (text, missing) = draft.await?;
        Ok(MarkdownText {
            text,
            is_complete: missing.is_empty(),
        })
    }
}
