//! Words for batches of a rollout, for versions, and for figures that got worse.

use std::collections::BTreeMap;

use crate::domain::rollout::{Component, QueriedPart};
use crate::picture::rollout::{BatchView, Excess, FigureGroup, Measure, Standing, UnknownReason};
use crate::text::sanitize::clean;

/// The name of a batch.
pub fn batch_name(batch: &BatchView, is_only: bool) -> String {
    match &batch.name {
        None if is_only => "all hubs".to_owned(),
        None => "in no batch".to_owned(),
        Some(name) if batch.is_canary && !name.to_lowercase().contains("canary") => {
            format!("{} (canary)", clean(name))
        }
        Some(name) => clean(name).into_owned(),
    }
}

/// The names of components. An image is named by the last part of its path, unless two images have the same last part.
pub fn component_names(components: &[&Component]) -> Vec<String> {
    let short = |component: &Component| match component {
        Component::Jupyterhub => "JupyterHub".to_owned(),
        Component::Kubernetes => "Kubernetes".to_owned(),
        Component::Image(image) => {
            let end = image.rsplit('/').next().unwrap_or(image);
            clean(end).into_owned()
        }
    };
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for component in components {
        *counts.entry(short(component)).or_default() += 1;
    }
    let named = components.iter().map(|component| {
        let name = short(component);
        match component {
            Component::Image(image) if name.is_empty() || counts.get(&name) > Some(&1) => {
                match clean(image).into_owned() {
                    image if image.is_empty() => "image without a name".to_owned(),
                    image => image,
                }
            }
            _ => name,
        }
    });
    named.collect()
}

/// A batch's figure next to that of the other hubs: "p95 start 95 s, rest 22 s".
pub fn excess(excess: &Excess) -> String {
    let Excess {
        own,
        own_hubs,
        rest,
        rest_hubs,
        ..
    } = excess;
    let hubs = |count: &usize| match count {
        1 => "1 hub".to_owned(),
        _ => format!("{count} hubs"),
    };
    let own_hubs = hubs(own_hubs);
    match excess.measure {
        Measure::Down => format!("{own:.0} of {own_hubs} down, rest {rest:.0} of {rest_hubs}"),
        Measure::P95Seconds => {
            format!("p95 start {}, rest {}", seconds(*own), seconds(*rest))
        }
        Measure::FailedStarts => {
            format!("{own:.0} failed starts in {own_hubs}, rest {rest:.0} in {rest_hubs}")
        }
        Measure::Restarts => {
            format!("{own:.0} restarts in {own_hubs}, rest {rest:.0} in {rest_hubs}")
        }
        Measure::Cases => {
            format!("{own:.0} open cases on {own_hubs}, rest {rest:.0} on {rest_hubs}")
        }
    }
}

/// All excesses in one sentence.
pub fn excesses(found: &[Excess], separator: &str) -> String {
    let found: Vec<String> = found.iter().map(excess).collect();
    found.join(separator)
}

/// Formats the duration of a server's start.
pub fn seconds(seconds: f64) -> String {
    match seconds < 10.0 {
        true => format!("{seconds:.1} s"),
        false => format!("{seconds:.0} s"),
    }
}

/// How a version compares with the reference version; `None` if there is no reference.
pub fn standing(standing: &Standing) -> Option<String> {
    Some(match standing {
        Standing::Wanted => "as wanted".to_owned(),
        Standing::Newest => "newest release".to_owned(),
        Standing::Behind(reference) => format!("behind {}", clean(reference)),
        Standing::Ahead(reference) => format!("newer than {}", clean(reference)),
        Standing::Other(reference) => format!("other than {}", clean(reference)),
        Standing::Alone => return None,
    })
}

/// Why a version is not known.
pub fn unknown_reason(why: UnknownReason) -> &'static str {
    match why {
        UnknownReason::NotProbed => "not probed",
        UnknownReason::NoAnswer => "no answer with a version yet",
        UnknownReason::NoHeader => "its answers hold no version",
        UnknownReason::ProbesUnread => "not all probes have answered",
        UnknownReason::NoSeries => "Prometheus has no such series",
        UnknownReason::NotAsked => "no answer from a Prometheus",
        UnknownReason::NoLabel => "its labels hold no version",
    }
}

/// The name of a group of figures, for a text that lists missing groups.
pub fn figure_group(group: FigureGroup) -> &'static str {
    match group {
        FigureGroup::Cases => "cases",
        FigureGroup::Signals => "starts and alerts",
        FigureGroup::Health => "which hubs are down, and JupyterHub's versions",
    }
}

/// The part of the rollout that a Prometheus query provides.
pub fn queried_part(part: QueriedPart) -> &'static str {
    match part {
        QueriedPart::Kubernetes => "Kubernetes versions",
        QueriedPart::Images => "images",
        QueriedPart::Restarts => "restarts",
    }
}
