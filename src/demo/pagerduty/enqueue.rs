//! Events v2: `POST /v2/enqueue`, as a real Alertmanager calls it. A routing key replaces the token.

use std::str::FromStr;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::demo::serve::shared::{Shared, json_response};
use crate::demo::world::events::{EventAction, IntegrationEvent};

/// The longest dedup key, in characters.
const MAX_KEY: usize = 255;
const SEVERITIES: [&str; 4] = ["info", "warning", "error", "critical"];

#[derive(Deserialize)]
struct Body {
    routing_key: String,
    event_action: String,
    dedup_key: Option<String>,
    payload: Option<Payload>,
    client: Option<String>,
    client_url: Option<String>,
    #[serde(default)]
    links: Vec<Link>,
}

#[derive(Deserialize)]
struct Payload {
    summary: String,
    severity: String,
    source: String,
    #[serde(default)]
    custom_details: Value,
}

#[derive(Deserialize)]
struct Link {
    href: String,
    text: Option<String>,
}

pub(super) async fn enqueue(State(shared): State<Shared>, body: Bytes) -> Response {
    let sent = serde_json::from_slice::<Body>(&body);
    let outcome = match sent {
        Ok(sent) => enqueue_event(&shared, sent),
        Err(error) => Err(error.to_string()),
    };
    match outcome {
        Ok(key) => json_response(
            StatusCode::ACCEPTED,
            &json!({ "status": "success", "message": "Event processed", "dedup_key": key }),
        ),
        Err(why) => json_response(
            StatusCode::BAD_REQUEST,
            &json!({
                "status": "invalid event",
                "message": "Event object is invalid",
                "errors": [why],
            }),
        ),
    }
}

fn enqueue_event(shared: &Shared, sent: Body) -> Result<String, String> {
    let action = EventAction::from_str(&sent.event_action)
        .map_err(|_| "'event_action' is invalid".to_owned())?;
    let payload = match (sent.payload, &action) {
        (Some(payload), _) => check_payload(payload)?,
        (None, EventAction::Trigger) => return Err("'payload' is missing or blank".to_owned()),
        (None, _) => Payload {
            summary: String::new(),
            severity: "error".to_owned(),
            source: String::new(),
            custom_details: Value::Null,
        },
    };
    if sent.dedup_key.is_none() && action != EventAction::Trigger {
        return Err("'dedup_key' is missing or blank".to_owned());
    }
    shared.with(|world, now| {
        let service = world.service_for_key(&sent.routing_key);
        let service = service.ok_or_else(|| "'routing_key' is invalid".to_owned())?;
        let key = sent.dedup_key.unwrap_or_else(|| world.new_dedup_key());
        let links = links(sent.client, sent.client_url, sent.links);
        let event = IntegrationEvent {
            service,
            action,
            dedup_key: key.chars().take(MAX_KEY).collect(),
            summary: payload.summary,
            severity: payload.severity,
            details: payload.custom_details,
            links,
        };
        let done = world.enqueue(event, now);
        done.map_err(|refusal| refusal.to_string()).map(|()| key)
    })
}

/// Checks what the documentation requires of a payload.
fn check_payload(payload: Payload) -> Result<Payload, String> {
    if payload.summary.is_empty() || payload.source.is_empty() {
        return Err("'payload.summary' or 'payload.source' is missing or blank".to_owned());
    }
    if !SEVERITIES.contains(&payload.severity.as_str()) {
        return Err("'payload.severity' is invalid".to_owned());
    }
    Ok(payload)
}

fn links(client: Option<String>, url: Option<String>, more: Vec<Link>) -> Vec<(String, String)> {
    let named = url.map(|url| (url, client.unwrap_or_default()));
    let more = more
        .into_iter()
        .map(|it| (it.href, it.text.unwrap_or_default()));
    named.into_iter().chain(more).collect()
}
