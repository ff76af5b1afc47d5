//! Whether a post may be about a case, and how sure this is.

use crate::domain::case::{Case, Place, Rank};
use crate::domain::post::Post;
use crate::picture::places::whole_cluster;

/// How a post fits a case, surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// The post is linked to the incident.
    Linked,
    /// The post's title or services name the case's place, or the whole cluster of that place.
    Named,
    /// The case or the post names no place. Or the case is about a whole cluster, and the post is about one of its
    /// hubs.
    Possible,
}

/// How the post fits the case; `None` if the post is not about the case. A post that is linked to an incident fits only
/// the case of that incident.
pub fn fit_post(case: &Case, post: &Post, places: &[Place]) -> Option<Fit> {
    match &post.linked {
        Some(linked) => {
            let own = case.incident.as_ref().map(|incident| &incident.id);
            (own == Some(linked)).then_some(Fit::Linked)
        }
        None => fit_places(&case.places, places),
    }
}

/// Compares the places of a case with the places that a post names. `None` if they show that the post is not about the
/// case.
pub fn fit_places(of_case: &[Place], named: &[Place]) -> Option<Fit> {
    let known: Vec<&Place> = of_case
        .iter()
        .filter(|place| place.cluster.is_some())
        .collect();
    if named.is_empty() || known.is_empty() {
        return Some(Fit::Possible);
    }
    if known
        .iter()
        .any(|place| named.iter().any(|name| covers(name, place)))
    {
        return Some(Fit::Named);
    }
    let is_wider = |place: &&Place| named.iter().any(|name| covers(place, name));
    known.iter().any(is_wider).then_some(Fit::Possible)
}

fn covers(wider: &Place, place: &Place) -> bool {
    wider == place
        || (wider.hub.is_none()
            && place.cluster.as_ref().map(whole_cluster).as_ref() == Some(wider))
}

/// Whether the case has an open incident of the highest priority. The public should know of such a case.
pub fn is_p1(case: &Case) -> bool {
    case.rank == Rank::Priority(0)
        && case
            .incident
            .as_ref()
            .is_some_and(|incident| incident.is_open())
}

/// Whether a post may be about the case. The case must have the highest priority, or its hub must be down. A hub that
/// is down is enough, since a post may come half an hour before PagerDuty's incident.
pub fn may_be_p1(case: &Case) -> bool {
    case.rank == Rank::Priority(0) || case.hub_down.is_some()
}

#[cfg(test)]
mod tests {
    use std::slice::from_ref;

    use super::*;
    use crate::domain::ids::HubKey;

    fn hub(cluster: &str, hub: &str) -> Place {
        Place::from(HubKey::new(cluster, hub))
    }

    #[test]
    fn a_cluster_covers_its_hubs_and_not_the_other_way_round() {
        let (prod, leap) = (hub("leap", "prod"), whole_cluster(&"leap".into()));
        let by = |case: &Place, post: &Place| fit_places(from_ref(case), from_ref(post));
        assert_eq!(by(&prod, &prod), Some(Fit::Named));
        assert_eq!(by(&prod, &leap), Some(Fit::Named));
        assert_eq!(by(&leap, &prod), Some(Fit::Possible));
        assert_eq!(by(&prod, &hub("leap", "staging")), None);
        assert_eq!(by(&prod, &hub("maap", "prod")), None);
    }

    #[test]
    fn what_names_no_place_may_be_anywhere() {
        let nowhere = Place {
            cluster: None,
            hub: Some("prod".into()),
        };
        assert_eq!(fit_places(&[], &[hub("leap", "prod")]), Some(Fit::Possible));
        assert_eq!(
            fit_places(&[nowhere], &[hub("leap", "prod")]),
            Some(Fit::Possible)
        );
        assert_eq!(fit_places(&[hub("leap", "prod")], &[]), Some(Fit::Possible));
    }
}
