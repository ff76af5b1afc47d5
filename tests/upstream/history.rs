//! Queries about the last hours, against a real Prometheus.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::DateTime;
use hubwatch::domain::history::{
    AlertQuery, History, HistoryRequest, HistorySubject, SeriesKey, Window,
};
use hubwatch::domain::hub::{MissingSignal, Signal};
use hubwatch::domain::ids::HubKey;
use hubwatch::domain::labels::Labels;
use hubwatch::domain::now::TimeSource;
use hubwatch::domain::source::{SourceId, SourceKind};
use hubwatch::runtime::clock::SystemClock;
use hubwatch::sources::prometheus::history;

use super::source::{endpoint, poll, runtime, settings};
use super::{Metrics, Prometheus};
use crate::until::until;

const WITHIN: Duration = Duration::from_secs(60);

/// Two hubs. The disk of `prod` is 9 % free, the disk of `staging` 80 %.
fn hubs() -> Metrics {
    Metrics::serve(|_| {
        let disk = |hub: &str, free: u32| {
            let labels = format!("{{namespace=\"{hub}\",persistentvolumeclaim=\"home-nfs\"}}");
            format!(
                "kubelet_volume_stats_available_bytes{labels} {free}\n\
                 kubelet_volume_stats_capacity_bytes{labels} 100\n"
            )
        };
        disk("prod", 9) + &disk("staging", 80)
    })
}

/// A history of ten minutes with a point for each second. The Prometheus has run for less than ten minutes.
fn asked(prometheus: &Prometheus, subject: HistorySubject) -> History {
    let question = HistoryRequest {
        source: SourceId::new(SourceKind::Prometheus, "leap"),
        subject,
        window: Window {
            end: DateTime::from_timestamp(SystemClock::start().now().wall.timestamp(), 0).unwrap(),
            step: Duration::from_secs(1),
            points: 601,
        },
    };
    let (settings, endpoint) = (settings(), endpoint(&prometheus.url()));
    let answer = runtime().block_on(history(&settings, &endpoint, &question));
    answer.unwrap_or_else(|error| panic!("{}", error.text))
}

// A Prometheus that has scraped `hubs`; `None` if Prometheus is not installed.
fn started(hubs: &Metrics) -> Option<Prometheus> {
    let config = format!(
        "global: {{ scrape_interval: 1s, scrape_timeout: 1s }}\n\
         scrape_configs:\n\
         - job_name: hub\n\
         \x20 static_configs: [{{ targets: ['{}'] }}]\n",
        hubs.address()
    );
    let prometheus = Prometheus::start(&config, &[])?;
    until(WITHIN, "the first scrape", || {
        let capacity = prometheus.query("kubelet_volume_stats_capacity_bytes");
        (!capacity.is_empty()).then_some(())
    });
    Some(prometheus)
}

#[test]
fn a_real_one_tells_which_signals_were_not_there_for_a_while() {
    let hubs = hubs();
    let Some(prometheus) = started(&hubs) else {
        return;
    };
    let body = poll(&prometheus.url());
    assert_eq!(body.warnings, Vec::<String>::new());
    assert_eq!(body.broken_signals, BTreeMap::new());
    let missing = [
        Signal::Up,
        Signal::RunningServers,
        Signal::SpawnFailures30m,
        Signal::DbFreePercent,
    ];
    let missing = missing.map(|signal| MissingSignal {
        signal,
        had_before: false,
    });
    for hub in ["prod", "staging"] {
        let key = HubKey::new("leap", hub);
        assert_eq!(body.missing_signals[&key], missing, "{hub}");
    }
}

#[test]
fn a_real_one_answers_for_one_alert_and_for_one_hub() {
    let hubs = hubs();
    let Some(prometheus) = started(&hubs) else {
        return;
    };
    let expression = "floor(100 * min by (namespace) (kubelet_volume_stats_available_bytes) \
                      / min by (namespace) (kubelet_volume_stats_capacity_bytes)) <= 10";
    let labels = [
        ("alertname", "home-nfs has 10% of space left"),
        ("cluster", "cluster=leap"),
        ("namespace", "hub=prod"),
        ("severity", "a \"$1\\\n b"),
    ];
    let watched = AlertQuery::new(labels.into_iter().collect(), &expression.into());
    // A window ends on a whole second, which may be before the first scrape.
    let answer = until(WITHIN, "a sample in the window", || {
        let answer = asked(&prometheus, HistorySubject::Alert(watched.clone()));
        (!answer.series.is_empty()).then_some(answer)
    });
    let [series] = answer.series.as_slice() else {
        panic!("{answer:?}");
    };
    let own: Labels = [("namespace", "prod")].into_iter().collect();
    assert_eq!(series.key, SeriesKey::Labels(own));
    assert_eq!(series.values.first(), Some(&None), "it was not there yet");
    assert_eq!(series.range(), Some((9.0, 9.0)));

    let answer = asked(
        &prometheus,
        HistorySubject::Hub(HubKey::new("leap", "staging")),
    );
    let free = answer.signal(Signal::HomeFreePercent).unwrap();
    assert_eq!(free.range(), Some((80.0, 80.0)));
    assert!(answer.signal(Signal::DbFreePercent).is_none());
    assert!(answer.failed_signals.is_empty(), "{answer:?}");
}
