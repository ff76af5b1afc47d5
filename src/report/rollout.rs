//! `rollout` as JSON.

mod shapes;

use self::shapes::{
    JsonBatch, JsonComponent, JsonExcess, JsonFigures, JsonMissing, JsonPlace, JsonRollout,
    JsonUnknown, JsonVersion,
};
use super::json_text;
use crate::domain::rollout::MissingReading;
use crate::picture::rollout::{
    BatchView, ComponentView, Excess, Figures, PlaceView, Rollout, Standing, UnknownPlace,
    UnknownReason, UnreadSource, VersionView,
};
use crate::wording::rollout::excess;
use chrono::{DateTime, Utc};

/// Renders the JSON document.
///
/// # Errors
/// The value cannot be written as JSON.
pub fn json(rollout: &Rollout, at: DateTime<Utc>) -> serde_json::Result<String> {
    let batches = rollout.batches.iter();
    let components = rollout.components.iter();
    let not_read = rollout.unread.iter().map(unread);
    let missing_readings = rollout.missing.iter().map(missing);
    json_text::to_text(&JsonRollout {
        schema: 1,
        at,
        complete: rollout.is_complete(),
        batches: batches.map(|it| batch(it, rollout)).collect(),
        components: components.map(|it| component(it, rollout)).collect(),
        asked_at: rollout.asked_at,
        missing: not_read.chain(missing_readings).collect(),
        series_left_out: rollout.left_out,
        wanted_not_seen: rollout.wanted_unseen.iter().map(String::as_str).collect(),
        clusters_not_configured: rollout.foreign_clusters,
    })
}

fn batch<'a>(batch: &'a BatchView, rollout: &Rollout) -> JsonBatch<'a> {
    let differs = batch.differs.iter();
    let differs = differs.filter_map(|position| rollout.components.get(*position));
    JsonBatch {
        name: batch.name.as_deref(),
        canary: batch.is_canary,
        clusters: batch.clusters,
        figures: figures(&batch.figures),
        worse: batch.worse.iter().map(worse).collect(),
        differs: differs.map(|it| it.component.to_string()).collect(),
    }
}

fn component<'a>(component: &'a ComponentView, rollout: &'a Rollout) -> JsonComponent<'a> {
    let versions = component.versions.iter();
    let unknown_places = component.unknown.iter();
    JsonComponent {
        component: component.component.to_string(),
        versions: versions.map(|it| version(it, rollout)).collect(),
        unknown: unknown_places.map(|it| unknown(it, rollout)).collect(),
        more_versions: component.more_versions,
        more_places: component.more_places,
    }
}

fn version<'a>(version: &'a VersionView, rollout: &'a Rollout) -> JsonVersion<'a> {
    let places = version.places.iter();
    JsonVersion {
        version: &version.version,
        places: places.map(|it| place(it, rollout)).collect(),
        figures: figures(&version.figures),
        worse: version.worse.iter().map(worse).collect(),
    }
}

fn place<'a>(place: &'a PlaceView, rollout: &'a Rollout) -> JsonPlace<'a> {
    let (standing, compared_with) = match &place.standing {
        Standing::Wanted => ("as_wanted", None),
        Standing::Newest => ("newest", None),
        Standing::Behind(reference) => ("behind", Some(reference.as_str())),
        Standing::Ahead(reference) => ("ahead", Some(reference.as_str())),
        Standing::Other(reference) => ("other", Some(reference.as_str())),
        Standing::Alone => ("alone", None),
    };
    let since = place.since.as_ref();
    let before = since.and_then(|since| since.before.as_ref());
    JsonPlace {
        cluster: place.cluster.as_str(),
        namespace: place.namespace.as_deref(),
        batch: batch_name(place.batch, rollout),
        count: place.count,
        standing,
        compared_with,
        seen_since: since.map(|since| since.first),
        changed_from: before.map(|(version, _)| version.as_str()),
        changed_after: before.map(|(_, seen)| *seen),
        last_seen: place.last_seen.map(|seen| seen.at),
    }
}

fn unknown<'a>(place: &'a UnknownPlace, rollout: &'a Rollout) -> JsonUnknown<'a> {
    JsonUnknown {
        cluster: place.cluster.as_str(),
        namespace: place.namespace.as_deref(),
        batch: batch_name(place.batch, rollout),
        why: match place.why {
            UnknownReason::NotProbed => "not_probed",
            UnknownReason::NoAnswer => "no_answer",
            UnknownReason::NoHeader => "no_header",
            UnknownReason::ProbesUnread => "probes_not_read",
            UnknownReason::NoSeries => "no_series",
            UnknownReason::NotAsked => "not_asked",
            UnknownReason::NoLabel => "no_label",
        },
    }
}

fn batch_name(position: usize, rollout: &Rollout) -> Option<&str> {
    rollout.batches.get(position)?.name.as_deref()
}

fn figures(figures: &Figures) -> JsonFigures {
    JsonFigures {
        hubs: figures.hubs,
        down: figures.down,
        health_unknown: figures.health_unknown,
        failed_starts: figures.failed_starts.value(),
        failed_starts_hubs: figures.failed_starts.known,
        p95_seconds: figures.p95_seconds,
        p95_hubs: figures.p95_known,
        restarts: figures.restarts.value(),
        restarts_hubs: figures.restarts.known,
        cases: figures.shown_cases(),
        cases_hubs: figures.cases.known,
    }
}

fn worse(one: &Excess) -> JsonExcess {
    JsonExcess {
        measure: one.measure.to_string(),
        own: one.own,
        own_hubs: one.own_hubs,
        rest: one.rest,
        rest_hubs: one.rest_hubs,
        text: excess(one),
    }
}

fn unread(unread: &UnreadSource) -> JsonMissing<'_> {
    JsonMissing {
        source: unread.source.to_string(),
        part: unread.figures.to_string(),
        cluster: unread.cluster.as_ref().map(|cluster| cluster.as_str()),
        failure: Some(&unread.failure),
    }
}

fn missing(missing: &MissingReading) -> JsonMissing<'_> {
    JsonMissing {
        source: missing.source.to_string(),
        part: missing.part.to_string(),
        cluster: missing.cluster.as_ref().map(|cluster| cluster.as_str()),
        failure: missing.failure.as_deref(),
    }
}
