//! The data that is kept between runs, and the data that is dropped.

use super::*;

fn day(n: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(n)
}

fn kept(seen_at: DateTime<Utc>) -> CachedIncident {
    CachedIncident {
        triggered_alerts: None,
        updated_at: Some(day(1)),
        seen_at,
        alerts: vec![IncidentAlert {
            id: "A1".into(),
            resolved: false,
            alert_key: None,
            created_at: None,
            suppressed: false,
            fingerprints: vec![crate::domain::ids::Fingerprint(7)],
            label_sets: vec![[("alertname", "x")].into_iter().collect()],
        }],
        log: None,
    }
}

fn cache(count: usize, seen_at: impl Fn(usize) -> DateTime<Utc>) -> IncidentCache {
    let incidents = (0..count).map(|n| (format!("Q{n}").into(), kept(seen_at(n))));
    IncidentCache {
        log_until: Some(day(3)),
        incidents: incidents.collect(),
        ..IncidentCache::default()
    }
}

#[test]
fn what_is_written_is_read_back() {
    let cache = cache(3, |_| day(2));
    assert_eq!(IncidentCache::from_bytes(&cache.to_bytes()), cache);
}

#[test]
fn a_torn_file_or_another_version_is_an_empty_cache() {
    let bytes = cache(3, |_| day(2)).to_bytes();
    for length in 0..bytes.len() {
        assert_eq!(
            IncidentCache::from_bytes(&bytes[..length]),
            IncidentCache::default()
        );
    }
    let other = String::from_utf8(bytes)
        .unwrap()
        .replace("\"version\":3", "\"version\":1");
    assert_eq!(
        IncidentCache::from_bytes(other.as_bytes()),
        IncidentCache::default()
    );
}

#[test]
fn the_unseen_go_and_the_last_seen_stay() {
    let mut aged = cache(20, |n| day(n as i64));
    aged.prune(day(20));
    assert_eq!(aged.incidents.len(), 7);
    let mut many = cache(2_005, |n| day(20) + TimeDelta::seconds(n as i64));
    many.prune(day(20));
    assert_eq!(many.incidents.len(), MAX_INCIDENTS);
    assert!(
        !many.incidents.contains_key(&"Q4".into()) && many.incidents.contains_key(&"Q5".into())
    );
}
