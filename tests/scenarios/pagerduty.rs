//! PagerDuty's part of a situation. A person's id is their name in capitals; a policy's and a service's
//! id are their names.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use hubwatch::domain::alert::Alert;
use hubwatch::domain::answers::{IncidentsData, PrometheusData};
use hubwatch::domain::directory::{
    Directory, EscalationLevel, EscalationPolicy, MaintenanceWindow, OnCall, Strategy, User,
};
use hubwatch::domain::ids::CaseId;
use hubwatch::domain::incident::{
    Acknowledgement, AssignedVia, Assignment, Incident, IncidentAlert, IncidentStatus, LogEntry,
    LogKind, PendingAction, PendingKind, Person, Reference, Urgency, declaration_key,
};
use hubwatch::domain::labels::Labels;
use hubwatch::domain::source::{Part, PartName, PartProblem, ReadProgress, Slot};
use sha2::{Digest, Sha256};

use super::fleet::labels;
use super::script::{self, Situation};
use super::world::Times;

type Prometheuses = [Slot<PrometheusData>];

/// The incidents and their log.
pub fn incidents(
    told: &Situation,
    times: Times,
    prometheus: &Prometheuses,
) -> Result<IncidentsData, String> {
    let incidents = (1..)
        .zip(&told.incident)
        .map(|(number, told)| Ok(Arc::new(incident(number, told, times, prometheus)?)))
        .collect::<Result<_, String>>()?;
    let log = (1..)
        .zip(&told.log)
        .map(|(number, told)| Ok(Arc::new(entry(number, told, times)?)))
        .collect::<Result<_, String>>()?;
    Ok(IncidentsData { incidents, log })
}

fn person(name: &str) -> Person {
    Person {
        id: name.to_uppercase().as_str().into(),
        name: name.into(),
    }
}

fn named<I: for<'a> From<&'a str>>(name: &str) -> Reference<I> {
    Reference {
        id: name.into(),
        name: name.into(),
    }
}

fn incident(
    number: u64,
    told: &script::Incident,
    times: Times,
    prometheus: &Prometheuses,
) -> Result<Incident, String> {
    let status = told
        .status
        .unwrap_or(match (told.resolved, told.acks.is_empty()) {
            (Some(_), _) => IncidentStatus::Resolved,
            (None, false) => IncidentStatus::Acknowledged,
            (None, true) => IncidentStatus::Triggered,
        });
    let created = told.created.unwrap_or(-600);
    let assigned_at = times.wall(told.assigned_at.unwrap_or(created));
    let assignments = told.assigned.iter().map(|name| Assignment {
        at: assigned_at,
        to: person(name),
    });
    let acknowledgements = told.acks.iter().map(|(name, at)| Acknowledgement {
        at: times.wall(*at),
        by: person(name),
    });
    let pending = told.pending.iter().map(|(kind, at)| {
        Ok(PendingAction {
            kind: pending_kind(kind)?,
            at: times.wall(*at),
        })
    });
    let alerts = told
        .alerts
        .iter()
        .map(|told| details(told, times, prometheus));
    let declared = told.declared_for.as_ref();
    let declared = declared
        .map(|case| declaration(case, prometheus))
        .transpose()?;
    Ok(Incident {
        id: told.id.as_str().into(),
        number,
        title: told.title.clone(),
        url: None,
        status,
        urgency: if told.low {
            Urgency::Low
        } else {
            Urgency::High
        },
        service: told.service.as_deref().map(named),
        policy: told.policy.as_deref().map(named),
        priority: told.priority.as_deref().map(Into::into),
        created_at: times.wall(created),
        updated_at: told.updated.map(|at| times.wall(at)),
        resolved_at: told.resolved.map(|at| times.wall(at)),
        resolved_by: told.resolved_by.as_deref().map(person),
        assignments: assignments.collect(),
        assigned_via: Some(if told.direct {
            AssignedVia::DirectAssignment
        } else {
            AssignedVia::EscalationPolicy
        }),
        acknowledgements: acknowledgements.collect(),
        pending: pending.collect::<Result<_, String>>()?,
        unread_fields: told.unread_fields.iter().copied().collect(),
        incident_key: told.group.as_deref().map(hash).or(declared),
        triggered_alerts: None,
        conference: None,
        alerts: alerts.collect::<Result<_, String>>()?,
        alerts_known: !told.unread,
        log_known: !told.log_unread,
        priority_log_known: !told.log_unread,
    })
}

