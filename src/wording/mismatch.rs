//! A contradiction between the sources, in one sentence: the long form stands alone, the short one
//! beside the thing it is about.

use chrono::{DateTime, Utc};

use crate::domain::mismatch::{Mismatch, MismatchDetail, MismatchKind};

use crate::text::context::{ExpiringText, TextContext, TextLength};
use crate::text::dates::{short_day, short_time};
use crate::text::durations::age_since;
use crate::text::sanitize::clean;

/// What contradicts what.
pub fn describe(mismatch: &Mismatch, form: TextLength, ctx: &TextContext) -> ExpiringText {
    match form {
        TextLength::Long => describe_long(mismatch, ctx),
        TextLength::Short => describe_short(mismatch),
    }
}

fn describe_short(mismatch: &Mismatch) -> ExpiringText {
    let text = match &mismatch.detail {
        MismatchDetail::RuleFailing { source, .. } => format!("a rule of {source} fails"),
        MismatchDetail::RulesNotEvaluated { source, .. } => format!("{source} evaluates no rules"),
        MismatchDetail::PartialData { source, .. } => format!("{source} answers in part"),
        MismatchDetail::SignalQueryFailed { signal, .. } => format!("signal {signal} is broken"),
        MismatchDetail::WatchesNothing { source } => format!("{source} watches nothing"),
        MismatchDetail::SeriesMissing { hub } => format!("{hub}: metrics missing"),
        MismatchDetail::NoRecentSamples { cluster, .. } => format!("{cluster}: no new samples"),
        MismatchDetail::DeadManAbsent { source } => format!("{source}: dead-man alert absent"),
        MismatchDetail::NotInInventory { hub } => format!("{hub} is not in the inventory"),
        MismatchDetail::PageMissing => "nobody was paged".to_owned(),
        MismatchDetail::NoOwner { placeholder } => unowned_text(*placeholder).to_owned(),
        MismatchDetail::EmptyPolicy { policy } => format!("nobody on call: {policy}"),
        MismatchDetail::PublicNotTold { cannot_tell: false } => "public not told".to_owned(),
        MismatchDetail::PublicNotTold { cannot_tell: true } => {
            "cannot tell if the public was told".to_owned()
        }
        MismatchDetail::StalePost {
            title,
            cannot_tell: false,
            ..
        } => format!("stale post: {title}"),
        MismatchDetail::StalePost { title, .. } => format!("stale post? {title}"),
        MismatchDetail::UnexplainedImpact { service, .. } => {
            format!("stale on the page: {service}")
        }
        MismatchDetail::LingeringIncident => "its alerts no longer fire".to_owned(),
        MismatchDetail::OneIncidentManyClusters { clusters } => {
            format!("one page for {} clusters", clusters.len())
        }
        MismatchDetail::NoPriority => "no priority set".to_owned(),
        MismatchDetail::UnknownSeverity { severity } => format!("unknown severity: {severity}"),
    };
    ExpiringText::fixed(clean(&text))
}

fn describe_long(mismatch: &Mismatch, ctx: &TextContext) -> ExpiringText {
    match &mismatch.detail {
        MismatchDetail::RulesNotEvaluated {
            source,
            group,
            last,
        } => {
            let text = format!("{source} does not evaluate its rules '{group}'");
            with_time(&text, "last did", *last, ctx)
        }
        MismatchDetail::NoRecentSamples {
            source,
            cluster,
            newest,
        } => {
            let text = format!("{source} has no new samples of {cluster}");
            with_time(&text, "the newest is from", *newest, ctx)
        }
        MismatchDetail::PageMissing => {
            with_age(mismatch, "it should page, and no incident is open", ctx)
        }
        MismatchDetail::PublicNotTold { cannot_tell: false } => {
            with_age(mismatch, "the public has not been told", ctx)
        }
        MismatchDetail::StalePost {
            title,
            posted,
            cannot_tell,
            ..
        } => stale_post(title, *posted, *cannot_tell, ctx),
        MismatchDetail::LingeringIncident => alerts_gone(mismatch.since, ctx),
        other => ExpiringText::fixed(clean(&describe_timeless(other))),
    }
}

