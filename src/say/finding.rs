//! A contradiction between the sources, in one sentence: the long form stands alone, the short one
//! beside the thing it is about.

use chrono::{DateTime, Utc};

use crate::domain::mismatch::{Mismatch, MismatchDetail, MismatchKind};

use super::durations::ago;
use super::moments::{day, moment};
use super::sanitize::clean;
use super::voice::{Form, Said, Voice};

/// What contradicts what.
pub fn finding(mismatch: &Mismatch, form: Form, voice: &Voice) -> Said {
    match form {
        Form::Long => long(mismatch, voice),
        Form::Short => short(mismatch),
    }
}

fn short(mismatch: &Mismatch) -> Said {
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
        MismatchDetail::NoOwner { placeholder } => held_by_nobody(*placeholder).to_owned(),
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
    Said::fixed(clean(&text))
}

fn long(mismatch: &Mismatch, voice: &Voice) -> Said {
    match &mismatch.detail {
        MismatchDetail::RulesNotEvaluated {
            source,
            group,
            last,
        } => {
            let text = format!("{source} does not evaluate its rules '{group}'");
            since(&text, "last did", *last, voice)
        }
        MismatchDetail::NoRecentSamples {
            source,
            cluster,
            newest,
        } => {
            let text = format!("{source} has no new samples of {cluster}");
            since(&text, "the newest is from", *newest, voice)
        }
        MismatchDetail::PageMissing => {
            lasting(mismatch, "it should page, and no incident is open", voice)
        }
        MismatchDetail::PublicNotTold { cannot_tell: false } => {
            lasting(mismatch, "the public has not been told", voice)
        }
        MismatchDetail::StalePost {
            title,
            posted,
            cannot_tell,
            ..
        } => stale_post(title, *posted, *cannot_tell, voice),
        MismatchDetail::LingeringIncident => gone(mismatch.since, voice),
        other => Said::fixed(clean(&long_fixed(other))),
    }
}

fn long_fixed(finding: &MismatchDetail) -> String {
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
            format!("{}, and it is open", held_by_nobody(*placeholder))
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
        // Those that time changes are worded by `long`.
        MismatchDetail::RulesNotEvaluated { .. }
        | MismatchDetail::NoRecentSamples { .. }
        | MismatchDetail::PageMissing
        | MismatchDetail::LingeringIncident
        | MismatchDetail::StalePost { .. } => String::new(),
    }
}

fn held_by_nobody(placeholder: bool) -> &'static str {
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
    voice: &Voice,
) -> Said {
    let posted = match posted {
        Some(at) => day(at, voice).map(|day| format!(" posted since {day}")),
        None => Said::fixed(" is posted"),
    };
    let verdict = if cannot_tell {
        "cannot tell if a P1 still needs it"
    } else {
        "no open P1: take it down"
    };
    posted.map(|posted| format!("'{}'{posted}, {verdict}", clean(title)))
}

fn gone(since: Option<DateTime<Utc>>, voice: &Voice) -> Said {
    const OPEN: &str = "the incident is still open";
    match since {
        Some(since) => {
            ago(since, voice.now).map(|age| format!("its alerts stopped firing {age} ago, {OPEN}"))
        }
        None => Said::fixed(format!("its alerts no longer fire, {OPEN}")),
    }
}

fn since(text: &str, word: &str, at: Option<DateTime<Utc>>, voice: &Voice) -> Said {
    let text = clean(text).into_owned();
    match at {
        Some(at) => moment(at, voice).map(|at| format!("{text}, {word} {at}")),
        None => Said::fixed(text),
    }
}

fn lasting(mismatch: &Mismatch, text: &str, voice: &Voice) -> Said {
    match mismatch.since {
        Some(since) => ago(since, voice.now).map(|age| format!("{text}, {age}")),
        None => Said::fixed(text),
    }
}

/// A kind of contradiction, by name.
pub fn kind(kind: MismatchKind) -> &'static str {
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
