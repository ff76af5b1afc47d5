//! The poller of PagerDuty's directory: people, policies, the rota, priorities and planned maintenance.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde::de::DeserializeOwned;

use super::api_request::ApiRequest;
use super::client::Client;
use super::paging::Listing;
use super::wire::WireReference;
use super::wire::directory::{
    WireMaintenanceWindow, WireOnCall, WirePolicy, to_priority_name, to_user,
};
use crate::domain::directory::{Directory, EscalationPolicy, MaintenanceWindow, OnCall, User};
use crate::domain::ids::{PriorityName, ServiceId};
use crate::domain::incident::{Person, Reference};
use crate::domain::now::Now;
use crate::domain::settings::PagerDutySettings;
use crate::domain::source::{Part, PartName, UnreadableItems};
use crate::sources::error::SourceError;
use crate::sources::part_reader::{KeptPart, PartOutcome};
use crate::sources::poll_report::{AnswerContent, PollReport};

/// The rota is read from at least this long ago, since past shifts show the level at which an incident was assigned.
const ROTA_LOOKBACK: TimeDelta = TimeDelta::hours(24);
/// How far ahead the rota is read, to find who is next.
const ROTA_LOOKAHEAD: TimeDelta = TimeDelta::days(7);
/// The longest span of the rota that PagerDuty returns for one request.
const MAX_ROTA_SPAN: TimeDelta = TimeDelta::days(90);

/// The most policies in one request for the rota. The address then stays well below 8 KB.
const POLICIES_PER_ROTA_REQUEST: usize = 50;

/// Polls PagerDuty's directory. If one listing fails, the others are still used.
pub struct DirectoryPoller {
    client: Arc<Client>,
    email: Option<String>,
    reads_services: bool,
    kept: KeptDirectory,
}

/// The listings, each with its last good value.
struct KeptDirectory {
    priorities: KeptPart<Vec<PriorityName>>,
    users: KeptPart<Vec<User>>,
    policies: KeptPart<Vec<EscalationPolicy>>,
    services: KeptPart<Vec<Reference<ServiceId>>>,
    on_calls: KeptPart<Vec<OnCall>>,
    maintenance: KeptPart<Vec<MaintenanceWindow>>,
    me: KeptPart<Option<Person>>,
}

impl DirectoryPoller {
    /// A poller. It finds the user of this screen by the API key, or else by the configured address.
    pub fn new(client: Arc<Client>, settings: &PagerDutySettings) -> Self {
        Self {
            client,
            email: settings.email.clone(),
            reads_services: false,
            kept: KeptDirectory {
                priorities: KeptPart::new(PartName::Priorities),
                users: KeptPart::new(PartName::Users),
                policies: KeptPart::new(PartName::EscalationPolicies),
                services: KeptPart::new(PartName::Services),
                on_calls: KeptPart::new(PartName::Oncalls),
                maintenance: KeptPart::new(PartName::MaintenanceWindows),
                me: KeptPart::new(PartName::Me),
            },
        }
    }

    /// Makes this poller read the services too, which are needed only to open an incident.
    pub fn with_services(self) -> Self {
        Self {
            reads_services: true,
            ..self
        }
    }

    /// Polls once. `oldest_assignment` is the earliest assignment of an open incident. The rota is read back to that
    /// time, as far as PagerDuty lists it. The poll fails only if every listing fails.
    pub async fn poll(
        &mut self,
        oldest_assignment: Option<DateTime<Utc>>,
    ) -> PollReport<Directory> {
        let asked = self.client.now();
        let content = match self.client.ensure_not_paused() {
            Ok(()) => self.fetch(asked, oldest_assignment).await,
            Err(paused) => Err(paused),
        };
        self.client.poll_result(asked, content)
    }

    /// Whether the default span of the rota reaches back to the time `assignment`. A poll at `asked` reads the default
    /// span if it knows no assignment.
    pub fn default_span_covers(asked: DateTime<Utc>, assignment: DateTime<Utc>) -> bool {
        rota_span(asked, None).0 <= assignment
    }

