//! The one function that makes a picture.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::TimeDelta;

use super::cases;
use super::context::Context;
use super::fold;
use super::freshness;
use super::hubs;
use super::incidents;
use super::maintenance::Maintenance;
use super::mismatch::{self, Seen};
use super::model::{PageView, Picture, SourceView};
use super::order;
use super::outages;
use super::part::{self, Keep};
use super::posts;
use super::related;
use super::rota;
use super::skew;
use super::verdict::{self, Judged};
use crate::domain::answers::Answers;
use crate::domain::case::Case;
use crate::domain::directory::Directory;
use crate::domain::ids::CaseId;
use crate::domain::mismatch::{Mismatch, MismatchKind};
use crate::domain::now::Now;
use crate::domain::policy::Policy;
use crate::domain::source::Answer;

/// Joins, folds, judges and sorts everything that was heard, as of `now`. Never fails: what is missing
/// is unknown, and says so.
pub fn build(answers: &Answers, policy: &Policy, now: Now) -> Picture {
    build_part(answers, policy, now, &|_| true)
}

/// The picture of a part of the fleet: only what is about the places to keep counts and is shown.
///
/// Where our clock is wrong by the servers' clocks, all times in the picture are as a right one tells
/// them, and [`Picture::skew`] says by how much it was off.
pub fn build_part(answers: &Answers, policy: &Policy, now: Now, keep: Keep<'_>) -> Picture {
    let skew = skew::measured(answers, now);
    if skew.is_zero() {
        return build_by_clock(answers, policy, now, keep);
    }
    let corrected = skew::corrected(answers, skew);
    let mut picture = build_by_clock(&corrected, policy, now.with_wall_offset(skew), keep);
    let measured = picture.sources.iter_mut();
    for ahead in measured.filter_map(|view| view.skew_seconds.as_mut()) {
        *ahead += skew.num_seconds();
    }
    Picture { skew, ..picture }
}

fn build_by_clock(answers: &Answers, policy: &Policy, now: Now, keep: Keep<'_>) -> Picture {
    let nobody = Directory::default();
    let context = Context::new(answers, policy, now, &nobody);
    let sources = freshness::views(answers, now);
    let maintenance = Maintenance::now(&context);

    let joined = incidents::join(&context);
    let mut cases = cases::draft(&context, joined, &maintenance);
    let on_hubs = outages::on_hubs(&cases);
    let mut clusters = hubs::clusters(&context, &sources, &maintenance, &on_hubs);
    outages::attach(&context, &mut cases, &clusters);
    related::relate(&mut cases);
    let public = posts::join(&context, &mut cases);
    for case in &mut cases {
        cases::finish(&context, case);
    }
    let mut mismatches = mismatch::find(&Seen {
        context: &context,
        cases: &cases,
        clusters: &clusters,
        public: &public,
        maintenance: &maintenance,
    });
    part::restrict(keep, &mut cases, &mut clusters, &mut mismatches);
    let cases = sorted(cases, &mismatches, policy);
    outages::name_cases(&cases, &mut clusters);
    let verdict = verdict::judge(&Judged {
        context: &context,
        sources: &sources,
        clusters: &clusters,
        cases: &cases,
        mismatches: &mismatches,
    });
    let owners = rota::policies(&context, &cases);
    if let Some(flip) = freshness::flips(answers, now) {
        context.flips_at(flip);
    }
    let folded = fold::fold(&cases, &context);
    Picture {
        at: now,
        skew: TimeDelta::zero(),
        valid_until: context.horizon(),
        verdict,
        rows: folded.rows,
        embers: folded.embers,
        me: rota::me(&context, &owners, &cases),
        owners,
        unheld: unheld(&cases),
        pages: pages(answers, &sources),
        clusters,
        sources,
        mismatches,
        priorities: context.priorities.clone(),
        directory: directory(answers),
        log: log(answers),
        cases,
    }
}

fn sorted(mut cases: Vec<Case>, mismatches: &[Mismatch], policy: &Policy) -> Vec<Arc<Case>> {
    let mut about: HashMap<&CaseId, Vec<MismatchKind>> = HashMap::new();
    for mismatch in mismatches {
        if let Some(case) = &mismatch.case {
            about.entry(case).or_default().push(mismatch.kind);
        }
    }
    for case in &mut cases {
        case.mismatches = about.remove(&case.id).unwrap_or_default();
        case.mismatches.dedup();
    }
    cases.sort_by(|a, b| order::compare(a, b, policy));
    cases.into_iter().map(Arc::new).collect()
}

fn unheld(cases: &[Arc<Case>]) -> Vec<CaseId> {
    cases
        .iter()
        .filter(|case| case.unowned && case.owners_known)
        .filter(|case| case.muted_by.is_none() && !case.snoozed)
        .map(|case| case.id.clone())
        .collect()
}

fn pages(answers: &Answers, sources: &[SourceView]) -> Vec<PageView> {
    answers
        .status_pages
        .iter()
        .filter_map(|slot| {
            let view = sources.iter().find(|view| view.id == slot.id)?;
            let body = slot.body();
            Some(PageView {
                id: slot.id.clone(),
                state: view.state,
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
