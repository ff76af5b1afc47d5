//! Finds an open incident that might be the page of alerts that have no sure join to an incident. The alerts with the
//! same name and place are a group, and one incident is the page of at most one group.
//!
//! If the incident names alerts, the group's alert must be among them, and likewise for clusters. No alert of another
//! group may be surely joined to the incident. In addition, the incident must be probably joined to an alert of the
//! group, or have come through Alertmanager around the time when the group began to fire.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, TimeDelta, Utc};

use super::MissingPage;
use crate::domain::case::{Case, CaseAlert, Place};
use crate::domain::ids::ClusterName;
use crate::domain::incident::Incident;
use crate::domain::labels::Labels;
use crate::domain::policy::Policy;
use crate::domain::route::DedupKey;
use crate::picture::mismatch::RuleInput;
use crate::picture::places::{alert_place, labels_place, places_in_title};

// The page may begin at most this much before or after the group's first alert. `MAX_EARLY` allows for clocks that
// differ a little. `MAX_LATE` allows for an Alertmanager that was three hours late.
const MAX_EARLY: TimeDelta = TimeDelta::minutes(1);
const MAX_LATE: TimeDelta = TimeDelta::minutes(195);

/// The name and the place that the alerts of a group share.
type Group<'a> = (&'a str, Place);

/// For each group, the incident that might be its page.
pub struct PossiblePages<'a> {
    by_group: HashMap<Group<'a>, &'a Incident>,
    policy: &'a Policy,
}

impl<'a> PossiblePages<'a> {
    /// Assigns incidents to groups in the order in which the groups began to fire. A group gets the incident to which
    /// its alerts are probably joined, else the oldest possible incident.
    pub fn assign(input: &RuleInput<'a>, missing: &[MissingPage<'a>]) -> Self {
        let policy = input.context.policy;
        let mut by_group = HashMap::new();
        let wanted = wanted_groups(input, missing);
        let mut candidates = candidates(input, &wanted);
        for (fires, group) in wanted {
            let is_page = |rank: fn(&Candidate<'_>, &Group<'_>, DateTime<Utc>) -> bool| {
                let mut all = candidates.iter();
                all.position(|it| rank(it, &group, fires) && it.is_about_nothing_else(&group))
            };
            let probable = is_page(|it, group, _| it.probably_holds.contains(group));
            let found = probable.or_else(|| is_page(|it, _, fires| it.may_have_come_from(fires)));
            if let Some(at) = found {
                by_group.insert(group, candidates.remove(at).incident);
            }
        }
        Self { by_group, policy }
    }

    /// The incident that might be the alert's page.
    pub fn find(&self, missing: &MissingPage<'a>) -> Option<&'a Incident> {
        let group = group(missing.alert, self.policy);
        self.by_group.get(&group).copied()
    }
}

fn group<'a>(alert: &'a CaseAlert, policy: &Policy) -> Group<'a> {
    (alert.alert.name(), alert_place(&alert.alert, policy))
}

// A group starts with its first alert, even if that alert has a page.
fn wanted_groups<'a>(
    input: &RuleInput<'a>,
    missing: &[MissingPage<'a>],
) -> BTreeSet<(DateTime<Utc>, Group<'a>)> {
    let policy = input.context.policy;
    let wanted = missing.iter();
    let mut first: BTreeMap<Group<'_>, DateTime<Utc>> = wanted
        .map(|missing| (group(missing.alert, policy), missing.since))
        .collect();
    for alert in input.cases.iter().flat_map(|case| &case.alerts) {
        if let Some(known) = first.get_mut(&group(alert, policy))
            && let Some(fires) = alert.alert.fires_since()
        {
            *known = fires.min(*known);
        }
    }
    let groups = first.into_iter();
    groups.map(|(group, fires)| (fires, group)).collect()
}

/// An open incident, and the alerts and places that it names.
struct Candidate<'a> {
    incident: &'a Incident,
    is_by_alertmanager: bool,
    holds: BTreeSet<Group<'a>>,
    probably_holds: BTreeSet<Group<'a>>,
    alerts: BTreeSet<&'a str>,
    clusters: BTreeSet<ClusterName>,
}

