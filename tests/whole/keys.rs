//! Compares the group keys that hubwatch computes from routes with the keys of a real Alertmanager, for unusual labels
//! and routes.

use std::collections::BTreeSet;
use std::time::Duration;

use hubwatch::domain::labels::Labels;
use hubwatch::domain::route::Routes;
use serde_json::{Value, json};

use super::home::list;
use super::recorder::Recorder;
use super::wire::{address, ask};
use crate::until::until;
use crate::upstream::Alertmanager;

const WITHIN: Duration = Duration::from_secs(30);

const ROUTES: &str = r#"
route:
  receiver: hook
  group_wait: 10ms
  group_interval: 1s
  group_by: [alertname, a_b, ab, ab1]
  routes:
  - match: { team: 'ops "q" \ back' }
    match_re: { zone: 'x|y.*', alertname: '.*' }
    group_by: ['...']
    continue: true
  - matchers: ['team =~ "ops.*"', 'path=~"/srv/[a-z]+\\.d", path!~nothing', 'odd!="a\nb"']
    group_by: [team, path]
    routes:
    - matchers: ['{zone=~"(?i)X1?"}']
      continue: true
    - matchers: [zone=~.+, zone!=z]
      group_by: []
    - match: { zone: '' }
      group_by: [absent, odd]
  - matchers: ['note!~"(?i)quiet.*"', note!=]
    group_by: [note]
"#;

/// Labels with and without characters that a group key escapes.
const ALERTS: [&[(&str, &str)]; 9] = [
    &[("alertname", "disk")],
    &[
        ("alertname", "two  spaces  \"here\""),
        ("a_b", "cluster=leap"),
        ("ab", ""),
    ],
    &[
        ("alertname", "both"),
        ("team", "ops \"q\" \\ back"),
        ("zone", "y9"),
        ("path", "/srv/a.d"),
    ],
    &[
        ("alertname", "first"),
        ("team", "ops \"q\" \\ back"),
        ("zone", "x"),
    ],
    &[
        ("alertname", "deep"),
        ("team", "ops"),
        ("zone", "X1"),
        ("path", "/srv/data.d"),
    ],
    &[
        ("alertname", "deep"),
        ("team", "ops"),
        ("path", "/srv/data.d"),
        ("odd", "tab\tnew\nline\r"),
    ],
    &[
        ("alertname", "deep"),
        ("team", "ops"),
        ("zone", "z"),
        ("path", "/srv/data.d"),
    ],
    &[
        ("alertname", "signs"),
        (
            "note",
            "Zürich 東京 🚀 e\u{301} \u{a0}\u{200b}\u{e000}\u{7f}\u{1}\u{7} it's `so` \u{fffd}",
        ),
    ],
    &[
        ("alertname", "quiet"),
        ("note", "QUIET please"),
        ("ab", "\u{301}\u{2028}"),
        ("ab1", "x"),
    ],
];

type Keys = BTreeSet<(String, String)>;

fn computed(routes: &Routes) -> Keys {
    let of = |pairs: &&[(&str, &str)]| {
        let labels: Labels = pairs.iter().copied().collect();
        let groups = routes.group_keys(&labels).into_iter();
        let name = shown(&json!(
            pairs
                .iter()
                .copied()
                .collect::<std::collections::BTreeMap<_, _>>()
        ));
        groups
            .map(move |group| (name.clone(), group.as_str().to_owned()))
            .collect::<Vec<_>>()
    };
    ALERTS.iter().flat_map(of).collect()
}

/// Labels as text. A label with an empty value counts as missing.
fn shown(labels: &Value) -> String {
    let mut labels = labels.clone();
    labels
        .as_object_mut()
        .expect("labels")
        .retain(|_, value| value != "");
    labels.to_string()
}

fn send(alertmanager: &Alertmanager) {
    let alerts = ALERTS.map(|pairs| {
        let labels: serde_json::Map<_, _> = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), json!(value)))
            .collect();
        json!({ "labels": labels })
    });
    let headers = [("Content-Type".to_owned(), "application/json".to_owned())];
    let body = Value::from(alerts.to_vec()).to_string();
    let url = address(&alertmanager.url());
    let answer = ask(url, "POST /api/v2/alerts", &headers, body.as_bytes());
    assert_eq!(answer.expect("an answer").0, 200);
}

/// Each alert that Alertmanager sent, with the group key under which it was sent.
fn told(recorder: &Recorder) -> Keys {
    let heard = recorder.take();
    let told = heard.iter().filter_map(|it| it.sent()).flat_map(|hook| {
        let key = hook["groupKey"].as_str().expect("a key").to_owned();
        let alerts = list(&hook, "alerts").iter();
        alerts
            .map(|alert| (shown(&alert["labels"]), key.clone()))
            .collect::<Vec<_>>()
    });
    told.collect()
}

#[test]
fn keys_are_spelt_as_a_real_alertmanager_spells_them() {
    // The recorder passes on only requests with the header `X-Nobody`, and answers all others with 401. Alertmanager
    // never sends this header, so no request reaches the upstream, where nothing listens.
    let recorder = Recorder::start("http://127.0.0.1:9", &[("X-Nobody", "")]);
    let config = format!(
        "{ROUTES}\nreceivers: [{{ name: hook, webhook_configs: [{{ url: '{}' }}] }}]\n",
        recorder.url()
    );
    let Some(alertmanager) = Alertmanager::start(&config) else {
        return;
    };
    let routes = Routes::parse(&config).expect("routes");
    let expected = computed(&routes);
    assert!(expected.len() > ALERTS.len(), "some go on: {expected:#?}");

    send(&alertmanager);
    let mut seen = Keys::new();
    // One expected key is spelt in two ways, since Alertmanager's versions differ. The running version sends only one
    // of the two.
    until(WITHIN, "as many keys", || {
        seen.extend(told(&recorder));
        (seen.len() + 1 >= expected.len()).then_some(())
    });
    assert!(seen.is_subset(&expected), "{seen:#?}");
    let unseen: Vec<_> = expected.difference(&seen).collect();
    let [(_, other)] = unseen.as_slice() else {
        panic!("{unseen:#?}");
    };
    assert!(other.contains("ab1="), "{other}");

    let status = alertmanager.get("/api/v2/status").expect("its status");
    let stated = status["config"]["original"]
        .as_str()
        .expect("its configuration");
    let stated = Routes::parse(stated).unwrap_or_else(|error| panic!("{error:?}: {stated}"));
    assert_eq!(computed(&stated), expected, "as it tells them itself");
}
