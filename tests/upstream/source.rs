//! Our own source of a Prometheus, pointed at a real one.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use hubwatch::domain::answers::PrometheusData;
use hubwatch::domain::labels::Labels;
use hubwatch::domain::settings::{ClusterScope, EndpointSettings, PrometheusSettings};
use hubwatch::runtime::clock::SystemClock;
use hubwatch::sources::endpoint::Endpoint;
use hubwatch::sources::http::{Auth, ByteBudget, ClientSettings, Clients, Limits, LookupPool};
use hubwatch::sources::prometheus;
use hubwatch::sources::source::Source;

/// A Prometheus of the cluster leap, with the shipped expressions.
pub fn settings() -> PrometheusSettings {
    PrometheusSettings {
        has_rules: true,
        endpoint: EndpointSettings {
            name: "leap".into(),
            interval: Duration::from_secs(30),
            ..EndpointSettings::default()
        },
        scope: ClusterScope::One("leap".into()),
        external_labels: Labels::default(),
        alertmanager_config: None,
        signals: BTreeMap::new(),
        start_figures: BTreeMap::new(),
    }
}

/// The endpoint at this address, with the limits of a test.
pub fn endpoint(base: &str) -> Endpoint {
    let clients = Clients::new(LookupPool::new(Arc::new(|job| job())));
    let url = base.parse().unwrap();
    let client = clients.client(&ClientSettings::default(), &url).unwrap();
    let limits = Limits {
        timeout: Duration::from_secs(10),
        max_body_bytes: 1 << 20,
        proxy: hubwatch::domain::settings::Proxy::Direct,
        budget: ByteBudget::new(1 << 22),
    };
    Endpoint::new(base, client, Auth::None, &BTreeMap::new(), limits).unwrap()
}

pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

/// The answer to one poll.
pub fn poll(base: &str) -> PrometheusData {
    let mut source = prometheus::Prometheus::new(&settings(), endpoint(base));
    let polled = runtime().block_on(source.poll(&SystemClock::start()));
    polled
        .outcome
        .unwrap_or_else(|error| panic!("{}", error.text))
        .body
}