    async fn fetch(
        &mut self,
        asked: Now,
        oldest: Option<DateTime<Utc>>,
    ) -> Result<AnswerContent<Directory>, SourceError> {
        let client = &*self.client;
        let known = &self.kept.policies.value;
        let policies_and_rota = async {
            let policies = fetch_policies(client).await;
            let in_use = match &policies {
                PartOutcome::Whole(read) | PartOutcome::Partial(read, _) => read,
                _ => known,
            };
            let on_calls = fetch_on_calls(client, in_use, asked.wall, oldest).await;
            (policies, on_calls)
        };
        let services = async {
            match self.reads_services {
                true => Some(fetch_services(client).await),
                false => None,
            }
        };
        let (priorities, users, (policies, on_calls), services, maintenance, me) = tokio::join!(
            fetch_priorities(client),
            fetch_users(client),
            policies_and_rota,
            services,
            fetch_maintenance(client),
            fetch_key_owner(client),
        );
        let kept = &mut self.kept;
        kept.priorities.record(asked, priorities);
        kept.users.record(asked, users);
        kept.policies.record(asked, policies);
        kept.on_calls.record(asked, on_calls);
        kept.maintenance.record(asked, maintenance);
        kept.me.record(asked, me);
        if let Some(services) = services {
            kept.services.record(asked, services);
        }
        kept.ensure_any_answered(asked)?;
        Ok(AnswerContent {
            body: kept.to_directory(self.email.as_deref()),
            parts: kept.parts(asked, self.reads_services),
            unreadable: UnreadableItems::default(),
        })
    }
}

impl KeptDirectory {
    fn parts(&self, asked: Now, with_services: bool) -> Vec<Part> {
        let priorities = self.priorities.part.standing_at(asked);
        let parts = [
            &priorities,
            &self.users.part,
            &self.policies.part,
            &self.on_calls.part,
            &self.maintenance.part,
            &self.me.part,
        ];
        let services = with_services.then_some(&self.services.part);
        parts.into_iter().chain(services).cloned().collect()
    }

    /// # Errors
    /// Every listing failed. The error is that of the first listing.
    fn ensure_any_answered(&self, asked: Now) -> Result<(), SourceError> {
        let parts = self.parts(asked, false);
        let failures: Vec<_> = parts.iter().filter_map(Part::failure).collect();
        match failures.first() {
            Some(first) if failures.len() == parts.len() => {
                Err(SourceError::answered(first.kind, &first.text))
            }
            _ => Ok(()),
        }
    }

    fn to_directory(&self, email: Option<&str>) -> Directory {
        let by_email = || find_by_email(&self.users.value, email?);
        Directory {
            priorities: self.priorities.value.clone(),
            users: self.users.value.clone(),
            policies: self.policies.value.clone(),
            services: self.services.value.clone(),
            on_calls: self.on_calls.value.clone(),
            maintenance: self.maintenance.value.clone(),
            me: self.me.value.clone().or_else(by_email),
        }
    }
}

// The readable elements of a listing. A status in `unavailable` means, as 402 does, that the account does not have the
// listing.
async fn fetch_part<T: DeserializeOwned, U>(
    client: &Client,
    ask: ApiRequest,
    key: &'static str,
    unavailable: &[u16],
    convert: impl FnMut(T) -> Option<U>,
) -> PartOutcome<Vec<U>> {
    let listing = client.get_all_pages::<T>(&ask, key, |_| false).await;
    let listing = listing.map(|read| read.convert_items(convert));
    into_outcome(listing, ask.resource, unavailable)
}

fn into_outcome<T>(
    listing: Result<Listing<T>, SourceError>,
    resource: &str,
    unavailable: &[u16],
) -> PartOutcome<Vec<T>> {
    match listing {
        Ok(read) => read.into_outcome(resource),
        Err(error) => error.into_part_outcome(unavailable),
    }
}

async fn fetch_priorities(client: &Client) -> PartOutcome<Vec<PriorityName>> {
    let ask = ApiRequest::new("priorities", "/priorities");
    let mut seen = HashSet::new();
    let name = |wire: WireReference| to_priority_name(&wire);
    match fetch_part(client, ask, "priorities", &[403, 404], name).await {
        PartOutcome::Whole(mut names) => {
            names.retain(|name| seen.insert(name.clone()));
            PartOutcome::Whole(names)
        }
        other => other,
    }
}

async fn fetch_users(client: &Client) -> PartOutcome<Vec<User>> {
    let ask = ApiRequest::new("users", "/users");
    let user = |wire: WireReference| to_user(&wire);
    let users = fetch_part(client, ask, "users", &[], user).await;
    match lacks_users(&users) {
        Some(what) => PartOutcome::Failed(SourceError::garbled_about("users", what)),
        None => users,
    }
}

