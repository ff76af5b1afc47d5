//! Resolves host names, a few at a time.
//!
//! The system's resolver blocks its thread, for half a minute if no DNS server answers. reqwest's own resolver would
//! take a thread for each of 200 names. A caller that gave up would leave its thread blocked and then start another.
//! Here a thread returns its permit only when it ends, so there are never more threads than permits.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::timeout;

/// Runs a blocking job on a thread of its own. The runtime provides this function, since only the runtime spawns.
pub type SpawnBlocking = Arc<dyn Fn(Box<dyn FnOnce() + Send>) + Send + Sync>;

/// How many names are resolved at once.
const MAX_CONCURRENT: usize = 8;

/// The time after which a look-up counts as failed. The wait for a permit is included.
const LOOKUP_TIMEOUT: Duration = Duration::from_secs(5);

type LookupFn = fn(&str) -> io::Result<Vec<SocketAddr>>;

/// The pool of look-ups, shared by all clients.
pub struct LookupPool {
    permits: Arc<Semaphore>,
    spawn_blocking: SpawnBlocking,
    lookup: LookupFn,
    timeout: Duration,
}

/// The reason why a name did not resolve.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LookupError {
    /// The resolver reported an error.
    #[error("{name} does not resolve: {reason}")]
    Failed {
        name: String,
        /// The resolver's error message.
        reason: String,
    },
    /// The resolver did not answer in time.
    #[error("{name} does not resolve: the resolver does not answer")]
    TimedOut { name: String },
}

impl LookupPool {
    /// A pool that runs look-ups on threads of `blocking`.
    pub fn new(blocking: SpawnBlocking) -> Self {
        Self {
            permits: Arc::new(Semaphore::new(MAX_CONCURRENT)),
            spawn_blocking: blocking,
            lookup: system_lookup,
            timeout: LOOKUP_TIMEOUT,
        }
    }

    /// Starts a look-up. Its thread returns the permit when it ends.
    fn start_lookup(
        &self,
        name: String,
        place: OwnedSemaphorePermit,
    ) -> oneshot::Receiver<LookupResult> {
        let (sender, receiver) = oneshot::channel();
        let look_up = self.lookup;
        (self.spawn_blocking)(Box::new(move || {
            let found = look_up(&name);
            drop(place);
            // Sending fails if the look-up took too long: the receiver is then gone.
            let _given_up = sender.send(found);
        }));
        receiver
    }

    async fn resolve(self: Arc<Self>, name: String) -> Result<Vec<SocketAddr>, LookupError> {
        let found = timeout(self.timeout, async {
            let place = self.permits.clone().acquire_owned().await.ok()?;
            self.start_lookup(name.clone(), place).await.ok()
        });
        match found.await.ok().flatten() {
            Some(Ok(addresses)) => Ok(addresses),
            Some(Err(error)) => Err(LookupError::Failed {
                name,
                reason: resolver_message(&error),
            }),
            None => Err(LookupError::TimedOut { name }),
        }
    }
}

type LookupResult = io::Result<Vec<SocketAddr>>;

fn system_lookup(name: &str) -> LookupResult {
    // reqwest replaces port 0 by the right port.
    Ok((name, 0).to_socket_addrs()?.collect())
}

/// The resolver's own message. The standard library's "failed to lookup address information" in front is removed.
fn resolver_message(error: &io::Error) -> String {
    let text = error.to_string();
    let words = text.rsplit_once(": ").map_or(text.as_str(), |(_, why)| why);
    words.to_lowercase()
}

/// The pool as reqwest's resolver.
#[derive(Clone)]
pub struct Resolver(pub Arc<LookupPool>);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let lookups = Arc::clone(&self.0);
        let name = name.as_str().to_owned();
        Box::pin(async move {
            let addresses = lookups.resolve(name).await?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    type Jobs = Arc<Mutex<Vec<Box<dyn FnOnce() + Send>>>>;

    /// A pool whose jobs the test itself runs.
    fn pool(look_up: LookupFn) -> (Arc<LookupPool>, Jobs) {
        let jobs = Jobs::default();
        let taken = jobs.clone();
        let lookups = LookupPool {
            lookup: look_up,
            timeout: Duration::from_millis(20),
            ..LookupPool::new(Arc::new(move |job| taken.lock().unwrap().push(job)))
        };
        (Arc::new(lookups), jobs)
    }

    #[tokio::test]
    async fn a_dead_resolver_holds_a_few_threads_and_no_more() {
        let (lookups, jobs) = pool(|_| Ok(Vec::new()));
        for number in 0..50 {
            let found = lookups
                .clone()
                .resolve(format!("hub{number}.example"))
                .await;
            assert!(matches!(found, Err(LookupError::TimedOut { .. })));
            if jobs.lock().unwrap().len() == MAX_CONCURRENT {
                break;
            }
        }
        let found = lookups.clone().resolve("one-more.example".to_owned()).await;
        assert!(matches!(found, Err(LookupError::TimedOut { .. })));
        assert_eq!(jobs.lock().unwrap().len(), MAX_CONCURRENT);
        for job in jobs.lock().unwrap().drain(..) {
            job();
        }
        assert_eq!(lookups.permits.available_permits(), MAX_CONCURRENT);
    }

    #[tokio::test]
    async fn a_name_that_is_not_there_says_so() {
        let lookups = LookupPool {
            lookup: |_| {
                let text = "failed to lookup address information: Name or service not known";
                Err(io::Error::other(text))
            },
            ..LookupPool::new(Arc::new(|job| job()))
        };
        let found = Arc::new(lookups)
            .resolve("nowhere.example".to_owned())
            .await;
        let words = "nowhere.example does not resolve: name or service not known";
        assert_eq!(found.unwrap_err().to_string(), words);
    }
}
