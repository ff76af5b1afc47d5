//! Looking names up, a few at a time.
//!
//! The system's look-up blocks a thread, for half a minute where the resolver is dead. reqwest's own way
//! would take a thread for each of 200 names, and a caller that gave up would leave its thread hanging
//! and start another. Here a place is given back only when the thread is, so there are never more.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::timeout;

/// Runs a job that blocks on a thread of its own; given by the runtime, which alone spawns.
pub type Blocking = Arc<dyn Fn(Box<dyn FnOnce() + Send>) + Send + Sync>;

/// So many names are looked up at once.
const AT_ONCE: usize = 8;

/// A name that takes longer, waiting for its turn included, counts as not resolved.
const PATIENCE: Duration = Duration::from_secs(5);

type LookUp = fn(&str) -> io::Result<Vec<SocketAddr>>;

/// The pool of look-ups, shared by all clients.
pub struct Lookups {
    places: Arc<Semaphore>,
    blocking: Blocking,
    look_up: LookUp,
    patience: Duration,
}

/// A name that did not resolve.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LookupError {
    /// The resolver said no.
    #[error("{name} does not resolve: {why}")]
    Refused {
        /// Which name.
        name: String,
        /// The resolver's words.
        why: String,
    },
    /// The resolver said nothing.
    #[error("{name} does not resolve: the resolver does not answer")]
    Silent {
        /// Which name.
        name: String,
    },
}

impl Lookups {
    /// A pool that runs its look-ups by `blocking`.
    pub fn new(blocking: Blocking) -> Self {
        Self {
            places: Arc::new(Semaphore::new(AT_ONCE)),
            blocking,
            look_up: system_look_up,
            patience: PATIENCE,
        }
    }

    /// Starts a look-up; its place is free when its thread is.
    fn start(&self, name: String, place: OwnedSemaphorePermit) -> oneshot::Receiver<Found> {
        let (tell, told) = oneshot::channel();
        let look_up = self.look_up;
        (self.blocking)(Box::new(move || {
            let found = look_up(&name);
            drop(place);
            // Nobody listens any more when it took too long.
            let _given_up = tell.send(found);
        }));
        told
    }

    async fn addresses(self: Arc<Self>, name: String) -> Result<Vec<SocketAddr>, LookupError> {
        let found = timeout(self.patience, async {
            let place = self.places.clone().acquire_owned().await.ok()?;
            self.start(name.clone(), place).await.ok()
        });
        match found.await.ok().flatten() {
            Some(Ok(addresses)) => Ok(addresses),
            Some(Err(error)) => Err(LookupError::Refused {
                name,
                why: resolvers_words(&error),
            }),
            None => Err(LookupError::Silent { name }),
        }
    }
}

type Found = io::Result<Vec<SocketAddr>>;

fn system_look_up(name: &str) -> Found {
    // reqwest puts the right port in place of 0.
    Ok((name, 0).to_socket_addrs()?.collect())
}

/// The standard library says "failed to lookup address information" before what the resolver said.
fn resolvers_words(error: &io::Error) -> String {
    let text = error.to_string();
    let words = text.rsplit_once(": ").map_or(text.as_str(), |(_, why)| why);
    words.to_lowercase()
}

/// The pool as reqwest asks it.
#[derive(Clone)]
pub struct Resolver(pub Arc<Lookups>);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let lookups = Arc::clone(&self.0);
        let name = name.as_str().to_owned();
        Box::pin(async move {
            let addresses = lookups.addresses(name).await?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    type Jobs = Arc<Mutex<Vec<Box<dyn FnOnce() + Send>>>>;

    /// A pool whose threads the test plays.
    fn pool(look_up: LookUp) -> (Arc<Lookups>, Jobs) {
        let jobs = Jobs::default();
        let taken = jobs.clone();
        let lookups = Lookups {
            look_up,
            patience: Duration::from_millis(20),
            ..Lookups::new(Arc::new(move |job| taken.lock().unwrap().push(job)))
        };
        (Arc::new(lookups), jobs)
    }

    #[tokio::test]
    async fn a_dead_resolver_holds_a_few_threads_and_no_more() {
        let (lookups, jobs) = pool(|_| Ok(Vec::new()));
        for number in 0..50 {
            let found = lookups
                .clone()
                .addresses(format!("hub{number}.example"))
                .await;
            assert!(matches!(found, Err(LookupError::Silent { .. })));
            if jobs.lock().unwrap().len() == AT_ONCE {
                break;
            }
        }
        let found = lookups
            .clone()
            .addresses("one-more.example".to_owned())
            .await;
        assert!(matches!(found, Err(LookupError::Silent { .. })));
        assert_eq!(jobs.lock().unwrap().len(), AT_ONCE);
        for job in jobs.lock().unwrap().drain(..) {
            job();
        }
        assert_eq!(lookups.places.available_permits(), AT_ONCE);
    }

    #[tokio::test]
    async fn a_name_that_is_not_there_says_so() {
        let lookups = Lookups {
            look_up: |_| {
                let text = "failed to lookup address information: Name or service not known";
                Err(io::Error::other(text))
            },
            ..Lookups::new(Arc::new(|job| job()))
        };
        let found = Arc::new(lookups)
            .addresses("nowhere.example".to_owned())
            .await;
        let words = "nowhere.example does not resolve: name or service not known";
        assert_eq!(found.unwrap_err().to_string(), words);
    }
}
