//! Reads PagerDuty's record of past incidents and the status pages, for commands about the time after an incident.

use std::io::IsTerminal as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;

use super::poll_once::passphrase_screen;
use super::{CommandContext, out};
use crate::config::Config;
use crate::domain::answers::Answers;
use crate::domain::now::Now;
use crate::domain::policy::Policy;
use crate::domain::post::{PageOwnership, Post, StatusPage};
use crate::domain::settings::SourcesConfig;
use crate::runtime::past_record::{PastRecord, RecordQuery};
use crate::runtime::registry::register_sources;
use crate::sources::context::SourceContext;
use crate::sources::pagerduty::{Access, Progress};
use crate::sources::secret::FetchOptions;
use crate::store::cache::CacheDir;

/// How long to wait for the status pages.
const PAGES_TIMEOUT: Duration = Duration::from_secs(10);

/// The time between two lines of progress, if standard error is not a terminal.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(10);

/// Cells of the progress bar.
const BAR_CELLS: usize = 24;

/// Reads the incidents that `query` asks for, and prints the progress.
///
/// # Errors
/// The same errors as [`PastRecord::read`].
pub async fn read(context: &CommandContext, query: &RecordQuery<'_>) -> Result<PastRecord, String> {
    let sources = SourcesConfig {
        pagerduty: Some(query.account.clone()),
        ..SourcesConfig::default()
    };
    let state_dir = context.state_dir().await;
    let cache = context.cache(state_dir.as_deref());
    let sources = context.source_context(&sources, cache, Access::ReadOnly);
    sources.secrets.fetch_all(&patient()).await;
    let is_watched = std::io::stderr().is_terminal();
    let printed_at = Mutex::new(context.time.now().mono);
    let on_progress = |progress: Progress| {
        let text = describe(progress);
        let now = context.time.now().mono;
        let mut printed_at = printed_at.lock().unwrap_or_else(PoisonError::into_inner);
        if is_watched {
            out::prompt(&format!("\r\x1b[K{} {text}", bar(progress)));
        } else if now.saturating_sub(*printed_at) >= PROGRESS_INTERVAL {
            *printed_at = now;
            out::print_message(&text);
        }
    };
    let read = PastRecord::read(&sources, query, &on_progress).await;
    if is_watched {
        out::prompt("\r\x1b[K");
    }
    read
}

/// Describes the progress of reading.
pub fn describe(progress: Progress) -> String {
    let Progress {
        requests,
        steps_done,
        steps,
        waits,
    } = progress;
    let waits = match waits.as_secs() {
        0 => String::new(),
        seconds => format!("; the rate limit resets in {seconds} s"),
    };
    format!(
        "reading PagerDuty's record: part {} of {steps}, {requests} requests{waits}",
        (steps_done + 1).min(steps)
    )
}

fn bar(progress: Progress) -> String {
    let full = (BAR_CELLS * progress.steps_done)
        .checked_div(progress.steps)
        .unwrap_or_default()
        .min(BAR_CELLS);
    let (full, rest) = ("#".repeat(full), "-".repeat(BAR_CELLS - full));
    format!("[{full}{rest}]")
}

/// The present posts on the pages that are or may be the team's, and a text for each of these pages that could not be
/// read.
pub async fn own_posts(context: &CommandContext, config: &Config) -> (Vec<Post>, Vec<String>) {
    own_pages(context, config).await.into_posts()
}

/// The status pages that are or may be the team's.
pub struct OwnPages {
    /// Each page; `None` if it is not known now.
    pub pages: Vec<Option<StatusPage>>,
    /// Texts that name the pages that are not known.
    pub unread: Vec<String>,
}

impl OwnPages {
    /// The posts of the known pages, and the texts that name the other pages.
    pub fn into_posts(self) -> (Vec<Post>, Vec<String>) {
        let pages = self.pages.into_iter().flatten();
        let posts = pages.flat_map(|page| page.posts);
        (posts.collect(), self.unread)
    }
}

/// Polls the pages that are or may be the team's.
pub async fn own_pages(context: &CommandContext, config: &Config) -> OwnPages {
    let pages = status_pages_of(&config.sources);
    let sources = context.source_context(&pages, CacheDir::disabled(), Access::ReadOnly);
    sources.secrets.fetch_all(&patient()).await;
    let answers = poll_status_pages(&config.sources, &Arc::new(sources)).await;
    own_pages_in(&answers, &config.policy, context.time.now())
}

/// The pages in `answers` that are or may be the team's.
pub fn own_pages_in(answers: &Answers, policy: &Policy, now: Now) -> OwnPages {
    let (mut pages, mut unread) = (Vec::new(), Vec::new());
    for slot in &answers.status_pages {
        if policy.page_ownership(&slot.id.name) == PageOwnership::Foreign {
            continue;
        }
        let page = slot.fresh_body(now);
        if page.is_none() {
            unread.push(format!(
                "the status page {} could not be read",
                slot.id.name
            ));
        }
        pages.push(page.cloned());
    }
    OwnPages { pages, unread }
}

/// Polls the status pages once. A page that does not answer in time is not known.
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

/// Options for commands without a time limit: such a command waits for secrets as long as they take.
pub fn patient() -> FetchOptions<'static> {
    FetchOptions {
        screen: passphrase_screen(),
        deadline: None,
        on_slow: &|name| out::print_message(&format!("waiting for the command of {name}")),
        on_warning: &|warning| out::print_message(warning),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_says_how_far_it_is_and_why_it_waits() {
        let begin = Progress::default();
        assert_eq!(bar(begin), format!("[{}]", "-".repeat(BAR_CELLS)));
        let progress = Progress {
            requests: 120,
            steps_done: 6,
            steps: 24,
            waits: Duration::from_secs(41),
        };
        assert_eq!(bar(progress), "[######------------------]");
        assert_eq!(
            describe(progress),
            "reading PagerDuty's record: part 7 of 24, 120 requests; the rate limit resets in 41 s"
        );
        let end = Progress {
            steps_done: 30,
            waits: Duration::ZERO,
            ..progress
        };
        assert_eq!(bar(end), format!("[{}]", "#".repeat(BAR_CELLS)));
        assert_eq!(
            describe(end),
            "reading PagerDuty's record: part 24 of 24, 120 requests"
        );
    }
}
