//! Tests what happens when a refused secret changes.

use std::path::Path;
use std::time::Duration;

use futures_util::future::BoxFuture;

use super::*;
use crate::domain::cache::Cache;
use crate::domain::source::{Answer, Slot, SourceId, SourceKind};
use crate::runtime::clock::SystemClock;
use crate::sources::error::SourceError;
use crate::sources::pagerduty::{Access, DetailLimits};
use crate::sources::secret::{Secrets, WantedSecret};

struct NoCache;

impl Cache for NoCache {
    fn load<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Vec<u8>> {
        Box::pin(async { Vec::new() })
    }

    fn save<'a>(&'a self, _: &'a str, _: Vec<u8>) -> BoxFuture<'a, ()> {
        Box::pin(async {})
    }
}

/// A source that accepts only the secret `right`.
struct Guarded(SecretString);

impl Source for Guarded {
    type Settings = SecretRef;
    type Body = ();

    fn secrets(settings: &SecretRef) -> Vec<WantedSecret> {
        vec![WantedSecret::new("token", settings)]
    }

    fn waiting_slot(_: &SecretRef) -> Slot<()> {
        let id = SourceId::new(SourceKind::Prometheus, "guarded");
        Slot::waiting(id, Duration::from_secs(30))
    }

    async fn open(context: &Arc<SourceContext>, settings: &SecretRef) -> Result<Self, SourceError> {
        Ok(Self(context.secrets.get(settings)?))
    }

    async fn poll(&mut self, time: &dyn TimeSource) -> PollReport<()> {
        let now = time.now();
        let refused = || SourceError::answered(FailureKind::Credentials, "401");
        let is_right = self.0.expose_secret() == "right";
        PollReport::from_outcome(
            is_right
                .then(|| Answer::new(now, now, None, ()))
                .ok_or_else(refused),
        )
    }

    fn rotate_secrets(&mut self, context: &SourceContext, settings: &SecretRef) {
        self.0 = context.secrets.get(settings).unwrap();
    }
}

async fn lazy(file: &Path) -> LazySource<Guarded> {
    let reference = SecretRef::File(file.to_owned());
    let time = Arc::new(SystemClock::start());
    let wanted = [WantedSecret::new("token", &reference)];
    let secrets = Secrets::new(wanted, time.clone(), Arc::new(|job| job()));
    secrets.fetch_files(&|_| {}).await;
    let limits = DetailLimits::CONTINUOUS;
    let now = Arc::new(|job: Box<dyn FnOnce() + Send>| job());
    let context = SourceContext::new(now, time, secrets, limits, NoCache, Access::ReadOnly);
    LazySource::new(Arc::new(context), Arc::new(reference))
}

#[tokio::test]
async fn a_secret_that_was_refused_is_looked_at_until_it_is_another() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("token");
    std::fs::write(&file, "wrong").unwrap();
    let time = SystemClock::start();
    let mut source = lazy(&file).await;
    assert!(!source.has_changed_secrets().await, "not asked yet");
    source.poll(&time).await.outcome.unwrap_err();
    assert!(source.is_refused() && !source.has_changed_secrets().await);
    std::fs::remove_file(&file).unwrap();
    assert!(source.has_changed_secrets().await, "it cannot be had now");
    std::fs::write(&file, "right").unwrap();
    assert!(source.has_changed_secrets().await);
    source.poll(&time).await.outcome.unwrap();
    std::fs::write(&file, "another").unwrap();
    assert!(!source.is_refused() && !source.has_changed_secrets().await);
}
