//! Small pictures for tests of the model and the view.

pub(crate) mod action_flow;
pub(crate) mod owed;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::action::Context;
use super::key::Key;
use super::model::{Model, SessionOptions, Viewport};
use super::msg::Msg;
use super::update::update;
use crate::app::effect::UpdateResult;
use crate::domain::case::{Case, Place, Rank};
use crate::domain::hub::{Health, HubSpec, Signals, Tier};
use crate::domain::ids::{CaseId, ClusterName, HubKey};
use crate::domain::incident::{Incident, IncidentStatus, Urgency};
use crate::domain::now::Now;
use crate::domain::policy::Policy;
use crate::domain::post::{Post, PostKind};
use crate::domain::source::{SourceId, SourceKind, SourceState};
use crate::domain::verdict::VerdictLevel;
use crate::picture::{
    ClusterView, HubView, Picture, Row, SourceView, Storm, StormKind, StormScope, Verdict,
};

/// 2026-11-22 03:12:00 UTC, a Sunday.
pub(crate) fn now() -> Now {
    Now {
        wall: DateTime::from_timestamp(1_795_317_120, 0).unwrap(),
        mono: Duration::from_secs(3600),
    }
}

/// The time `minutes` before [`now`], or after it if `minutes` is negative.
pub(crate) fn minutes_ago(minutes: i64) -> DateTime<Utc> {
    now().wall - TimeDelta::minutes(minutes)
}

/// The time `seconds` before [`now`], on both clocks.
pub(crate) fn seconds_ago(seconds: u64) -> Now {
    let span = Duration::from_secs(seconds);
    Now {
        wall: now().wall - span,
        mono: now().mono.saturating_sub(span),
    }
}

/// A source without any data except its state.
pub(crate) fn source_view(kind: SourceKind, name: &str, state: SourceState) -> SourceView {
    SourceView {
        id: SourceId::new(kind, name),
        state,
        requested_at: None,
        interval: Duration::from_secs(20),
        latency: None,
        failure: None,
        rate: None,
        skew_seconds: None,
        items: 0,
        parts: Vec::new(),
        missing_rules: Vec::new(),
    }
}

/// An open post without times or places.
pub(crate) fn post(id: &str, kind: PostKind, title: &str) -> Post {
    Post {
        id: id.into(),
        page: "Hubs".to_owned(),
        kind,
        title: title.to_owned(),
        status: "investigating".to_owned(),
        status_known: true,
        open: true,
        since: None,
        updated: None,
        starts: None,
        ends: None,
        services: Vec::new(),
        linked: None,
        message: String::new(),
        url: None,
    }
}

/// An empty picture.
pub(crate) fn picture() -> Picture {
    Picture {
        at: now(),
        skew: chrono::TimeDelta::zero(),
        restricted_to: Vec::new(),
        valid_until: None,
        verdict: Verdict {
            level: VerdictLevel::Ok,
            complete: true,
            reasons: Vec::new(),
        },
        sources: Vec::new(),
        clusters: Vec::new(),
        cases: Vec::new(),
        rows: Vec::new(),
        small_storms: Vec::new(),
        off_call: Vec::new(),
        rota_gap: None,
        services_by_alert: std::collections::BTreeMap::new(),
        owners: Vec::new(),
        unowned: Vec::new(),
        pages: Vec::new(),
        mismatches: Vec::new(),
        me: None,
        priorities: ["P1", "P2", "P3"].map(Into::into).to_vec(),
        directory: None,
        log: Vec::new(),
    }
}

/// The id of a case that is named by its incident.
pub(crate) fn id(incident: &str) -> CaseId {
    CaseId::Incident(incident.into())
}

/// A case of `incident` at a place, without further data.
pub(crate) fn case(incident: &str, title: &str, cluster: &str, hub: &str) -> Case {
    Case {
        id: id(incident),
        aliases: Vec::new(),
        related: Vec::new(),
        title: title.to_owned(),
        places: vec![Place {
            cluster: Some(cluster.into()),
            hub: Some(hub.into()),
        }],
        priority: None,
        priority_source: None,
        rank: Rank::Unranked,
        severity: None,
        since: minutes_ago(12),
        snoozed: false,
        owners: Vec::new(),
        unowned: true,
        owners_known: true,
        acknowledged_by: Vec::new(),
        clock: None,
        clocks: Vec::new(),
        alerts: Vec::new(),
        incident: None,
        closed_while_firing: None,
        hub_down: None,
        posts: Vec::new(),
        checklist: Vec::new(),
        mismatches: Vec::new(),
        muted_by: None,
        not_fresh: Vec::new(),
    }
}

