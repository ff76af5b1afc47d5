//! Reads documents while their view is open. Also reads versions and owed work every few minutes. Each reading runs in
//! a task of its own.

use std::collections::BTreeMap;
use std::ops::DerefMut;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::clock;
use super::inbox::InboxSender;
use super::tasks::Tasks;
use crate::app::document::{Document, DocumentKind};
use crate::app::msg::Msg;
use crate::domain::now::TimeSource;
use crate::domain::rollout::VersionReading;
use crate::picture::Picture;
use crate::review::owed::OwedReading;

/// The time between the end of a periodic reading and the start of the next one.
const INTERVAL: Duration = Duration::from_secs(5 * 60);

/// The least time between two periodic readings, however often a person asks.
const MIN_INTERVAL: Duration = Duration::from_secs(20);

/// A reading under way; an error is a sentence for the screen.
pub type PendingReading<T> = Pin<Box<dyn Future<Output = Result<T, String>> + Send>>;

/// Receives the progress of a reading, in words.
pub type OnProgress = Arc<dyn Fn(String) + Send + Sync>;

/// Makes the documents that a view shows. Also reads owed work and versions.
pub trait DocumentReader: Send + Sync {
    /// The last reading of owed work in the cache; `None` if the cache has none. Sends no request.
    fn kept_owed(self: Arc<Self>) -> PendingReading<Option<OwedReading>>;

    /// Reads what is owed after outages.
    fn read_owed(self: Arc<Self>) -> PendingReading<OwedReading>;

    /// Asks every Prometheus for versions.
    fn read_versions(self: Arc<Self>) -> PendingReading<VersionReading>;

    /// Reads a document. A handoff is made from `picture`.
    fn read_document(
        self: Arc<Self>,
        kind: DocumentKind,
        picture: Option<Arc<Picture>>,
        on_progress: OnProgress,
    ) -> PendingReading<Document>;
}

/// The documents that are being read.
pub struct DocumentReadings {
    reader: Arc<dyn DocumentReader>,
    in_flight: BTreeMap<DocumentKind, CancellationToken>,
    inbox: InboxSender,
}

impl DocumentReadings {
    pub fn new(reader: Arc<dyn DocumentReader>, inbox: InboxSender) -> Self {
        Self {
            reader,
            in_flight: BTreeMap::new(),
            inbox,
        }
    }

    /// Starts to read a document, and cancels an earlier reading of it; the inbox receives the document.
    pub fn start(&mut self, kind: DocumentKind, picture: Option<Arc<Picture>>, tasks: &Tasks) {
        self.cancel(&kind);
        let stop = CancellationToken::new();
        self.in_flight.insert(kind.clone(), stop.clone());
        let (progress, of) = (self.inbox.clone(), kind.clone());
        let on_progress = move |text| progress.send(Msg::DocumentProgress(of.clone(), text));
        let reader = Arc::clone(&self.reader);
        let reading = reader.read_document(kind.clone(), picture, Arc::new(on_progress));
        let mut report = send_on_drop(self.inbox.clone(), kind, stop.clone());
        tasks.spawn(async move {
            tokio::select! {
                biased;
                () = stop.cancelled() => {}
                read = reading => *report = read,
            }
        });
    }

    /// Cancels a reading; its document is not sent.
    pub fn cancel(&mut self, kind: &DocumentKind) {
        if let Some(stop) = self.in_flight.remove(kind) {
            stop.cancel();
        }
    }
}

/// Sends the document when the task ends, even by a panic: the view would otherwise wait for ever. Sends nothing after
/// `stop` was cancelled.
fn send_on_drop(
    inbox: InboxSender,
    kind: DocumentKind,
    stop: CancellationToken,
) -> impl DerefMut<Target = Result<Document, String>> {
    scopeguard::guard(Err("its task crashed".to_owned()), move |read| {
        if !stop.is_cancelled() {
            inbox.send(Msg::DocumentRead(kind, read));
        }
    })
}

/// A reading that is repeated every few minutes. A change of `refresh_all` starts it early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeriodicReading {
    Owed,
    Versions,
}

impl PeriodicReading {
    // A result from the cache. It is shown at once, since the first reading of owed work may take minutes.
    async fn kept(self, reader: Arc<dyn DocumentReader>) -> Option<Msg> {
        match self {
            Self::Owed => {
                let kept = reader.kept_owed().await.ok()??;
                Some(Msg::OwedRead(Ok(Arc::new(kept))))
            }
            Self::Versions => None,
        }
    }

    async fn read(self, reader: Arc<dyn DocumentReader>) -> Option<Msg> {
        match self {
            Self::Owed => Some(Msg::OwedRead(reader.read_owed().await.map(Arc::new))),
            Self::Versions => {
                let read = reader.read_versions().await.ok()?;
                Some(Msg::VersionsRead(Arc::new(read)))
            }
        }
    }

    // The message that the dashboard shows if the task crashes. `None` for versions, since the age of their last
    // reading shows that no newer one arrived.
    fn crashed(self) -> Option<Msg> {
        let text = "its task crashed and was restarted".to_owned();
        (self == Self::Owed).then_some(Msg::OwedRead(Err(text)))
    }
}

/// Starts a periodic reading in a task of its own.
pub fn start_reading(
    what: PeriodicReading,
    reader: Arc<dyn DocumentReader>,
    refresh_all: &watch::Receiver<u64>,
    inbox: InboxSender,
    time: Arc<dyn TimeSource>,
    tasks: &Tasks,
) {
    let refresh_all = refresh_all.clone();
    let crashed = inbox.clone();
    tasks.supervise(
        move || {
            let (reader, time) = (Arc::clone(&reader), Arc::clone(&time));
            keep_reading(what, reader, refresh_all.clone(), inbox.clone(), time)
        },
        move || {
            if let Some(msg) = what.crashed() {
                crashed.send(msg);
            }
        },
    );
}

async fn keep_reading(
    what: PeriodicReading,
    reader: Arc<dyn DocumentReader>,
    mut refresh_all: watch::Receiver<u64>,
    inbox: InboxSender,
    time: Arc<dyn TimeSource>,
) {
    if let Some(msg) = what.kept(Arc::clone(&reader)).await {
        inbox.send(msg);
    }
    loop {
        // A request that comes while this reading runs starts another reading afterwards.
        refresh_all.mark_unchanged();
        if let Some(msg) = what.read(Arc::clone(&reader)).await {
            inbox.send(msg);
        }
        let ended = time.now().mono;
        sleep_until(ended + MIN_INTERVAL, &*time).await;
        tokio::select! {
            biased;
            () = requested(&mut refresh_all) => {}
            () = sleep_until(ended + INTERVAL, &*time) => {}
        }
    }
}

async fn sleep_until(end: Duration, time: &dyn TimeSource) {
    loop {
        let left = end.saturating_sub(time.now().mono);
        if left.is_zero() {
            return;
        }
        clock::sleep(left).await;
    }
}

// Waits for a request; never completes once nobody can send one.
async fn requested(refresh_all: &mut watch::Receiver<u64>) {
    if refresh_all.changed().await.is_err() {
        std::future::pending().await
    }
}

#[cfg(test)]
mod tests;
