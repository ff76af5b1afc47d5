//! Computes who is on call. Schedules have shifts of a fixed length. Users whom a policy names directly are always on
//! call.

use std::time::Duration;

use super::directory::{Directory, Policy, Schedule, User};
use crate::demo::clockwork::{At, before, truncate_to_hour};

/// How long the first user of a schedule has been on call when the scenario starts.
const INTO_THE_SHIFT: Duration = Duration::from_secs(3 * 3600);

/// One shift of a schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// The key of the user.
    pub user: String,
    pub start: At,
    pub end: At,
}

/// One entry of `/oncalls`.
#[derive(Clone, Debug)]
pub struct OnCall<'a> {
    pub policy: &'a Policy,
    /// The level, from 1.
    pub level: usize,
    pub user: &'a User,
    /// The schedule and its shift; `None` for a user who is always on call.
    pub turn: Option<(&'a Schedule, Shift)>,
}

/// The shifts of all schedules. In every schedule, the first user's first shift starts at `anchor`.
#[derive(Clone, Copy, Debug)]
pub struct Rota {
    anchor: At,
}

impl Rota {
    /// The rota in which the first user of each schedule is on call at `start`.
    pub fn new(start: At) -> Self {
        Self {
            anchor: before(truncate_to_hour(start), INTO_THE_SHIFT),
        }
    }

    /// The shift of a schedule at time `at`.
    pub fn turn(self, schedule: &Schedule, at: At) -> Option<Shift> {
        let shift = chrono::TimeDelta::from_std(schedule.shift).ok()?;
        let length = shift.num_seconds().max(1);
        let number = (at - self.anchor).num_seconds().div_euclid(length);
        let people = i64::try_from(schedule.users.len()).ok()?;
        let place = usize::try_from(number.checked_rem_euclid(people)?).ok()?;
        let start = self.anchor + chrono::TimeDelta::seconds(number * length);
        Some(Shift {
            user: schedule.users.get(place)?.clone(),
            start,
            end: start + shift,
        })
    }

    /// All shifts that overlap the time from `since` to `until`, both included.
    fn turns(self, schedule: &Schedule, since: At, until: At) -> Vec<Shift> {
        let mut turns = Vec::new();
        let mut next = self.turn(schedule, since);
        while let Some(turn) = next.filter(|turn| turn.start <= until) {
            next = self.turn(schedule, turn.end);
            turns.push(turn);
        }
        turns
    }

    /// The users who are on call at any time between `since` and `until`, for each policy and level.
    pub fn on_calls(self, all: &Directory, since: At, until: At) -> Vec<OnCall<'_>> {
        let mut found = Vec::new();
        for policy in &all.policies {
            for (at, level) in policy.levels.iter().enumerate() {
                let on_call = |user, turn| OnCall {
                    policy,
                    level: at + 1,
                    user,
                    turn,
                };
                for schedule in level.schedules.iter().filter_map(|key| all.schedule(key)) {
                    for turn in self.turns(schedule, since, until) {
                        let user = all.user(&turn.user);
                        found.extend(user.map(|user| on_call(user, Some((schedule, turn)))));
                    }
                }
                let always = level.users.iter().filter_map(|key| all.user(key));
                found.extend(always.map(|user| on_call(user, None)));
            }
        }
        found
    }

    /// The keys of the users who are a level's targets at time `at`, in the policy's order.
    pub fn targets(self, all: &Directory, policy: &Policy, level: usize, at: At) -> Vec<String> {
        let Some(level) = policy.levels.get(level.saturating_sub(1)) else {
            return Vec::new();
        };
        let rotas = level.schedules.iter().filter_map(|key| all.schedule(key));
        let turns = rotas.filter_map(|schedule| self.turn(schedule, at));
        let mut people: Vec<_> = turns.map(|turn| turn.user).collect();
        people.extend(level.users.iter().cloned());
        people
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::clockwork::from_unix;

    fn account() -> (Directory, Rota, At) {
        let all = toml::from_str(include_str!("../../../assets/demo/account.toml")).unwrap();
        let start = from_unix(1_700_000_000.0).unwrap();
        (all, Rota::new(start), start)
    }

    #[test]
    fn the_first_holds_the_rota_at_the_start_and_hands_over_on_the_hour() {
        let (all, rota, start) = account();
        let schedule = all.schedule("first").unwrap();
        let turn = rota.turn(schedule, start).unwrap();
        assert_eq!(turn.user, "ada");
        assert_eq!(truncate_to_hour(turn.end), turn.end);
        assert!(turn.end > start + chrono::TimeDelta::hours(4));
        assert_eq!(rota.turn(schedule, turn.end).unwrap().user, "bo");
        assert_eq!(
            rota.turn(schedule, turn.start - chrono::TimeDelta::seconds(1))
                .unwrap()
                .user,
            "dee"
        );
    }

    #[test]
    fn a_longer_look_shows_the_next_turns_too() {
        let (all, rota, start) = account();
        let now = rota.on_calls(&all, start, start);
        let level_1 = |found: &[OnCall]| {
            let names = found
                .iter()
                .filter(|it| it.policy.key == "outages" && it.level == 1);
            names.map(|it| it.user.key.clone()).collect::<Vec<_>>()
        };
        assert_eq!(level_1(&now), ["ada", "support"]);
        let day = rota.on_calls(&all, start, start + chrono::TimeDelta::hours(10));
        assert_eq!(level_1(&day), ["ada", "bo", "support"]);
    }
}
