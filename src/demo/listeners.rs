//! Serves the world on loopback sockets: one for PagerDuty and the status pages, one for all hubs, one for the tracker,
//! and one for each Prometheus. Nothing here spawns tasks: the caller drives the returned futures.

use std::collections::BTreeMap;
use std::future::IntoFuture;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use futures_util::future::{BoxFuture, FutureExt};
use tokio::net::TcpListener;

use super::serve::shared::Shared;
use crate::demo::World;
use crate::demo::prometheus::ServedClusters;
use crate::demo::{hubs, pagerduty, prometheus, statuspage, tracker};
use crate::domain::now::TimeSource;

/// The addresses of the world, as URLs without a trailing slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoints {
    /// PagerDuty's REST API. As real integrations expect, Events v2 is below it at `/v2/enqueue`.
    pub pagerduty: String,
    /// The team's status page, with Statuspage's API: `/api/v2/summary.json` is below this address.
    pub statuspage: String,
    /// A vendor's status page, with Statuspage's API.
    pub vendor: String,
    /// All hubs. Each answers at `/h/CLUSTER/HUB/hub/health`. A real Prometheus can scrape `/metrics/CLUSTER`.
    pub hubs: String,
    /// GitHub's REST API, with the team's issues.
    pub tracker: String,
    /// Each Prometheus, by its cluster. A Prometheus for all clusters has an empty name.
    pub prometheus: BTreeMap<String, String>,
}

/// A world whose sockets are bound. The world answers only while its futures are driven.
pub struct Served {
    pub endpoints: Endpoints,
    /// The futures that serve the world. The caller must drive all of them. Dropping a future closes its socket.
    pub futures: Vec<BoxFuture<'static, ()>>,
}

/// Binds the world's sockets on loopback, on ports that the system chooses.
pub async fn serve(world: Arc<Mutex<World>>, time: Arc<dyn TimeSource>) -> io::Result<Served> {
    let watched = watched(&world.lock().unwrap_or_else(PoisonError::into_inner));
    let shared = Shared::new(world, time);
    let mut futures = Vec::new();

    let page = |path, site| Router::new().nest(path, statuspage::router(shared.clone(), site));
    let account = pagerduty::router(shared.clone())
        .merge(page("/statuspage", &statuspage::OWN))
        .merge(page("/vendor", &statuspage::VENDOR));
    let pagerduty = bind(account, &mut futures).await?;
    let hubs = bind(hubs::router(shared.clone()), &mut futures).await?;
    let tracker = bind(tracker::router(shared.clone()), &mut futures).await?;
    let mut prometheus = BTreeMap::new();
    for watches in watched {
        let name = match &watches {
            ServedClusters::Cluster(name) => name.to_string(),
            ServedClusters::All => String::new(),
        };
        let router = prometheus::router(shared.clone(), watches);
        prometheus.insert(name, bind(router, &mut futures).await?);
    }
    let endpoints = Endpoints {
        statuspage: format!("{pagerduty}/statuspage"),
        vendor: format!("{pagerduty}/vendor"),
        pagerduty,
        hubs,
        tracker,
        prometheus,
    };
    Ok(Served { endpoints, futures })
}

fn watched(world: &World) -> Vec<ServedClusters> {
    if world.options.single_prometheus {
        return vec![ServedClusters::All];
    }
    let clusters = world.fleet.clusters.iter();
    clusters
        .map(|it| ServedClusters::Cluster(it.name.clone()))
        .collect()
}

async fn bind(router: Router, futures: &mut Vec<BoxFuture<'static, ()>>) -> io::Result<String> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    // `axum::serve` retries after errors, and ends only when it is dropped.
    let serving = axum::serve(listener, router).into_future();
    futures.push(serving.map(|_never| ()).boxed());
    Ok(format!("http://{address}"))
}
