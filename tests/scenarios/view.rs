//! A picture as a tree of plain words, to be compared with a situation. Words and names are those of
//! `check --format json`. Times are seconds from the situation's start.

use chrono::{DateTime, Utc};
use hubwatch::domain::case::{Case, DoubtfulSilence, Owner, OwnerKind, Place};
use hubwatch::domain::checklist::{ChecklistItem, StepState};
use hubwatch::domain::clock::Clock;
use hubwatch::domain::ids::CaseId;
use hubwatch::picture::mismatch::Mismatch;
use hubwatch::picture::{HubView, MyShift, OnCallView, Picture, Row, SourceView, Storm};
use hubwatch::text::context::TextContext;
use hubwatch::text::symbols::UNICODE;
use hubwatch::wording;
use serde_json::{Map, Value, json};

/// The whole picture.
pub fn of(picture: &Picture) -> Value {
    let cases = picture.cases.iter();
    let cases: Map<String, Value> = cases
        .map(|shown| (handle(picture, &shown.id), case(picture, shown)))
        .collect();
    let order = picture.cases.iter().map(|case| handle(picture, &case.id));
    let hubs = picture.hubs();
    let hubs: Map<String, Value> = hubs
        .map(|shown| (shown.spec.key.to_string(), hub(picture, shown)))
        .collect();
    let sources = picture.sources.iter();
    let sources: Map<String, Value> = sources
        .map(|source| (source.id.to_string(), json!(source.state)))
        .collect();
    json!({
        "verdict": picture.verdict.level,
        "complete": picture.verdict.complete,
        "valid_for": picture.valid_until.map(|until| (until - picture.at.wall).num_seconds()),
        "sources": sources,
        "rota": picture.owners.iter().map(|policy| &policy.name).collect::<Vec<_>>(),
        "rota_gap": rota_gap(picture),
        "me": picture.me.as_ref().map(|me| match me.shift {
            MyShift::NotKnown => "not known".to_owned(),
            MyShift::Off => "off".to_owned(),
            MyShift::Always => "always".to_owned(),
            MyShift::Until(until) => format!("until {}", (until - picture.at.wall).num_seconds()),
        }),
        "me_next": picture.me.as_ref().and_then(|me| me.next.as_ref()).map_or("none".to_owned(), |next| {
            let nobody = if next.nobody_before { " after nobody" } else { "" };
            let from = next.from.map(|from| format!(" from {}", (from - picture.at.wall).num_seconds()));
            format!("{}{}{nobody}", next.name, from.unwrap_or_default())
        }),
        "on_call": people(&mut picture.owners.iter().flat_map(|policy| &policy.levels).flat_map(|level| &level.on_call)),
        "off_call": people(&mut picture.off_call.iter()),
        "missing": picture.sources.iter().flat_map(SourceView::missing_parts).map(|part| part.name).collect::<Vec<_>>(),
        "hubs": hubs,
        "order": order.collect::<Vec<_>>(),
        "cases": cases,
        "mismatches": mismatches(picture),
        "said": said(picture),
        "folds": folds(picture),
        "storms": storms(picture),
        "small_storms": picture.small_storms.iter().map(|storm| format!("{} ×{}", storm.key, storm.cases.len())).collect::<Vec<_>>(),
        "unheld": picture.unowned.iter().map(|id| handle(picture, id)).collect::<Vec<_>>(),
    })
}

// `Bo 3 + 1`: Bo holds 3 acknowledged cases, and 1 case that nobody has acknowledged.
fn people(all: &mut dyn Iterator<Item = &OnCallView>) -> Vec<String> {
    let said = all.map(|who| {
        let held = who.held_cases.len() - who.unacknowledged;
        format!("{} {held} + {}", who.who.name, who.unacknowledged)
    });
    said.collect()
}

// The part of the rota that is missing: `oncalls`. A part with only some of its items is `oncalls (partial)`.
fn rota_gap(picture: &Picture) -> Option<String> {
    let gap = picture.rota_gap.as_ref()?;
    let partial = if gap.is_partial { " (partial)" } else { "" };
    Some(format!("{}{partial}", gap.part))
}

