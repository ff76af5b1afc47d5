use super::*;
use crate::domain::incident::{IncidentAlert, IncidentStatus, Urgency};
use crate::domain::source::{SourceId, SourceKind};

fn now(second: u64) -> Now {
    let mono = Duration::from_secs(second);
    Now {
        wall: DateTime::UNIX_EPOCH + mono,
        mono,
    }
}

fn incident(id: &str, status: IncidentStatus, updated: Option<u64>) -> Incident {
    Incident {
        id: id.into(),
        number: 1,
        title: "a hub is down".into(),
        url: None,
        status,
        urgency: Urgency::High,
        service: None,
        policy: None,
        priority: None,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: updated.map(|second| now(second).wall),
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
        alerts_known: false,
        log_known: false,
        priority_log_known: false,
    }
}

fn polled(began: u64, incidents: Vec<Incident>) -> Slot<IncidentsData> {
    let id = SourceId::new(SourceKind::Pagerduty, "");
    let mut slot = Slot::waiting(id, Duration::from_secs(20));
    slot.succeed(Answer::new(
        now(began),
        now(began + 1),
        None,
        IncidentsData {
            incidents: incidents.into_iter().map(Arc::new).collect(),
            log: Vec::new(),
        },
    ));
    slot
}

fn statuses(slot: &Slot<IncidentsData>) -> Vec<IncidentStatus> {
    let all = &slot.body().unwrap().incidents;
    all.iter().map(|one| one.status).collect()
}

use IncidentStatus::{Acknowledged, Resolved, Triggered};

fn acknowledged(updated: Option<u64>) -> RecentWrites {
    let read_back = RecentWrites::default();
    let incident = Arc::new(incident("Q1", Acknowledged, updated));
    read_back.record(&incident, now(10));
    read_back
}

#[test]
fn an_older_poll_is_amended_and_keeps_what_else_it_knew() {
    for updated in [(None, None), (Some(9), Some(9)), (Some(9), Some(3))] {
        let mut old = incident("Q1", Triggered, updated.1);
        old.alerts = vec![IncidentAlert {
            id: "A1".into(),
            resolved: false,
            alert_key: None,
            created_at: None,
            suppressed: false,
            fingerprints: Vec::new(),
            label_sets: Vec::new(),
        }];
        old.alerts_known = true;
        let other = incident("Q2", Resolved, None);
        let mut slot = polled(8, vec![old, other]);
        acknowledged(updated.0).apply(&mut slot);
        assert_eq!(statuses(&slot), [Acknowledged, Resolved], "{updated:?}");
        let amended = &slot.body().unwrap().incidents[0];
        assert!(amended.alerts.len() == 1 && amended.alerts_known);
    }
}

#[test]
fn a_later_poll_counts_unless_it_lags_behind() {
    let read_back = acknowledged(Some(9));
    for (updated, shown) in [(9, Resolved), (12, Resolved), (8, Acknowledged)] {
        let mut slot = polled(11, vec![incident("Q1", Resolved, Some(updated))]);
        read_back.apply(&mut slot);
        assert_eq!(statuses(&slot), [shown], "{updated}");
    }
    let mut late = polled(41, vec![incident("Q1", Triggered, Some(8))]);
    read_back.apply(&mut late);
    assert_eq!(statuses(&late), [Triggered], "nothing lags for so long");
}

#[test]
fn what_was_opened_is_shown_before_a_poll_names_it() {
    let read_back = acknowledged(None);
    let mut slot = polled(9, Vec::new());
    read_back.apply(&mut slot);
    assert_eq!(statuses(&slot), [Acknowledged]);
    let mut slot = polled(11, Vec::new());
    read_back.apply(&mut slot);
    assert_eq!(
        statuses(&slot),
        [],
        "a later one that does not know it counts"
    );
}
