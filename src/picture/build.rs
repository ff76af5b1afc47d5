//! The one function that makes a picture.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::TimeDelta;

use super::context::Context;
use super::maintenance::Maintenance;
use super::mismatch::{self, Mismatch, RuleInput};
use super::model::{PageView, Picture, SourceView};
use super::scope_filter::{self, PlaceFilter};
use super::verdict::{self, VerdictInput};
use super::{
    cases, fold, freshness, hubs, incidents, order, outages, posts, related, rota, since, skew,
};
use crate::domain::answers::Answers;
use crate::domain::case::Case;
use crate::domain::directory::Directory;
use crate::domain::ids::{CaseId, ServiceId};
use crate::domain::incident::Reference;
use crate::domain::mismatch::MismatchKind;
use crate::domain::now::Now;
use crate::domain::policy::Policy;
use crate::domain::source::Answer;

/// Joins, folds, judges and sorts all answers, as of `now`. Never fails: what is missing
/// is unknown, and says so.
pub fn build(answers: &Answers, policy: &Policy, now: Now) -> Picture {
    build_after(answers, policy, now, None)
}

/// The picture that follows another: no case in it began later than in the one before.
pub fn build_after(
    answers: &Answers,
    policy: &Policy,
    now: Now,
    previous: Option<&Picture>,
) -> Picture {
    build_corrected(answers, policy, now, None, previous)
}

/// The picture of a part of the fleet: only what is about the places to keep counts and is shown; of all of
/// it where `keep` is `None`.
///
/// Where our clock is wrong by the servers' clocks, all times in the picture are as a right one tells
/// them, and [`Picture::skew`] says by how much it was off.
pub fn build_scoped(
    answers: &Answers,
    policy: &Policy,
    now: Now,
    keep: Option<PlaceFilter<'_>>,
) -> Picture {
    build_corrected(answers, policy, now, keep, None)
}

fn build_corrected(
    answers: &Answers,
    policy: &Policy,
    now: Now,
    keep: Option<PlaceFilter<'_>>,
    previous: Option<&Picture>,
) -> Picture {
    let skew = skew::measure(answers, now);
    let keep_since = |cases: &mut [Case]| {
        if let Some(previous) = previous {
            since::keep_earliest(cases, previous, skew);
        }
    };
    if skew.is_zero() {
        return build_at(answers, policy, now, keep, &keep_since);
    }
    let corrected = skew::correct(answers, skew);
    let mut picture = build_at(
        &corrected,
        policy,
        now.with_wall_offset(skew),
        keep,
        &keep_since,
    );
    let measured = picture.sources.iter_mut();
    for ahead in measured.filter_map(|view| view.skew_seconds.as_mut()) {
        *ahead += skew.num_seconds();
    }
    Picture { skew, ..picture }
}

fn build_at(
    answers: &Answers,
    policy: &Policy,
    now: Now,
    keep: Option<PlaceFilter<'_>>,
    keep_since: &dyn Fn(&mut [Case]),
) -> Picture {
    let empty_directory = Directory::default();
    let context = Context::new(answers, policy, now, &empty_directory);
    let maintenance = Maintenance::current(&context);

    let joined = incidents::join(&context);
    let mut cases = cases::collect_cases(&context, joined, &maintenance);
    let evidence_by_hub = outages::evidence_by_hub(&cases);
    let mut clusters =
        hubs::cluster_views(&context, &context.sources, &maintenance, &evidence_by_hub);
    outages::attach_hubs_down(&context, &mut cases, &clusters);
    outages::date_by_ended_runs(&mut cases, &clusters);
    keep_since(&mut cases);
    related::relate(&mut cases);
    let public = posts::join(&context, &mut cases);
    for case in &mut cases {
        cases::finish(&context, case, public.public_told.get(&case.id));
    }
    let mut mismatches = mismatch::find(&RuleInput {
        context: &context,
        cases: &cases,
        clusters: &clusters,
        posts: &public,
        maintenance: &maintenance,
    });
    if let Some(keep) = keep {
        scope_filter::restrict(keep, &mut cases, &mut clusters, &mut mismatches);
    }
    let cases = sort_cases(cases, &mismatches, policy);
    outages::link_cases(&cases, &mut clusters);
    let verdict = verdict::judge(&VerdictInput {
        context: &context,
        sources: &context.sources,
        clusters: &clusters,
        cases: &cases,
        mismatches: &mismatches,
    });
    let owners = match &context.rota_gap {
        Some(gap) if !gap.is_partial => Vec::new(),
        _ => rota::policy_views(&context, &cases),
    };
    if let Some(flip) = freshness::earliest_state_change(answers, now) {
        context.expire_at(flip);
    }
    let folded = fold::fold_cases(&cases, &context);
    Picture {
        at: now,
        skew: TimeDelta::zero(),
        restricted_to: Vec::new(),
        valid_until: context.valid_until(),
        verdict,
        rows: folded.rows,
        small_storms: folded.small_storms,
        me: rota::me_view(&context, &owners, &cases),
        rota_gap: context.rota_gap.clone(),
        off_call: rota::off_call_holders(&owners, &cases),
        owners,
        unowned: unowned_cases(&cases),
        pages: page_views(answers, policy, &context.sources),
        clusters,
        sources: context.sources.clone(),
        mismatches,
        priorities: context.priorities.clone(),
        directory: directory(answers),
        services_by_alert: services_by_alert(&context),
        log: log(answers),
        cases,
    }
}