// The case's name in a scenario. The case of an alert is named `alert:NAME@leap/prod`, since an alert's fingerprint
// says nothing to a reader.
fn handle(picture: &Picture, id: &CaseId) -> String {
    let named = picture.cases.iter().find(|case| case.id == *id);
    match (id, named) {
        (CaseId::Alert(_), Some(case)) => {
            format!(
                "alert:{}@{}",
                case.title,
                case.places.iter().map(place).collect::<Vec<_>>().join("+")
            )
        }
        _ => id.to_string(),
    }
}

fn place(place: &Place) -> String {
    let cluster = place.cluster.as_ref().map_or("?", |name| name.as_str());
    match &place.hub {
        Some(hub) => format!("{cluster}/{hub}"),
        None => cluster.to_owned(),
    }
}

fn case(picture: &Picture, case: &Case) -> Value {
    let now = picture.at.wall;
    let clocks = case.clocks.iter().map(|shown| clock(shown, now));
    let alerts = case.alerts.iter();
    let posts = case.posts.iter();
    json!({
        "title": case.title,
        "where": case.places.iter().map(place).collect::<Vec<_>>(),
        "priority": case.priority.as_ref().map(ToString::to_string),
        "source": case.priority_source,
        "severity": case.severity,
        "owners": case.owners.iter().map(owner).collect::<Vec<_>>(),
        "unowned": case.unowned,
        "owners_known": case.owners_known,
        "acknowledged_by": case.acknowledged_by,
        "clock": case.clock.as_ref().map(|shown| clock(shown, now)),
        "clocks": sorted(clocks.collect()),
        "joined_by": sorted(alerts.map(|alert| format!("{}: {}", alert.alert.name(), alert.joined_by)).collect()),
        "posts": sorted(posts.map(|post| format!("{}: {}", post.post.id, word(&post.joined_by))).collect()),
        "outage": case.checklist.iter().map(|item| step(item, now)).collect::<Vec<_>>(),
        "mismatches": case.mismatches,
        "since": (case.since - now).num_seconds(),
        "unacknowledged": case.is_unacknowledged(),
        "no_escalation": case.no_escalation().map(|why| format!("{why:?}")),
        "clock_note": wording::case::clock_note(case, &ctx(picture)).map(|(_, text)| text),
        "snoozed": case.snoozed,
        "quiet": case.muted_by.map(|quiet| format!("{quiet:?}").to_lowercase()),
        "may_be_suppressed": case.alerts.iter().any(|alert| alert.doubtful_silence == Some(DoubtfulSilence::ClusterNotKnown)),
        "silenced_in": case.alerts.iter().find_map(|alert| match &alert.doubtful_silence {
            Some(DoubtfulSilence::OtherCluster(cluster)) => Some(cluster.to_string()),
            _ => None,
        }),
        "closed": case.closed_while_firing.as_ref().map(|closed| closed.by.clone().unwrap_or_default()),
        "aliases": case.aliases.iter().filter(|id| !matches!(id, CaseId::Alert(_))).map(|id| handle(picture, id)).collect::<Vec<_>>(),
        "alert_aliases": case.aliases.iter().filter(|id| matches!(id, CaseId::Alert(_))).count(),
        "related": sorted(case.related.iter().map(|id| handle(picture, id)).collect()),
        "hub_down": case.hub_down.as_ref().map(|(key, _)| key.to_string()),
        "not_fresh": case.not_fresh.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

// "acknowledged: Ada -300", "channel: said by Bo -200 https://…", "posted: no", "validated: ?".
fn step(item: &ChecklistItem, now: DateTime<Utc>) -> String {
    let state = match &item.state {
        StepState::NotDone => "no".to_owned(),
        StepState::NotKnown => "?".to_owned(),
        StepState::Done(done) => {
            let said = if done.is_by_note { "said by " } else { "" };
            let by = done.by.as_deref().unwrap_or("yes");
            let at = done.at.map(|at| (at - now).num_seconds().to_string());
            let at = at.unwrap_or("?".to_owned());
            let detail = done.detail.as_deref().unwrap_or_default();
            format!("{said}{by} {at} {detail}").trim_end().to_owned()
        }
    };
    format!("{}: {state}", item.step)
}

fn word(value: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).unwrap();
    value.as_str().unwrap_or_default().to_owned()
}

fn sorted(mut words: Vec<String>) -> Vec<String> {
    words.sort();
    words
}

// `Ada`, `support (placeholder)`, `Ada via Outages 1`.
fn owner(owner: &Owner) -> String {
    let mut words = owner.who.name.to_string();
    words.push_str(match owner.kind {
        OwnerKind::Person => "",
        OwnerKind::Unknown => " (unknown)",
        OwnerKind::Placeholder => " (placeholder)",
    });
    if let Some(via) = &owner.via {
        words.push_str(&format!(" via {via}"));
    }
    if let Some(level) = owner.level {
        words.push_str(&format!(" {level}"));
    }
    words
}

// `escalates 600 to Bo`, `time_box 1200 (estimate)`.
fn clock(clock: &Clock, now: DateTime<Utc>) -> String {
    let mut words = format!("{} {}", clock.kind, clock.remaining(now).num_seconds());
    if !clock.to.is_empty() {
        words.push_str(&format!(" to {}", clock.to.join(", ")));
    }
    if clock.estimate {
        words.push_str(" (estimate)");
    }
    words
}

fn ctx(picture: &Picture) -> TextContext {
    TextContext {
        now: picture.at,
        zone: hubwatch::domain::zone::Zone::UTC,
        symbols: &UNICODE,
    }
}

fn hub(picture: &Picture, hub: &HubView) -> Value {
    let ctx = ctx(picture);
    let evidence = hub.evidence.iter();
    json!({
        "health": hub.health,
        "evidence": evidence.map(|piece| wording::evidence::describe(piece, &ctx).text).collect::<Vec<_>>(),
        "maintenance": hub.maintenance,
        "since": hub.since.map(|since| (since - picture.at.wall).num_seconds()),
        "signals_stale": hub.signals_stale,
        "cases": hub.cases.iter().map(|id| handle(picture, id)).collect::<Vec<_>>(),
    })
}

// `page_missing pd:Q1`, `blind_spot leap/prod (muted)`.
fn mismatches(picture: &Picture) -> Vec<String> {
    let found = picture.mismatches.iter();
    let words = found.map(|mismatch| {
        let muted = if mismatch.muted { " (muted)" } else { "" };
        format!("{}{muted}", about(picture, mismatch))
    });
    sorted(words.collect())
}

fn about(picture: &Picture, mismatch: &Mismatch) -> String {
    let about = match (&mismatch.case, &mismatch.subject) {
        (Some(id), _) => handle(picture, id),
        (None, subject) => subject.clone().unwrap_or_default(),
    };
    format!("{} {about}", mismatch.kind())
}

// `stale_post N1: 'FleetFiles' posted since Tue, no P1 needs it: take it down`.
fn said(picture: &Picture) -> Vec<String> {
    let ctx = ctx(picture);
    let words = picture.mismatches.iter().map(|mismatch| {
        let sentence = mismatch
            .describe(hubwatch::text::TextLength::Long, &ctx)
            .text;
        format!("{}: {sentence}", about(picture, mismatch))
    });
    sorted(words.collect())
}

fn all_storms(picture: &Picture) -> impl Iterator<Item = &Storm> {
    picture.rows.iter().filter_map(|row| match row {
        Row::Storm(storm) => Some(storm),
        Row::Case(_) => None,
    })
}

// `restarted: all staging · began within 1m; not reached: c4/staging`.
fn storms(picture: &Picture) -> Vec<String> {
    let case_at = |at: usize| picture.cases.get(at).map(|case| case.as_ref());
    let words = all_storms(picture).map(|storm| {
        let shares = wording::storm::shared_traits(storm, &UNICODE);
        let odd = storm.outlier.as_ref();
        let odd = odd.and_then(|odd| wording::storm::outlier(odd, case_at));
        let odd = odd.map(|odd| format!("; {odd}")).unwrap_or_default();
        format!("{}: {shares}{odd}", storm.key)
    });
    words.collect()
}

fn folds(picture: &Picture) -> Vec<String> {
    let words = all_storms(picture).map(|storm| {
        let scope = match &storm.scope {
            hubwatch::picture::StormScope::Cluster(name) => name.to_string(),
            hubwatch::picture::StormScope::Provider(name) => name.clone(),
            hubwatch::picture::StormScope::Fleet => "the fleet".to_owned(),
        };
        format!(
            "{} ×{}: {} of {} of {scope}",
            storm.title,
            storm.cases.len(),
            storm.affected,
            storm.total
        )
    });
    words.collect()
}