// The incident key with which the dashboard declares an incident for this case.
fn declaration(case: &str, prometheus: &Prometheuses) -> Result<String, String> {
    let case = match case.parse() {
        Ok(case) => case,
        Err(_) => CaseId::Alert(with_cluster(find_alert(case, prometheus)?).fingerprint()),
    };
    Ok(declaration_key(&case, "ADA 1"))
}

// The alert's labels with its cluster. If no label names the cluster, the Prometheus determines it.
fn with_cluster(alert: &Alert) -> Labels {
    let cluster = alert.cluster.iter().map(|name| ("cluster", name.as_str()));
    alert.labels.with_defaults(&labels(cluster))
}

fn find_alert<'a>(name: &str, prometheus: &'a Prometheuses) -> Result<&'a Alert, String> {
    let slots = prometheus.iter().filter_map(|slot| slot.body());
    let found = slots
        .flat_map(|says| &says.alerts)
        .find(|alert| alert.name() == name);
    found
        .map(|alert| &**alert)
        .ok_or(format!("no alert is called {name}"))
}

/// The dedup key that an Alertmanager makes of a group key.
fn hash(group: &str) -> String {
    let bytes = Sha256::digest(group);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn pending_kind(word: &str) -> Result<PendingKind, String> {
    match word {
        "escalate" => Ok(PendingKind::Escalate),
        "unacknowledge" => Ok(PendingKind::Unacknowledge),
        "resolve" => Ok(PendingKind::Resolve),
        "urgency_change" => Ok(PendingKind::UrgencyChange),
        other => Err(format!("nothing pending is called {other}")),
    }
}

fn details(
    told: &script::IncidentAlert,
    times: Times,
    prometheus: &Prometheuses,
) -> Result<IncidentAlert, String> {
    let find = |name: &String| find_alert(name, prometheus);
    let print = told.print_of.as_ref().map(find).transpose()?;
    let base = told.labels_of.as_ref().map(find).transpose()?;
    let words = told
        .labels
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let more = labels(words);
    let sets = match base {
        Some(alert) => vec![alert.labels.with_defaults(&more)],
        None if more.is_empty() => Vec::new(),
        None => vec![more],
    };
    Ok(IncidentAlert {
        id: "PALERT".to_owned(),
        resolved: told.resolved,
        alert_key: told.group.as_deref().map(hash),
        created_at: Some(times.wall(told.since.unwrap_or(-60))),
        suppressed: false,
        fingerprints: print.map(|alert| alert.fingerprint).into_iter().collect(),
        label_sets: sets,
    })
}

fn entry(number: u32, told: &script::Entry, times: Times) -> Result<LogEntry, String> {
    let to = || told.to.iter().map(|name| person(name)).collect();
    let kind = match told.kind.as_str() {
        "trigger" => LogKind::Trigger,
        "acknowledge" => LogKind::Acknowledge { timeout: None },
        "unacknowledge" => LogKind::Unacknowledge,
        "assign" => LogKind::Assign { to: to() },
        "escalate" => LogKind::Escalate { to: to() },
        "note" => LogKind::Annotate {
            text: told.text.clone(),
        },
        "snooze" => LogKind::Snooze {
            until: told.until.map(|at| times.wall(at)),
        },
        "unsnooze" => LogKind::Unsnooze,
        "field" => LogKind::FieldChange,
        // The priority changes from the first name of `to` to the second. An empty name means no priority.
        "priority" => {
            let mut names = told
                .to
                .iter()
                .map(|name| (!name.is_empty()).then(|| name.as_str().into()));
            LogKind::PriorityChange {
                from: names.next().flatten(),
                to: names.next().flatten(),
            }
        }
        "repeat" => LogKind::RepeatEscalation,
        other => return Err(format!("no entry of the log is called {other}")),
    };
    Ok(LogEntry {
        id: format!("R{number:04}"),
        incident: told.incident.as_str().into(),
        at: times.wall(told.at),
        kind,
        agent: told.by.as_deref().filter(|name| *name != "?").map(person),
        agent_known: told.by.as_deref() != Some("?"),
        channel: None,
        summary: String::new(),
    })
}

/// People, policies and the rota.
pub fn directory(told: script::Directory, times: Times) -> Directory {
    let users = told.users.iter().map(|(name, email)| User {
        person: person(name),
        email: Some(email.clone()),
        zone: None,
    });
    let shifts = told.policies.iter().flat_map(|(name, policy)| {
        policy.on_call.iter().map(move |shift| OnCall {
            policy: name.as_str().into(),
            level: shift.level,
            who: person(&shift.who),
            start: shift.from.map(|at| times.wall(at)),
            end: shift.until.map(|at| times.wall(at)),
        })
    });
    let windows = told.maintenance.iter().map(|window| MaintenanceWindow {
        id: "PWINDOW".to_owned(),
        start: times.wall(window.from),
        end: times.wall(window.until),
        services: window.services.iter().map(|name| named(name)).collect(),
        description: window.text.clone(),
    });
    Directory {
        priorities: told
            .priorities
            .iter()
            .map(|name| name.as_str().into())
            .collect(),
        users: users.collect(),
        policies: told
            .policies
            .iter()
            .filter(|(_, told)| !told.unlisted)
            .map(|(name, told)| policy(name, told))
            .collect(),
        services: Vec::new(),
        on_calls: shifts.collect(),
        maintenance: windows.collect(),
        me: told.me.as_deref().map(person),
    }
}

/// The default parts of PagerDuty's answer about incidents. All of them are fresh and complete.
pub fn incident_parts(times: Times) -> Vec<Part> {
    let names = [PartName::Incidents, PartName::Log, PartName::Alerts];
    names
        .map(|name| {
            part(
                name,
                &script::DirectoryPart {
                    age: Some(5),
                    ..Default::default()
                },
                times,
            )
        })
        .to_vec()
}

/// The parts that the situation itself describes.
pub fn some_parts(told: &BTreeMap<PartName, script::DirectoryPart>, times: Times) -> Vec<Part> {
    told.iter()
        .map(|(name, told)| part(*name, told, times))
        .collect()
}

fn part(name: PartName, told: &script::DirectoryPart, times: Times) -> Part {
    let mut part = Part::new(name);
    part.read_at = told
        .age
        .map(|age| times.moment(-i64::try_from(age).unwrap()));
    if told.absent {
        part.problem = Some(PartProblem::NotOffered("402".to_owned()));
    }
    if told.partial {
        part.problem = Some(PartProblem::Partial("10,000".to_owned()));
    }
    if let Some((read, all, time_left)) = told.reading {
        part.progress(ReadProgress {
            read,
            all,
            time_left: Some(Duration::from_secs(time_left)),
        });
    }
    if let Some(fail) = &told.fail {
        part.fail(fail.kind, fail.text.clone(), times.moment(fail.since));
    }
    part
}

fn policy(name: &str, told: &script::Policy) -> EscalationPolicy {
    let strategy = if told.round_robin {
        Strategy::RoundRobin
    } else {
        Strategy::Everyone
    };
    let levels = told.levels.iter().map(|delay| EscalationLevel {
        delay: Duration::from_secs(*delay),
        strategy,
    });
    EscalationPolicy {
        reference: named(name),
        loops: told.loops,
        levels: levels.collect(),
        services: if told.unused {
            Vec::new()
        } else {
            vec!["hubs".into()]
        },
    }
}
