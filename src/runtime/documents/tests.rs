use std::sync::atomic::{AtomicU32, Ordering};

use super::*;
use crate::app::document::MarkdownText;
use crate::app::fixture::now;
use crate::app::fixture::owed::reading;
use crate::domain::now::Now;
use crate::runtime::inbox::Inbox;

// The steady clock of a test that pauses tokio's time.
struct PausedTime(tokio::time::Instant);

impl TimeSource for PausedTime {
    #[expect(clippy::disallowed_methods, reason = "the test's time is paused")]
    fn now(&self) -> Now {
        Now {
            mono: self.0.elapsed(),
            ..now()
        }
    }
}

#[derive(Default)]
struct Readings {
    owed: AtomicU32,
    documents: AtomicU32,
    kept: bool,
}

impl DocumentReader for Readings {
    fn kept_owed(self: Arc<Self>) -> PendingReading<Option<OwedReading>> {
        let kept = self.kept.then(|| OwedReading {
            unread: vec!["PagerDuty is being read: this is as of yesterday".to_owned()],
            ..reading(Vec::new())
        });
        Box::pin(async { Ok(kept) })
    }

    fn read_owed(self: Arc<Self>) -> PendingReading<OwedReading> {
        Box::pin(async move {
            match self.owed.fetch_add(1, Ordering::SeqCst) {
                0 => Err("refused".to_owned()),
                _ => Ok(reading(Vec::new())),
            }
        })
    }

    fn read_versions(self: Arc<Self>) -> PendingReading<VersionReading> {
        Box::pin(async { Ok(VersionReading::default()) })
    }

    fn read_document(
        self: Arc<Self>,
        kind: DocumentKind,
        _: Option<Arc<Picture>>,
        on_progress: OnProgress,
    ) -> PendingReading<Document> {
        self.documents.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move {
            on_progress("12 requests".to_owned());
            match kind {
                DocumentKind::Trends | DocumentKind::Report(_) => std::future::pending().await,
                DocumentKind::Handoff => Ok(Document::Handoff(Arc::new(MarkdownText {
                    text: "# Handoff\n".to_owned(),
                    is_complete: true,
                }))),
            }
        })
    }
}

#[tokio::test(start_paused = true)]
#[expect(clippy::disallowed_methods, reason = "the test's time is paused")]
async fn what_is_owed_is_read_every_five_minutes_and_on_request() {
    let tasks = Tasks::on_current_runtime();
    let (readings, mut inbox) = (Arc::new(Readings::default()), Inbox::default());
    let (refresh, requested) = watch::channel(0);
    let reader: Arc<dyn DocumentReader> = readings.clone();
    let time = Arc::new(PausedTime(tokio::time::Instant::now()));
    start_reading(
        PeriodicReading::Owed,
        reader,
        &requested,
        inbox.sender(),
        time,
        &tasks,
    );
    assert!(matches!(inbox.next().await, Msg::OwedRead(Err(_))));
    let begin = tokio::time::Instant::now();
    assert!(matches!(inbox.next().await, Msg::OwedRead(Ok(_))));
    assert_eq!(begin.elapsed().as_secs(), INTERVAL.as_secs());
    refresh.send_modify(|times| *times += 1);
    refresh.send_modify(|times| *times += 1);
    inbox.next().await;
    let asked = begin.elapsed() - INTERVAL;
    assert_eq!(asked.as_secs(), MIN_INTERVAL.as_secs());
    tasks.stop().await;
}

#[tokio::test(start_paused = true)]
#[expect(clippy::disallowed_methods, reason = "the test's time is paused")]
async fn what_is_kept_comes_before_the_first_reading() {
    let tasks = Tasks::on_current_runtime();
    let mut inbox = Inbox::default();
    let (_refresh, requested) = watch::channel(0);
    let reader = Arc::new(Readings {
        kept: true,
        ..Readings::default()
    });
    let time = Arc::new(PausedTime(tokio::time::Instant::now()));
    start_reading(
        PeriodicReading::Owed,
        reader,
        &requested,
        inbox.sender(),
        time,
        &tasks,
    );
    let Msg::OwedRead(Ok(kept)) = inbox.next().await else {
        panic!("what is kept comes first");
    };
    assert_eq!(kept.unread.len(), 1, "it says that it is old");
    assert!(matches!(inbox.next().await, Msg::OwedRead(Err(_))));
    tasks.stop().await;
}

#[tokio::test]
async fn a_document_arrives_after_its_progress_and_a_cancelled_one_never() {
    let tasks = Tasks::on_current_runtime();
    let mut inbox = Inbox::default();
    let mut documents = DocumentReadings::new(Arc::new(Readings::default()), inbox.sender());
    documents.start(DocumentKind::Trends, None, &tasks);
    documents.start(DocumentKind::Handoff, None, &tasks);
    let mut arrived = Vec::new();
    for _ in 0..3 {
        arrived.push(inbox.next().await);
    }
    let is_read = |msg: &Msg| matches!(msg, Msg::DocumentRead(DocumentKind::Handoff, Ok(_)));
    assert_eq!(arrived.iter().filter(|msg| is_read(msg)).count(), 1);
    documents.cancel(&DocumentKind::Trends);
    tasks.stop().await;
    assert!(inbox.arrived().is_none());
}

#[tokio::test(start_paused = true)]
#[expect(clippy::disallowed_methods, reason = "the test's time is paused")]
async fn versions_are_read_every_five_minutes() {
    let tasks = Tasks::on_current_runtime();
    let mut inbox = Inbox::default();
    let (_refresh, requested) = watch::channel(0);
    let reader: Arc<dyn DocumentReader> = Arc::new(Readings::default());
    let time = Arc::new(PausedTime(tokio::time::Instant::now()));
    let what = PeriodicReading::Versions;
    start_reading(what, reader, &requested, inbox.sender(), time, &tasks);
    assert!(matches!(inbox.next().await, Msg::VersionsRead(_)));
    let begin = tokio::time::Instant::now();
    assert!(matches!(inbox.next().await, Msg::VersionsRead(_)));
    assert_eq!(begin.elapsed().as_secs(), INTERVAL.as_secs());
    tasks.stop().await;
}