fn sort_cases(mut cases: Vec<Case>, mismatches: &[Mismatch], policy: &Policy) -> Vec<Arc<Case>> {
    let mut about: HashMap<&CaseId, Vec<MismatchKind>> = HashMap::new();
    for mismatch in mismatches {
        if let Some(case) = &mismatch.case {
            about.entry(case).or_default().push(mismatch.kind());
        }
    }
    for case in &mut cases {
        case.mismatches = about.remove(&case.id).unwrap_or_default();
        case.mismatches.dedup();
    }
    cases.sort_by(|a, b| order::compare(a, b, policy));
    cases.into_iter().map(Arc::new).collect()
}

fn unowned_cases(cases: &[Arc<Case>]) -> Vec<CaseId> {
    cases
        .iter()
        .filter(|case| case.unowned && case.owners_known)
        .filter(|case| case.muted_by.is_none() && !case.snoozed)
        .map(|case| case.id.clone())
        .collect()
}

fn page_views(answers: &Answers, policy: &Policy, sources: &[SourceView]) -> Vec<PageView> {
    answers
        .status_pages
        .iter()
        .filter_map(|slot| {
            let view = sources.iter().find(|view| view.id == slot.id)?;
            let body = slot.body();
            Some(PageView {
                id: slot.id.clone(),
                state: view.state,
                ownership: policy.page_ownership(&slot.id.name),
                headline: body.and_then(|page| page.headline.clone()),
                impacted: body.map(|page| page.impacted.clone()).unwrap_or_default(),
                posts: body
                    .map(|page| page.posts.iter().cloned().map(Arc::new).collect())
                    .unwrap_or_default(),
            })
        })
        .collect()
}

fn directory(answers: &Answers) -> Option<Arc<Answer<Directory>>> {
    answers.directory.as_ref()?.answer.clone()
}

fn log(answers: &Answers) -> Vec<Arc<crate::domain::incident::LogEntry>> {
    answers
        .incidents
        .iter()
        .filter_map(|slot| slot.body())
        .flat_map(|says| says.log.iter().cloned())
        .collect()
}

/// The service of the latest incident that carries an alert, by the alert's name. Only incidents that are
/// open, or were resolved in the last day, are known.
fn services_by_alert(context: &Context<'_>) -> BTreeMap<String, Reference<ServiceId>> {
    let bodies = context.answers.incidents.iter();
    let bodies = bodies.filter_map(|slot| slot.body());
    let mut incidents: Vec<_> = bodies.flat_map(|body| &body.incidents).collect();
    incidents.sort_by_key(|incident| incident.created_at);
    let mut services = BTreeMap::new();
    for incident in incidents {
        let sets = incident.alerts.iter().flat_map(|alert| &alert.label_sets);
        let names = sets.filter_map(|labels| labels.get("alertname"));
        for name in names {
            if let Some(service) = &incident.service {
                services.insert(name.to_owned(), service.clone());
            }
        }
    }
    services
}
