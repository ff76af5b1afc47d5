//! Reading any bytes returns data or an error, and never panics.

use proptest::prelude::*;

use super::envelope::{RawResponse, parse_response};
use super::rules::{self, AlertOrigin};
use super::signal_values::SignalValues;
use super::wire::{QueryData, RulesData};
use crate::domain::labels::Interner;
use crate::domain::settings::ClusterScope;
use crate::domain::source::{SourceId, SourceKind};
use crate::sources::error::{Cause, Sent, SourceError};

const RULES: &str = r#"{"status":"success","data":{"groups":[{"name":"g","interval":60,"lastEvaluation":"2026-08-21T09:00:00Z","rules":[{"state":"firing","name":"r","query":"x","duration":300,"health":"err","lastError":"e","alerts":[{"labels":{"alertname":"r"},"annotations":{},"state":"firing","activeAt":"2026-08-21T08:50:00Z","value":"9e+00"}],"type":"alerting"}]}]},"warnings":["w"]}"#;
const QUERY: &str = r#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{"namespace":"p","signal":"up"},"value":[1787302800.1,"1"]},{"metric":{"namespace":"p","signal":"sampled_at"},"value":[1,"1e300"]}]}}"#;

fn read(status: u16, body: &[u8]) {
    let reply = RawResponse {
        status,
        body,
        stopping: None,
        status_error: (!(200..300).contains(&status))
            .then(|| SourceError::new(Cause::Garbled, Sent::Answered, "no")),
    };
    let origin = AlertOrigin {
        source: SourceId::new(SourceKind::Prometheus, "leap"),
        scope: ClusterScope::ByLabel("cluster".into()),
        external_labels: [("replica", "a")].into_iter().collect(),
    };
    if let Ok(opened) = parse_response::<RulesData<'_>>(&reply)
        && let Ok(page) = rules::read_page(&opened.data, &origin, &mut Interner::default())
    {
        page.rules.health(chrono::DateTime::UNIX_EPOCH, None);
    }
    if let Ok(opened) = parse_response::<QueryData<'_>>(&reply) {
        let one = ClusterScope::One("leap".into());
        let _ = SignalValues::default().add_vector(&opened.data, &one);
    }
}

/// The text with some of its bytes replaced, or cut short.
fn mutated(text: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let spots = prop::collection::vec((0..text.len(), any::<u8>()), 0..6);
    (spots, 0..=text.len()).prop_map(move |(spots, length)| {
        let mut bytes = text.as_bytes().to_vec();
        for (at, byte) in spots {
            bytes[at] = byte;
        }
        bytes.truncate(length.max(1));
        bytes
    })
}

/// The text with one of its values replaced by a value of another type.
fn swapped(text: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let values: Vec<&str> = vec![
        "\"success\"",
        "\"vector\"",
        "\"firing\"",
        "\"up\"",
        "\"1\"",
        "60",
        "300",
        "[]",
        "{}",
    ];
    let others: Vec<&str> = vec![
        "null",
        "7",
        "-1e308",
        "\"\"",
        "[null]",
        "{\"a\":[]}",
        "true",
        "\"NaN\"",
    ];
    (prop::sample::select(values), prop::sample::select(others))
        .prop_map(move |(value, other)| text.replace(value, other).into_bytes())
}

proptest! {
    #[test]
    fn any_bytes(status in 100u16..600, body in prop::collection::vec(any::<u8>(), 0..200)) {
        read(status, &body);
    }

    #[test]
    fn damaged_answers(body in prop_oneof![mutated(RULES), mutated(QUERY), swapped(RULES), swapped(QUERY)]) {
        read(200, &body);
    }
}
