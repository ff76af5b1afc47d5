//! How long the public did not know of an outage.

use chrono::{DateTime, TimeDelta, Utc};

use super::outage::Outage;
use super::past_incident::{P1, PastIncident};
use crate::domain::ids::PriorityName;
use crate::domain::post::FirstPost;

/// The time in which the public did not know of outages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Untold {
    /// The sum over all outages whose time is known; `None` if no outage's time is known.
    pub time: Option<TimeDelta>,
    /// The number of outages whose time is not known.
    pub not_known: usize,
}

impl Untold {
    pub fn add(&mut self, time: Option<TimeDelta>) {
        match time {
            None => self.not_known += 1,
            Some(time) => self.time = Some(self.time.unwrap_or_default() + time),
        }
    }
}

/// How long the public did not know of an outage. The time begins when the outage becomes a P1, and ends with the first
/// post. If there is no post before the outage ends, the time ends with the outage. If the outage is still open, the
/// time ends at `now`. `None` if the time is not known.
pub fn untold(
    outage: &Outage<'_>,
    p1: &PriorityName,
    first_post: &dyn Fn(&PastIncident) -> FirstPost,
    now: DateTime<Utc>,
) -> Option<TimeDelta> {
    let since = outage.incidents.iter().filter_map(|one| match one.p1(p1) {
        P1::Since(at) => Some(at),
        _ => None,
    });
    let since = since.min()?;
    let end = outage.ends.unwrap_or(now);
    let posts: Vec<FirstPost> = outage.incidents.iter().map(|one| first_post(one)).collect();
    let posted = posts.iter().filter_map(|post| match post {
        FirstPost::At(at) => Some(*at),
        FirstPost::None | FirstPost::NotKnown => None,
    });
    let told = match posted.min() {
        Some(at) => at.min(end),
        None if posts.contains(&FirstPost::NotKnown) => return None,
        None => end,
    };
    Some((told - since).max(TimeDelta::zero()))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{at, incident, p1};
    use super::super::outage::outages;
    use super::*;

    // The minutes in which the public did not know of an outage of two incidents. The outage lasts from minute 0 to 60
    // and is a P1 from minute 10 on.
    fn minutes(posts: [FirstPost; 2]) -> Option<i64> {
        let both = [
            incident(1, 0, Some(50))
                .change(10, "P2", "P1")
                .place("leap"),
            incident(2, 20, Some(60)).priority("P1").place("leap/prod"),
        ];
        let (priority, now) = (p1(), at(1000));
        let found = outages(&both, &priority, now);
        assert_eq!(found.outages.len(), 1);
        let first_post = |one: &PastIncident| match one.incident.number {
            1 => posts[0],
            _ => posts[1],
        };
        let time = untold(&found.outages[0], &priority, &first_post, now);
        time.map(|time| time.num_minutes())
    }

    #[test]
    fn it_is_the_time_from_the_priority_to_the_first_post_of_any_of_its_incidents() {
        let posted = |minute| FirstPost::At(at(minute));
        assert_eq!(minutes([posted(30), FirstPost::None]), Some(20));
        assert_eq!(minutes([posted(45), posted(40)]), Some(30));
        assert_eq!(minutes([FirstPost::NotKnown, posted(40)]), Some(30));
        assert_eq!(minutes([posted(5), FirstPost::None]), Some(0));
    }

    #[test]
    fn without_a_post_it_is_until_the_end_and_without_a_history_not_known() {
        assert_eq!(minutes([FirstPost::None, FirstPost::None]), Some(50));
        assert_eq!(minutes([FirstPost::At(at(300)), FirstPost::None]), Some(50));
        assert_eq!(minutes([FirstPost::None, FirstPost::NotKnown]), None);
    }

    #[test]
    fn a_sum_leaves_out_what_is_not_known_and_counts_it() {
        let mut sum = Untold::default();
        sum.add(None);
        assert_eq!((sum.time, sum.not_known), (None, 1));
        sum.add(Some(TimeDelta::minutes(7)));
        sum.add(Some(TimeDelta::minutes(5)));
        assert_eq!(sum.time, Some(TimeDelta::minutes(12)));
    }
}