// Why a list of users is not complete; `None` if it may be complete. Every account has at least the user who made it,
// and each user has an address. So a list without users or without addresses is not complete.
fn lacks_users(users: &PartOutcome<Vec<User>>) -> Option<&'static str> {
    match users {
        PartOutcome::Whole(users) if users.is_empty() => Some("none is listed"),
        PartOutcome::Whole(users) if users.iter().all(|user| user.email.is_none()) => {
            Some("none has an address")
        }
        _ => None,
    }
}

async fn fetch_services(client: &Client) -> PartOutcome<Vec<Reference<ServiceId>>> {
    let ask = ApiRequest::new("services", "/services").param("sort_by", "name");
    let reference = |wire: WireReference| wire.to_reference();
    fetch_part(client, ask, "services", &[403], reference).await
}

async fn fetch_policies(client: &Client) -> PartOutcome<Vec<EscalationPolicy>> {
    let ask = ApiRequest::new("escalation policies", "/escalation_policies")
        .list_param("include[]", ["escalation_rule_assignment_strategies"]);
    fetch_part(
        client,
        ask,
        "escalation_policies",
        &[],
        WirePolicy::into_policy,
    )
    .await
}

// The rota of the policies that a service uses, or of all policies if no such policy is known. The rota is read in
// several requests, since PagerDuty lists at most 10,000 shifts in one answer.
async fn fetch_on_calls(
    client: &Client,
    policies: &[EscalationPolicy],
    now: DateTime<Utc>,
    oldest: Option<DateTime<Utc>>,
) -> PartOutcome<Vec<OnCall>> {
    let (since, until) = rota_span(now, oldest);
    let ask = ApiRequest::new("on-calls", "/oncalls")
        .time_param("since", since)
        .time_param("until", until);
    let in_use = policies.iter().filter(|policy| !policy.services.is_empty());
    let ids: Vec<&str> = in_use.map(|policy| policy.reference.id.as_str()).collect();
    let pieces: Vec<ApiRequest> = match ids.is_empty() {
        true => vec![ask],
        false => ids
            .chunks(POLICIES_PER_ROTA_REQUEST)
            .map(|ids| {
                let ids = ids.iter().copied();
                ask.clone().list_param("escalation_policy_ids[]", ids)
            })
            .collect(),
    };
    let mut all = Listing::default();
    for piece in &pieces {
        match client
            .get_all_pages::<WireOnCall>(piece, "oncalls", |_| false)
            .await
        {
            Err(error) => return error.into_part_outcome(&[]),
            Ok(read) => {
                all.extend(read.convert_items(WireOnCall::into_on_call));
            }
        }
    }
    let mut seen = HashSet::new();
    all.items.retain(|shift| seen.insert(shift.clone()));
    into_outcome(Ok(all), "on-calls", &[])
}

fn rota_span(now: DateTime<Utc>, oldest: Option<DateTime<Utc>>) -> (DateTime<Utc>, DateTime<Utc>) {
    let until = now.checked_add_signed(ROTA_LOOKAHEAD).unwrap_or(now);
    let first = until.checked_sub_signed(MAX_ROTA_SPAN).unwrap_or(now);
    let usual = now.checked_sub_signed(ROTA_LOOKBACK).unwrap_or(now);
    (
        oldest.map_or(usual, |oldest| oldest.min(usual)).max(first),
        until,
    )
}

async fn fetch_maintenance(client: &Client) -> PartOutcome<Vec<MaintenanceWindow>> {
    let ask =
        ApiRequest::new("maintenance windows", "/maintenance_windows").param("filter", "open");
    let window = WireMaintenanceWindow::into_window;
    fetch_part(client, ask, "maintenance_windows", &[403, 404], window).await
}

// The owner of the API key. A key of the whole account has no owner, so PagerDuty refuses this request for such a key.
async fn fetch_key_owner(client: &Client) -> PartOutcome<Option<Person>> {
    let ask = ApiRequest::new("the key's owner", "/users/me");
    match client.get_object::<WireReference>(&ask, "user").await {
        Err(error) => error.into_part_outcome(&[400, 403, 404]),
        Ok(wire) => PartOutcome::Whole(wire.to_person()),
    }
}

fn find_by_email(users: &[User], email: &str) -> Option<Person> {
    let is = |user: &&User| {
        let address = user.email.as_deref().unwrap_or_default();
        address.to_lowercase() == email.to_lowercase()
    };
    users.iter().find(is).map(|user| user.person.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_back_is_read_unasked() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(400);
        assert!(DirectoryPoller::default_span_covers(
            now,
            now - TimeDelta::hours(24)
        ));
        assert!(!DirectoryPoller::default_span_covers(
            now,
            now - TimeDelta::hours(25)
        ));
    }
}
