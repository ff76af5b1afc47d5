//! Reads PagerDuty's record of past incidents, and the pages, for commands about the time after an incident.

use std::io::IsTerminal as _;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;

use super::poll_once::passphrase_screen;
use super::{CommandContext, out};
use crate::config::Config;
use crate::domain::answers::Answers;
use crate::domain::post::{PageOwnership, Post};
use crate::domain::settings::SourcesConfig;
use crate::runtime::past_record::{PastRecord, RecordQuery};
use crate::runtime::registry::register_sources;
use crate::sources::context::SourceContext;
use crate::sources::pagerduty::Access;
use crate::sources::secret::FetchOptions;
use crate::store::cache::CacheDir;

/// What is not PagerDuty is not waited for longer.
const PAGES_TIMEOUT: Duration = Duration::from_secs(10);

/// Reads what `query` asks for, and shows on a terminal how far it is.
///
/// # Errors
/// As [`PastRecord::read`].
pub async fn read(context: &CommandContext, query: &RecordQuery<'_>) -> Result<PastRecord, String> {
    let sources = SourcesConfig {
        pagerduty: Some(query.account.clone()),
        ..SourcesConfig::default()
    };
    let sources = context.source_context(&sources, CacheDir::disabled(), Access::ReadOnly);
    sources.secrets.fetch_all(&patient()).await;
    let is_watched = std::io::stderr().is_terminal();
    let on_progress = |requests: usize| {
        if is_watched {
            out::prompt(&format!("\rreading PagerDuty's record: {requests} pages "));
        }
    };
    let read = PastRecord::read(&sources, query, &on_progress).await;
    if is_watched {
        out::prompt("\r\x1b[K");
    }
    read
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
