//! Builds a picture. Every picture comes from [`build`].

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::context::Context;
use super::maintenance::Maintenance;
use super::mismatch::{self, Mismatch, RuleInput};
use super::model::Picture;
use super::scope_filter::{self, PlaceFilter};
use super::verdict::{self, VerdictInput};
use super::views::{PageView, SourceView};
use super::{cases, fold, freshness, hubs, incidents, order, outages, posts, related, rota, skew};
use crate::domain::answers::Answers;
use crate::domain::case::Case;
use crate::domain::directory::Directory;
use crate::domain::ids::{CaseId, ServiceId};
use crate::domain::incident::Reference;
use crate::domain::mismatch::MismatchKind;
use crate::domain::now::Now;
use crate::domain::policy::Policy;
use crate::domain::source::Answer;

/// If a skew of more than this is measured after none was, cases do not keep their dates from the previous picture.
const MAX_SKEW_CHANGE: TimeDelta = TimeDelta::seconds(10);

/// The inputs of a picture besides the answers.
#[derive(Clone, Copy, Default)]
pub struct BuildOptions<'a> {
    /// The part of the fleet that counts and is shown; `None` for all of it.
    pub keep: Option<PlaceFilter<'a>>,
    /// The previous picture. A case never begins later than it did in the previous picture.
    pub previous: Option<&'a Picture>,
}

/// Joins, folds, judges and sorts all answers, as of `now`. Never fails: missing data is shown as unknown.
///
/// If our clock differs from the servers' clocks, all times in the picture use the servers' clocks. [`Picture::skew`]
/// is the difference.
pub fn build(answers: &Answers, policy: &Policy, now: Now, options: BuildOptions<'_>) -> Picture {
    let skew = skew::measure(answers, now);
    if skew.is_zero() {
        return build_at(answers, policy, now, skew, options);
    }
    let corrected = skew::correct(answers, skew);
    let now = now.with_wall_offset(skew);
    let mut picture = build_at(&corrected, policy, now, skew, options);
    let measured = picture.sources.iter_mut();
    for ahead in measured.filter_map(|view| view.skew_seconds.as_mut()) {
        *ahead += skew.num_seconds();
    }
    picture
}

fn build_at(
    answers: &Answers,
    policy: &Policy,
    now: Now,
    skew: TimeDelta,
    options: BuildOptions<'_>,
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
    if let Some(previous) = options.previous {
        keep_earliest(&mut cases, previous, skew);
    }
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
        foreign: mismatch::foreign_sources(&context),
    });
    if let Some(keep) = options.keep {
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
        skew,
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

/// Gives each case its date in the previous picture, if that date is earlier. The alert or failure that dated the case
/// may be over or unknown now, although the case continues. The dates of a picture with a measured skew are the servers',
/// so they stay right when our clock is set. Without a measured skew, a wrong clock may have dated the picture.
fn keep_earliest(cases: &mut [Case], previous: &Picture, skew: TimeDelta) {
    if previous.skew.is_zero() && skew.abs() > MAX_SKEW_CHANGE {
        return;
    }
    let mut known: HashMap<&CaseId, DateTime<Utc>> = HashMap::new();
    for case in &previous.cases {
        for id in std::iter::once(&case.id).chain(&case.aliases) {
            known.insert(id, case.since);
        }
    }
    for case in cases {
        let before = std::iter::once(&case.id).chain(&case.aliases);
        if let Some(since) = before.filter_map(|id| known.get(id)).min() {
            case.since = case.since.min(*since);
        }
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

/// For each alert name, the service of the alert's latest incident. Only two groups of incidents are known: the open
/// ones, and those that were resolved in the last day.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::HubKey;
    use crate::picture::cases::empty_case;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    fn picture(cases: Vec<Case>) -> Picture {
        let now = Now {
            wall: at(1000),
            mono: std::time::Duration::ZERO,
        };
        Picture {
            cases: cases.into_iter().map(Arc::new).collect(),
            ..build(
                &Answers::default(),
                &Policy::default(),
                now,
                BuildOptions::default(),
            )
        }
    }

    fn hub() -> CaseId {
        CaseId::Hub(HubKey::new("leap", "prod"))
    }

    fn incident() -> CaseId {
        CaseId::Incident("Q1".into())
    }

    fn since(previous: Vec<Case>, case: Case, skew: i64) -> i64 {
        let mut cases = [case];
        keep_earliest(&mut cases, &picture(previous), TimeDelta::seconds(skew));
        (cases[0].since - DateTime::UNIX_EPOCH).num_seconds()
    }

    #[test]
    fn an_outage_is_as_old_as_it_was_before_its_page_came_and_its_hub_recovered() {
        let failing = empty_case(hub(), at(100));
        let paged = Case {
            aliases: vec![hub()],
            ..empty_case(incident(), at(100))
        };
        let recovered = empty_case(incident(), at(300));
        assert_eq!(since(vec![paged], recovered.clone(), 0), 100);
        let paged_late = Case {
            aliases: vec![hub()],
            ..recovered
        };
        assert_eq!(since(vec![failing], paged_late, 0), 100);
    }

    #[test]
    fn a_case_that_was_not_shown_is_dated_by_its_own_evidence() {
        let other = empty_case(CaseId::Incident("Q2".into()), at(100));
        assert_eq!(since(vec![other], empty_case(incident(), at(300)), 0), 300);
    }

    #[test]
    fn a_case_gets_older_when_more_is_known() {
        let before = empty_case(incident(), at(300));
        assert_eq!(since(vec![before], empty_case(incident(), at(100)), 0), 100);
    }

    #[test]
    fn a_clock_that_was_wrong_dates_nothing() {
        let before = empty_case(incident(), at(100));
        let now = empty_case(incident(), at(3700));
        assert_eq!(since(vec![before], now, 3600), 3700);
    }
}