fn describe_timeless(finding: &MismatchDetail) -> String {
    match finding {
        MismatchDetail::RuleFailing {
            source,
            rule,
            error,
        } => {
            format!("{source} cannot evaluate its rule '{rule}': {error}")
        }
        MismatchDetail::PartialData { source, warning } => {
            format!("{source} answers with part of its data: {warning}")
        }
        MismatchDetail::SignalQueryFailed {
            source,
            signal,
            error,
        } => {
            format!("{source} cannot evaluate the signal {signal}: {error}")
        }
        MismatchDetail::WatchesNothing { source } => {
            format!("{source} has no alerting rules and no hub metrics: its silence says nothing")
        }
        MismatchDetail::SeriesMissing { hub } => {
            format!("{hub} has no metrics while other hubs have")
        }
        MismatchDetail::DeadManAbsent { source } => {
            format!("the dead-man alert of {source} is absent: its alerts may not reach anyone")
        }
        MismatchDetail::NotInInventory { hub } => {
            format!("{hub} has metrics but is not in the inventory")
        }
        MismatchDetail::NoOwner { placeholder } => {
            format!("{}, and it is open", unowned_text(*placeholder))
        }
        MismatchDetail::EmptyPolicy { policy } => {
            format!("'{policy}' has nobody on call at any level: PagerDuty would open no incident")
        }
        MismatchDetail::PublicNotTold { .. } => {
            "cannot tell if the public was told: several P1s, and a post that names none".to_owned()
        }
        MismatchDetail::UnexplainedImpact {
            page,
            service,
            impact,
        } => {
            format!("'{service}' is still '{impact}' on {page}, no P1 is open: clear it")
        }
        MismatchDetail::OneIncidentManyClusters { clusters } => many_clusters(clusters),
        MismatchDetail::NoPriority => "the incident has no priority and should have one".to_owned(),
        MismatchDetail::UnknownSeverity { severity } => {
            format!("the severity '{severity}' is not in the map of priorities")
        }
        // Those that time changes are worded by `describe_long`.
        MismatchDetail::RulesNotEvaluated { .. }
        | MismatchDetail::NoRecentSamples { .. }
        | MismatchDetail::PageMissing
        | MismatchDetail::LingeringIncident
        | MismatchDetail::StalePost { .. } => String::new(),
    }
}

fn unowned_text(placeholder: bool) -> &'static str {
    if placeholder {
        "nobody awake owns it"
    } else {
        "nobody owns it"
    }
}

fn many_clusters(clusters: &[crate::domain::ids::ClusterName]) -> String {
    let names: Vec<&str> = clusters.iter().map(|name| name.as_str()).collect();
    format!(
        "one incident hides {} clusters: {}",
        names.len(),
        names.join(", ")
    )
}

fn stale_post(
    title: &str,
    posted: Option<DateTime<Utc>>,
    cannot_tell: bool,
    ctx: &TextContext,
) -> ExpiringText {
    let posted = match posted {
        Some(at) => short_day(at, ctx).map(|day| format!(" posted since {day}")),
        None => ExpiringText::fixed(" is posted"),
    };
    let verdict = if cannot_tell {
        "cannot tell if a P1 still needs it"
    } else {
        "no open P1: take it down"
    };
    posted.map(|posted| format!("'{}'{posted}, {verdict}", clean(title)))
}

fn alerts_gone(since: Option<DateTime<Utc>>, ctx: &TextContext) -> ExpiringText {
    const OPEN: &str = "the incident is still open";
    match since {
        Some(since) => age_since(since, ctx.now)
            .map(|age| format!("its alerts stopped firing {age} ago, {OPEN}")),
        None => ExpiringText::fixed(format!("its alerts no longer fire, {OPEN}")),
    }
}

fn with_time(text: &str, word: &str, at: Option<DateTime<Utc>>, ctx: &TextContext) -> ExpiringText {
    let text = clean(text).into_owned();
    match at {
        Some(at) => short_time(at, ctx).map(|at| format!("{text}, {word} {at}")),
        None => ExpiringText::fixed(text),
    }
}

fn with_age(mismatch: &Mismatch, text: &str, ctx: &TextContext) -> ExpiringText {
    match mismatch.since {
        Some(since) => age_since(since, ctx.now).map(|age| format!("{text}, {age}")),
        None => ExpiringText::fixed(text),
    }
}

/// A kind of contradiction, by name.
pub fn kind_name(kind: MismatchKind) -> &'static str {
    match kind {
        MismatchKind::BlindSpot => "blind spot",
        MismatchKind::PageMissing => "page missing",
        MismatchKind::NobodyAwake => "nobody awake",
        MismatchKind::PublicNotTold => "public not told",
        MismatchKind::StalePost => "stale post",
        MismatchKind::LingeringIncident => "lingering incident",
        MismatchKind::OneIncidentManyClusters => "one incident, many clusters",
        MismatchKind::NoPriority => "no priority",
        MismatchKind::UnknownSeverity => "unknown severity",
    }
}