// Returns the oldest candidate first. An incident that is the exact page of another group is no candidate. In a storm
// this leaves out most incidents, so that their texts need not be read.
fn candidates<'a>(
    input: &RuleInput<'a>,
    wanted: &BTreeSet<(DateTime<Utc>, Group<'a>)>,
) -> Vec<Candidate<'a>> {
    let wanted: BTreeSet<&Group<'_>> = wanted.iter().map(|(_, group)| group).collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let names = known_alert_names(input);
    let is_free = |case: &Case| {
        let mut exact = case.alerts.iter().filter(|alert| alert.joined_by.is_exact());
        exact.all(|alert| wanted.contains(&group(alert, input.context.policy)))
    };
    let open = input.incidents().filter(|(case, _)| is_free(case));
    let mut all: Vec<Candidate<'_>> = open
        .map(|(case, incident)| Candidate::new(case, incident, &names, input.context.policy))
        .collect();
    all.sort_by_key(|it| (it.incident.created_at, &it.incident.id));
    all
}

// The names of all rules, firing or not.
fn known_alert_names<'a>(input: &RuleInput<'a>) -> BTreeSet<&'a str> {
    let slots = input.context.answers.prometheus.iter();
    let rules = slots.filter_map(|slot| slot.body()).flat_map(|says| {
        let alerts = says.alerts.iter().map(|alert| alert.name());
        says.rules.names.iter().map(|name| &**name).chain(alerts)
    });
    rules.filter(|name| !name.is_empty()).collect()
}

impl<'a> Candidate<'a> {
    fn new(
        case: &'a Case,
        incident: &'a Incident,
        names: &BTreeSet<&'a str>,
        policy: &Policy,
    ) -> Self {
        let groups = |is_exact: bool| {
            let alerts = case.alerts.iter();
            let alerts = alerts.filter(move |alert| alert.joined_by.is_exact() == is_exact);
            alerts.map(|alert| group(alert, policy)).collect()
        };
        let alerts = named_alerts(incident, names);
        Self {
            incident,
            // If some alerts were not read, one of them may carry Alertmanager's key.
            is_by_alertmanager: incident.lacks_alerts() || is_by_alertmanager(incident),
            holds: groups(true),
            probably_holds: groups(false),
            clusters: named_clusters(incident, &alerts, policy),
            alerts,
        }
    }

    fn may_have_come_from(&self, fires: DateTime<Utc>) -> bool {
        let window = fires - MAX_EARLY..=fires + MAX_LATE;
        self.is_by_alertmanager && window.contains(&self.incident.created_at)
    }

    fn is_about_nothing_else(&self, group: &Group<'_>) -> bool {
        let (name, place) = group;
        let names_alert = self.alerts.is_empty() || self.alerts.contains(name);
        let cluster = place.cluster.as_ref();
        let names_cluster = self.clusters.is_empty()
            || cluster.is_none_or(|cluster| self.clusters.contains(cluster));
        names_alert && names_cluster && self.holds.iter().all(|held| held == group)
    }
}

fn is_by_alertmanager(incident: &Incident) -> bool {
    let alerts = incident.alerts.iter();
    let mut keys = alerts
        .map(|alert| &alert.alert_key)
        .chain([&incident.incident_key])
        .flatten();
    keys.any(|key| key.parse::<DedupKey>().is_ok())
}

fn label_sets(incident: &Incident) -> impl Iterator<Item = &Labels> {
    incident.alerts.iter().flat_map(|alert| &alert.label_sets)
}

fn named_alerts<'a>(incident: &'a Incident, names: &BTreeSet<&'a str>) -> BTreeSet<&'a str> {
    let told = label_sets(incident).filter_map(|labels| labels.get("alertname"));
    let titled = names.iter().filter(|name| has_words(&incident.title, name));
    told.chain(titled.copied()).collect()
}

// Matches whole words: the title word `disks` does not name a rule `disk`.
fn has_words(title: &str, name: &str) -> bool {
    let is_apart = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    title.match_indices(name).any(|(at, _)| {
        let (before, rest) = title.split_at_checked(at).unwrap_or_default();
        let after = rest.strip_prefix(name).unwrap_or_default();
        is_apart(before.chars().next_back()) && is_apart(after.chars().next())
    })
}

// Ignores clusters in alert names, since they do not show where an alert fired.
fn named_clusters(
    incident: &Incident,
    alerts: &BTreeSet<&str>,
    policy: &Policy,
) -> BTreeSet<ClusterName> {
    let title = alerts
        .iter()
        .fold(incident.title.clone(), |title, name| title.replace(name, " "));
    let told = label_sets(incident).map(|labels| labels_place(labels, policy));
    let places = told.chain(places_in_title(&title, policy));
    places.filter_map(|place: Place| place.cluster).collect()
}
