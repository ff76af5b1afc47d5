//! Polls every source once, for commands that end afterwards.

use std::io::IsTerminal as _;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{join, join_all};

use super::{CommandContext, out};
use crate::config::Config;
use crate::domain::answers::Answers;
use crate::domain::now::TimeSource;
use crate::domain::policy::Policy;
use crate::domain::source::{Part, PartName, PartProblem};
use crate::picture::{BuildOptions, Picture, PlaceFilter, build};
use crate::report::scope::Scope;
use crate::runtime::local_time_boxes;
use crate::runtime::registry::{SourceRegistry, register_sources};
use crate::sources::context::SourceContext;
use crate::sources::pagerduty::Access;
use crate::sources::secret::{FetchOptions, TerminalState};
use crate::text::context::TextContext;
use crate::text::symbols::Symbols;

/// The context for texts. If this machine's clock is wrong, the context's time is corrected by the servers' clocks.
pub fn text_context(
    context: &CommandContext,
    picture: &Picture,
    policy: &Policy,
    symbols: &'static Symbols,
) -> TextContext {
    TextContext {
        now: context.time.now().with_wall_offset(picture.skew),
        zone: policy.display_zone,
        symbols,
    }
}

/// Whether a failing hub must be tried a second time. A hub counts as down only after a second failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondTry {
    /// A hub without the second try makes the verdict unknown.
    Needed,
    /// A hub without the second try counts as degraded.
    NotNeeded,
}

/// One poll of every source.
pub struct PolledSources {
    pub picture: Picture,
    /// The answers that the picture is built from.
    pub answers: Answers,
    /// The context of the sources, with all secrets fetched.
    pub context: Arc<SourceContext>,
}

/// Polls as [`poll_sources`] does, and returns only the picture.
pub async fn poll_and_build(
    context: &CommandContext,
    config: Config,
    scope: &Scope,
    limit: Duration,
    second_try: SecondTry,
    screen: TerminalState,
) -> Picture {
    let polled = poll_sources(context, config, scope, limit, second_try, screen).await;
    polled.picture
}

/// Polls every source in the scope once, within `limit`. A source that has not answered by then is down, with the time
/// limit as the reason.
pub async fn poll_sources(
    context: &CommandContext,
    mut config: Config,
    scope: &Scope,
    limit: Duration,
    second_try: SecondTry,
    screen: TerminalState,
) -> PolledSources {
    // PagerDuty and the status pages are polled even if the scope is only a part of the fleet.
    config.sources.retain_places(
        |cluster| scope.has_cluster(cluster),
        |hub| scope.has_hub(hub),
    );
    let state_dir = context.state_dir().await;
    let cache = context.cache(state_dir.as_deref());
    let sources = Arc::new(context.source_context(&config.sources, cache, Access::ReadOnly));
    let manner = FetchOptions {
        screen,
        deadline: Some(context.time.now().plus(limit)),
        on_slow: &|_| {},
        on_warning: &|warning| out::print_message(warning),
    };
    let time_boxes = local_time_boxes::load(state_dir.as_deref(), out::print_message);
    let registry = register_sources(config.sources, time_boxes, &sources);
    // A source with a fetched secret does not wait for the secrets of other sources.
    let secrets = sources.secrets.fetch_all(&manner);
    let mut answers = poll_all(registry, limit, &*context.time, secrets).await;
    if second_try == SecondTry::Needed {
        name_missing_tries(&mut answers, config.policy.limits.probe_confirm, limit);
    }
    let in_scope: PlaceFilter<'_> = &|place| scope.has_place(place);
    let options = BuildOptions {
        keep: (!scope.is_all()).then_some(in_scope),
        previous: None,
    };
    let now = context.time.now();
    let picture = Picture {
        restricted_to: scope.names(),
        ..build(&answers, &config.policy, now, options)
    };
    PolledSources {
        picture,
        answers,
        context: sources,
    }
}

// Reports a missing part if some hubs were tried only once within `limit`: these hubs may be down.
fn name_missing_tries(answers: &mut Answers, confirm: Duration, limit: Duration) {
    let answer = answers
        .probes
        .as_mut()
        .and_then(|slot| slot.answer.as_mut());
    let Some(answer) = answer else { return };
    let untried = answer.body.values();
    let untried =
        untried.filter(|probe| probe.outcome.shows_outage() && !probe.is_confirmed(confirm));
    let count = untried.count();
    if count == 0 {
        return;
    }
    let limit = humantime::format_duration(limit);
    let confirm = humantime::format_duration(confirm);
    let text = format!(
        "{count} could not be tried again within the time limit of {limit}: a second try comes {confirm} after the first"
    );
    Arc::make_mut(answer).parts.push(Part {
        problem: Some(PartProblem::Partial(text)),
        ..Part::new(PartName::SecondTries)
    });
}

/// Polls all sources of a registry once, within `limit`, and returns their answers. The future `beside` runs at the
/// same time.
pub async fn poll_all(
    registry: SourceRegistry,
    limit: Duration,
    time: &dyn TimeSource,
    beside: impl Future,
) -> Answers {
    let (slots, polls) = registry.poll_once(limit);
    let started = time.now();
    let _all = join(beside, join_all(polls)).await;
    let mut answers = slots.answers();
    for slot in answers.slots_mut() {
        slot.extend_interval_over(time.now().since(started));
    }
    answers
}

/// With a person at the terminal, a command may ask for a passphrase.
pub fn passphrase_screen() -> TerminalState {
    if std::io::stdin().is_terminal() {
        TerminalState::Free
    } else {
        TerminalState::Taken
    }
}