/// An open incident without further data.
pub(crate) fn incident(id: &str) -> Incident {
    Incident {
        id: id.into(),
        number: 1,
        title: String::new(),
        url: None,
        status: IncidentStatus::Triggered,
        urgency: Urgency::High,
        service: None,
        policy: None,
        priority: None,
        created_at: minutes_ago(12),
        updated_at: None,
        resolved_at: None,
        resolved_by: None,
        assignments: Vec::new(),
        assigned_via: None,
        acknowledgements: Vec::new(),
        pending: Vec::new(),
        unread_fields: Default::default(),
        incident_key: None,
        triggered_alerts: None,
        conference: None,
        alerts: Vec::new(),
        alerts_known: true,
        log_known: true,
        priority_log_known: true,
    }
}

/// A picture with these cases, one row each.
pub(crate) fn with_cases(cases: impl IntoIterator<Item = Case>) -> Picture {
    let cases: Vec<_> = cases.into_iter().map(Arc::new).collect();
    Picture {
        rows: (0..cases.len()).map(Row::Case).collect(),
        cases,
        ..picture()
    }
}

/// Folds the cases from index `first` on into one storm. The storm becomes the last row.
pub(crate) fn with_storm(mut picture: Picture, key: &str, first: usize) -> Picture {
    let cases: Vec<usize> = (first..picture.cases.len()).collect();
    picture.rows.truncate(first);
    picture.rows.push(Row::Storm(storm_of(key, cases)));
    picture
}

/// A storm of these cases.
pub(crate) fn storm_of(key: &str, cases: Vec<usize>) -> Storm {
    Storm {
        key: key.to_owned(),
        kind: StormKind::Alert,
        title: key.to_owned(),
        scope: StormScope::Provider("aws".to_owned()),
        affected: cases.len(),
        total: 20,
        cases,
        shared: Vec::new(),
        outlier: None,
        spread: TimeDelta::zero(),
    }
}

/// A hub with this health.
pub(crate) fn hub(cluster: &str, name: &str, health: Health) -> HubView {
    HubView {
        spec: HubSpec {
            key: HubKey::new(cluster, name),
            tier: Tier::from_name(name),
            domain: Some(format!("{name}.{cluster}.example")),
            health_url: None,
            expected_status: 200,
            expects_hub_header: true,
        },
        health,
        evidence: Vec::new(),
        since: None,
        maintenance: false,
        probe: None,
        signals: Signals::default(),
        signals_stale: false,
        cases: Vec::new(),
    }
}

/// A cluster with its hubs.
pub(crate) fn cluster(name: &str, provider: &str, hubs: Vec<HubView>) -> ClusterView {
    ClusterView {
        name: ClusterName::from(name),
        provider: Some(provider.to_owned()),
        hubs,
        prometheus: None,
    }
}

/// A model without a picture.
pub(crate) fn model() -> Model {
    let session = SessionOptions {
        demo: false,
        read_only: false,
        zone: crate::domain::zone::Zone::UTC,
    };
    let policy = Policy {
        pagerduty_api: Some("https://api.pagerduty.com".to_owned()),
        ..Policy::default()
    };
    Model::new(Arc::new(policy), session)
}

/// A model that shows a picture.
pub(crate) fn model_showing(picture: Picture) -> Model {
    let mut model = model();
    show_picture(&mut model, picture);
    model
}

/// Shows the model a new picture.
pub(crate) fn show_picture(model: &mut Model, picture: Picture) -> UpdateResult {
    update(model, Msg::Picture(Arc::new(picture)), now())
}

/// Presses the keys, which are separated by spaces. After each key the screen is drawn; its text must fit.
pub(crate) fn press(model: &mut Model, keys: &str) -> UpdateResult {
    let mut last = UpdateResult::default();
    for key in keys.split(' ') {
        let key: Key = key.parse().unwrap();
        last = update(model, Msg::Key(key), now());
        if model.context() == Context::Confirm {
            model.set_viewport(Viewport {
                max_overlay_scroll: Some(0),
                ..model.viewport.clone()
            });
        }
    }
    last
}
