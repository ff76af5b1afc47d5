use super::*;

fn one() -> ClusterScope {
    ClusterScope::One("leap".into())
}

#[test]
fn names_read_back_and_are_the_contracts() {
    let parts: Vec<_> = Expressions::new(&one(), &BTreeMap::new()).parts().collect();
    for asked in &parts {
        assert_eq!(QueryPart::from_name(&asked.name()), Some(*asked));
    }
    assert_eq!(parts.len(), Signal::iter().count() + 2);
    assert_eq!(
        QueryPart::Signal(Signal::SpawnFailures30m).name(),
        "spawn_failures_30m"
    );
    assert_eq!(QueryPart::from_name("else"), None);
}

#[test]
fn placeholders_are_filled_by_scope() {
    let own = BTreeMap::from([(
        Signal::Up,
        "max by ({by}) (x{{cluster_label}!=\"\"})".to_owned(),
    )]);
    let up = |scope: &ClusterScope| {
        let all = Expressions::new(scope, &own);
        all.part_query(QueryPart::Signal(Signal::Up)).unwrap()
    };
    assert_eq!(
        up(&one()),
        "label_replace((max by (namespace) (x{cluster!=\"\"})\n), \"signal\", \"up\", \"\", \"\")"
    );
    let many = ClusterScope::ByLabel("site".into());
    assert!(up(&many).starts_with("label_replace((max by (site, namespace) (x{site!=\"\"})\n)"));
}

#[test]
fn no_placeholder_is_left_in_what_is_shipped() {
    for scope in [one(), ClusterScope::ByLabel("site".into())] {
        let query = Expressions::new(&scope, &BTreeMap::new())
            .joined_query_without(&BTreeSet::new())
            .unwrap();
        assert!(!query.contains("{by}") && !query.contains("{cluster_label}"));
        assert_eq!(query.matches("label_replace(").count(), 10);
    }
}

#[test]
fn what_is_broken_is_left_out() {
    let all = Expressions::new(&one(), &BTreeMap::new());
    let broken = BTreeSet::from([QueryPart::Signal(Signal::Up)]);
    let query = all.joined_query_without(&broken).unwrap();
    assert!(!query.contains("\"signal\", \"up\""));
    assert!(query.contains("\"signal\", \"newest_sample\""));
    assert_eq!(all.joined_query_without(&all.parts().collect()), None);
}

#[test]
fn the_slowest_start_is_asked_for_beside_the_shipped_percentile_only() {
    let has_it = |own: BTreeMap<Signal, String>| {
        let mut parts = Expressions::new(&one(), &own).0.into_keys();
        parts.any(|part| part == QueryPart::SlowestStart)
    };
    assert!(has_it(BTreeMap::new()));
    assert!(!has_it(BTreeMap::from([(
        Signal::SpawnP95Seconds,
        "x".to_owned()
    )])));
}
