use super::*;
use crate::domain::ids::HubKey;

fn at(minutes: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(500) + TimeDelta::minutes(minutes)
}

fn place() -> VersionPlace {
    HubKey::new("leap", "prod").into()
}

fn record(history: &mut VersionHistory, versions: &[&str], minutes: i64) -> bool {
    history.record(&place(), &Component::Jupyterhub, versions, at(minutes))
}

fn since(history: &VersionHistory, version: &str) -> Option<KnownSince> {
    history.since(&place(), &Component::Jupyterhub, version)
}

#[test]
fn a_version_is_known_since_it_was_first_seen_and_after_which() {
    let mut history = VersionHistory::default();
    assert!(record(&mut history, &["5.4.4"], 0));
    assert!(!record(&mut history, &["5.4.4"], 5));
    let first = since(&history, "5.4.4").unwrap();
    assert_eq!((first.first, first.before), (at(0), None));
    assert!(record(&mut history, &["5.5.0"], 10));
    let next = since(&history, "5.5.0").unwrap();
    assert_eq!(next.first, at(10));
    assert_eq!(next.before, Some(("5.4.4".to_owned(), at(5))));
    assert_eq!(since(&history, "6.0.0"), None);
    // 5.4.4 counts as running since the rollback to it, not since its first run.
    assert!(record(&mut history, &["5.4.4"], 20));
    assert_eq!(since(&history, "5.4.4").unwrap().first, at(20));
}

#[test]
fn two_versions_may_run_side_by_side() {
    let mut history = VersionHistory::default();
    record(&mut history, &["v1.33"], 0);
    record(&mut history, &["v1.33", "v1.34"], 5);
    record(&mut history, &["v1.33", "v1.34"], 10);
    assert_eq!(since(&history, "v1.33").unwrap().first, at(0));
    let newer = since(&history, "v1.34").unwrap();
    assert_eq!(
        (newer.first, newer.before.map(|it| it.0)),
        (at(5), Some("v1.33".to_owned()))
    );
}

#[test]
fn the_file_reads_back_and_two_processes_agree() {
    let mut one = VersionHistory::default();
    record(&mut one, &["5.4.4"], 0);
    let (mut other, problem) = VersionHistory::parse(&one.to_bytes(), at(1));
    assert_eq!(problem, None);
    assert_eq!(other, one);
    record(&mut one, &["5.5.0"], 10);
    record(&mut other, &["5.4.4"], 9);
    record(&mut other, &["5.5.0"], 11);
    one.merge(other, at(12));
    let known = since(&one, "5.5.0").unwrap();
    assert_eq!(
        (known.first, known.before),
        (at(10), Some(("5.4.4".to_owned(), at(9))))
    );
}

#[test]
fn what_is_cut_foreign_old_or_of_the_future_is_not_read() {
    let mut history = VersionHistory::default();
    record(&mut history, &["5.4.4"], 0);
    let bytes = history.to_bytes();
    let text = String::from_utf8(bytes.clone()).unwrap();
    let empty = VersionHistory::default();
    assert_eq!(VersionHistory::parse(b"", at(0)), (empty.clone(), None));
    let cut = text.strip_suffix("]}").unwrap();
    let newer = text.replace("\"schema\":1", "\"schema\":2");
    let foreign = "it is not a history of versions";
    for (text, why) in [
        (cut, foreign),
        (newer.as_str(), "its format is 2, not 1"),
        ("[]", foreign),
        ("null", foreign),
        ("{\"a\":1}", foreign),
        ("{\"schema\":1}", foreign),
        (
            "{\"schema\":1,\"entries\":[{}]}",
            "1 of its entries cannot be read, and the others are used",
        ),
    ] {
        let (history, problem) = VersionHistory::parse(text.as_bytes(), at(0));
        assert_eq!(history, empty, "{text}");
        assert_eq!(problem.as_deref(), Some(why), "{text}");
    }
    let early = VersionHistory::parse(&bytes, at(-25 * 60));
    assert_eq!(early, (empty.clone(), None));
    let late = VersionHistory::parse(&bytes, at(401 * 24 * 60));
    assert_eq!(late, (empty, None));
}

#[test]
fn one_bad_entry_loses_only_itself() {
    let mut history = VersionHistory::default();
    record(&mut history, &["5.4.4"], 0);
    let text = String::from_utf8(history.to_bytes()).unwrap();
    let other = VersionPlace::from(HubKey::new("leap", "staging"));
    let mut both = history.clone();
    both.record(&other, &Component::Jupyterhub, &["5.5.0"], at(0));
    let both = String::from_utf8(both.to_bytes()).unwrap();
    assert!(text.len() < both.len());
    let bad = both.replacen(
        "\"version\":\"5.5.0\",\"first\":\"1971",
        "\"version\":\"5.5.0\",\"first\":\"x",
        1,
    );
    assert_ne!(bad, both);
    let (read, problem) = VersionHistory::parse(bad.as_bytes(), at(1));
    assert_eq!(read, history);
    assert_eq!(
        problem.as_deref(),
        Some("1 of its entries cannot be read, and the others are used")
    );
}

#[test]
fn a_change_that_nobody_looked_for_may_have_come_at_any_time_between() {
    let mut history = VersionHistory::default();
    record(&mut history, &["5.4.4"], 0);
    record(&mut history, &["5.4.5"], 20);
    assert_eq!(since(&history, "5.4.5").unwrap().changed_after(), None);
    record(&mut history, &["5.5.0"], 21 * 24 * 60);
    let known = since(&history, "5.5.0").unwrap();
    assert_eq!(known.changed_after(), Some(at(20)));
    assert_eq!(since(&history, "5.4.4").unwrap().changed_after(), None);
}

#[test]
fn a_thousand_versions_are_bounded() {
    let mut history = VersionHistory::default();
    let names: Vec<String> = (0..1_000).map(|number| format!("1.0.{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    record(&mut history, &names, 0);
    for (minutes, name) in names.iter().enumerate() {
        record(&mut history, &[name], minutes as i64 + 1);
    }
    assert_eq!(history.runs.values().map(Vec::len).sum::<usize>(), MAX_RUNS);
    assert!(since(&history, "1.0.999").is_some());
    let long = "9.".repeat(5_000);
    record(&mut history, &[&long], 2_000);
    assert!(since(&history, &long).is_some());
    assert!(history.to_bytes().len() < 4_000);
}
