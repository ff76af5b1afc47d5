//! PagerDuty's record of past incidents, as the commands about the time after an incident read it.

use std::collections::BTreeSet;
use std::io::IsTerminal as _;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::future::join_all;

use super::poll_once::passphrase_screen;
use super::{CommandContext, out};
use crate::config::Config;
use crate::domain::answers::Answers;
use crate::domain::directory::Directory;
use crate::domain::ids::PriorityName;
use crate::domain::incident::Person;
use crate::domain::policy::Policy;
use crate::domain::post::{PageOwnership, Post};
use crate::domain::settings::{PagerDutySettings, SourcesConfig};
use crate::domain::source::{Failure, Part, PartName, PartProblem};
use crate::picture::places::places_in_title;
use crate::report::people::{PersonKind, person_kind};
use crate::review::past_incident::PastIncident;
use crate::runtime::clock;
use crate::runtime::registry::register_sources;
use crate::sources::context::SourceContext;
use crate::sources::pagerduty::{
    Access, Client, DirectoryPoller, IncidentRecord, Reading, fetch_past_incidents,
};
use crate::sources::secret::FetchOptions;
use crate::store::cache::CacheDir;

/// What is not PagerDuty is not waited for longer.
const PAGES_TIMEOUT: Duration = Duration::from_secs(10);

/// Mailboxes and bots are known by their users' addresses.
const USERS_MISSING: &str =
    "not all users can be read: an acknowledgement by a mailbox or a bot may count as a human's";

/// What PagerDuty holds of a span of time.
pub struct PastRecord {
    pub incidents: Vec<PastIncident>,
    /// The spans of which not all incidents are listed.
    pub unread: Vec<Range<DateTime<Utc>>>,
    pub directory: Directory,
    /// What could not be read, in words.
    pub missing: Vec<String>,
}

impl PastRecord {
    /// Reads the incidents that were created within `span`.
    ///
    /// # Errors
    /// PagerDuty, its priorities or a listing could not be read.
    pub async fn read(
        context: &CommandContext,
        account: &PagerDutySettings,
        policy: &Policy,
        span: &Range<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<Self, String> {
        let client = client(context, account).await?;
        let mut directory = DirectoryPoller::new(Arc::clone(&client), account);
        let polled = directory.poll(None).await.outcome;
        let polled = polled.map_err(|error| error.text)?;
        if let Some(why) = unread_priorities(&polled.parts) {
            return Err(why);
        }
        let mut parts = polled.parts.iter();
        let lacks_users = parts.any(|part| part.name == PartName::Users && part.problem.is_some());
        let is_watched = std::io::stderr().is_terminal();
        let on_progress = |requests: usize| {
            if is_watched {
                out::prompt(&format!("\rreading PagerDuty's record: {requests} pages "));
            }
        };
        let reading = Reading {
            on_progress: &on_progress,
            wait: &|time| Box::pin(clock::sleep(time)),
        };
        let past = fetch_past_incidents(&client, account, span, now, reading).await;
        if is_watched {
            out::prompt("\r\x1b[K");
        }
        let past = past.map_err(|error| error.text)?;
        let unread_users = lacks_users.then(|| USERS_MISSING.to_owned());
        let unlisted = unlisted_priorities(&past.records, &polled.body);
        let missing = past.missing.into_iter().chain(unread_users).chain(unlisted);
        let records = past.records.into_iter();
        Ok(Self {
            missing: missing.collect(),
            incidents: records
                .map(|record| past_incident(record, policy))
                .collect(),
            unread: past.unread,
            directory: polled.body,
        })
    }

    /// Whether somebody is neither a mailbox nor a bot of the configuration.
    pub fn is_human(&self, who: &Person, policy: &Policy) -> bool {
        person_kind(who, &self.directory, policy) == PersonKind::Human
    }
}

/// The posts that the pages which are or may be ours show now, and what could not be read, in words.
pub async fn own_posts(context: &CommandContext, config: &Config) -> (Vec<Post>, Vec<String>) {
    let pages = status_pages_of(&config.sources);
    let sources = context.source_context(&pages, CacheDir::disabled(), Access::ReadOnly);
    sources.secrets.fetch_all(&patient()).await;
    let answers = poll_status_pages(&config.sources, &Arc::new(sources)).await;
    let (mut posts, mut unread) = (Vec::new(), Vec::new());
    for slot in answers.status_pages {
        if config.policy.page_ownership(&slot.id.name) == PageOwnership::Foreign {
            continue;
        }
        match slot.body() {
            Some(page) => posts.extend(page.posts.iter().cloned()),
            None => unread.push(format!(
                "the status page {} could not be read",
                slot.id.name
            )),
        }
    }
    (posts, unread)
}

/// Asks the status pages once; one that does not answer in time is not known.
pub async fn poll_status_pages(sources: &SourcesConfig, context: &Arc<SourceContext>) -> Answers {
    let registry = register_sources(status_pages_of(sources), Vec::new(), context);
    let (slots, polls) = registry.poll_once(PAGES_TIMEOUT);
    join_all(polls).await;
    let mut answers = Answers::default();
    slots.add_to(&mut answers);
    answers
}

fn status_pages_of(sources: &SourcesConfig) -> SourcesConfig {
    SourcesConfig {
        status_pages: sources.status_pages.clone(),
        ..SourcesConfig::default()
    }
}

/// Secrets are waited for: these commands have no time limit.
pub fn patient() -> FetchOptions<'static> {
    FetchOptions {
        screen: passphrase_screen(),
        deadline: None,
        on_slow: &|name| out::print_message(&format!("waiting for the command of {name}")),
        on_warning: &|warning| out::print_message(warning),
    }
}

fn past_incident(record: IncidentRecord, policy: &Policy) -> PastIncident {
    PastIncident {
        places: places_in_title(&record.incident.title, policy),
        incident: record.incident,
        log: record.log,
        merged_into: record.merged_into,
    }
}

// The most severe priority is not known unless all priorities are read in their order.
fn unread_priorities(parts: &[Part]) -> Option<String> {
    let part = parts.iter().find(|it| it.name == PartName::Priorities)?;
    match part.problem.as_ref()? {
        PartProblem::NotOffered(_) => None,
        PartProblem::Failed(Failure { text, .. }) | PartProblem::Partial(text) => {
            Some(text.clone())
        }
        PartProblem::NotReadYet(_) => Some("the priorities are not read".to_owned()),
    }
}

async fn client(
    context: &CommandContext,
    account: &PagerDutySettings,
) -> Result<Arc<Client>, String> {
    let sources = SourcesConfig {
        pagerduty: Some(account.clone()),
        ..SourcesConfig::default()
    };
    let cache = CacheDir::disabled();
    let sources = context.source_context(&sources, cache, Access::ReadOnly);
    sources.secrets.fetch_all(&patient()).await;
    sources
        .pagerduty_client(&account.url, &account.token, &account.http)
        .map_err(|error| error.text)
}

// `check` counts such an incident as one of the most severe; whether it was an outage is not known.
fn unlisted_priorities(records: &[IncidentRecord], directory: &Directory) -> Option<String> {
    let names = records
        .iter()
        .filter_map(|it| it.incident.priority.as_ref());
    let unlisted: BTreeSet<&PriorityName> = names
        .filter(|name| !directory.priorities.contains(name))
        .collect();
    let names: Vec<String> = unlisted.iter().map(ToString::to_string).collect();
    (!names.is_empty()).then(|| {
        let names = names.join(", ");
        format!("PagerDuty does not list these priorities: {names}; whether such incidents were outages is not known")
    })
}
