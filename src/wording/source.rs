//! Words for the state of a source and the age of its data.

use std::time::Duration;

use chrono::TimeDelta;

use crate::domain::now::Now;
use crate::domain::source::SourceState;
use crate::picture::{Picture, SourceView};

use crate::text::context::{ExpiringText, TextContext};
use crate::text::durations::{age, format_duration};
use crate::text::sanitize::clean;

/// The text if no source is configured.
pub const NO_SOURCES: &str = "no source is configured, nothing is known";

/// A source that never answered shows its age only after it has been down for this long. A smaller age would only be
/// the time since hubwatch started.
const MIN_SHOWN_AGE: Duration = Duration::from_secs(60);

/// A list names at most this many sources or rules.
const MAX_NAMED: usize = 3;

/// The state of a source that a single poll could not read in time.
pub const NOT_READ_IN_TIME: &str = "not read in time";

/// A source's state in one word.
pub fn state_name(state: SourceState) -> &'static str {
    match state {
        SourceState::Live => "live",
        SourceState::Late => "late",
        SourceState::Waiting => "waiting",
        SourceState::Stale => "stale",
        SourceState::Down => "down",
    }
}

/// A source's state in the word that is shown. A source that a single poll could not read in time has its own text
/// instead of "waiting".
pub fn state_word(source: &SourceView) -> &'static str {
    match (&source.failure, source.state) {
        (Some(_), SourceState::Waiting) => NOT_READ_IN_TIME,
        (_, state) => state_name(state),
    }
}

/// A source's name as it is shown.
pub fn name(source: &SourceView) -> String {
    clean(&source.id.to_string()).into_owned()
}

/// A source's state, the age of the state, and the error: "prometheus/leap down 4m: connection refused".
pub fn describe(source: &SourceView, ctx: &TextContext) -> ExpiringText {
    let name = name(source);
    let error = error(source)
        .map(|text| format!(": {text}"))
        .unwrap_or_default();
    state_with_age(source, ctx).map(|how| format!("{name} {how}{error}"))
}

/// Sources that fail for the same reason: their number, the time since the first failure, and their names. An example
/// is "30 Prometheuses down 4m: connection refused (prometheus/a, prometheus/b and 28 more)".
pub fn describe_many(kind: &str, sources: &[&SourceView], ctx: &TextContext) -> ExpiringText {
    let since = |source: &&&SourceView| {
        let failure = source.failure.as_ref();
        failure
            .map_or(source.requested_at, |failure| Some(failure.since))
            .map(|at| at.wall)
    };
    let Some(first) = sources.iter().min_by_key(since) else {
        return ExpiringText::fixed("");
    };
    let error = error(first)
        .map(|text| format!(": {text}"))
        .unwrap_or_default();
    let named: Vec<String> = sources
        .iter()
        .take(MAX_NAMED)
        .map(|one| name(one))
        .collect();
    let more = match sources.len().saturating_sub(MAX_NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let names = named.join(", ");
    let count = sources.len();
    state_with_age(first, ctx).map(|how| format!("{count} {kind} {how}{error} ({names}{more})"))
}

/// A source's state without the error: "prometheus/leap down 4m".
pub fn describe_short(source: &SourceView, ctx: &TextContext) -> ExpiringText {
    let name = name(source);
    state_with_age(source, ctx).map(|how| format!("{name} {how}"))
}

/// The source's latest error.
pub fn error(source: &SourceView) -> Option<String> {
    source
        .failure
        .as_ref()
        .map(|failure| clean(&failure.text).into_owned())
}

// For "down", the age counts from the first failure. For "stale", it counts from the request for the data.
fn state_with_age(source: &SourceView, ctx: &TextContext) -> ExpiringText {
    let word = state_word(source);
    let since = match (source.state, &source.failure) {
        (SourceState::Live | SourceState::Waiting, _) => None,
        (SourceState::Down, Some(failure)) => Some(failure.since),
        _ => source.requested_at,
    };
    match since {
        Some(then) if is_down_since_start(source, then, ctx) => {
            ExpiringText::expiring_in(word, MIN_SHOWN_AGE.saturating_sub(ctx.now.since(then)))
        }
        Some(then) => age(then, ctx.now).map(|age| format!("{word} {age}")),
        None => ExpiringText::fixed(word),
    }
}

// Whether the source has been down since hubwatch started, but not yet for [`MIN_SHOWN_AGE`].
fn is_down_since_start(source: &SourceView, down_since: Now, ctx: &TextContext) -> bool {
    let was_well = source
        .requested_at
        .is_some_and(|asked| asked.wall < down_since.wall);
    source.state == SourceState::Down && !was_well && ctx.now.since(down_since) < MIN_SHOWN_AGE
}

/// How old the data on the screen is; `None` if there is no data.
pub fn data_age(source: &SourceView, ctx: &TextContext) -> Option<ExpiringText> {
    source.requested_at.map(|then| age(then, ctx.now))
}

/// How many sources are fresh. If all are, the text is "33 sources live". "33 sources, 1 late" means that the last poll
/// of one source failed or is overdue. If some are not fresh, the age of the oldest data follows: "sources 32 of 33,
/// oldest 4m". Before the first answer, the text is "asking 33 sources".
pub fn summary(picture: &Picture, ctx: &TextContext) -> ExpiringText {
    let all = picture.sources.len();
    let fresh = picture
        .sources
        .iter()
        .filter(|source| source.state.is_fresh())
        .count();
    let waiting = count_in_state(picture, SourceState::Waiting);
    match (all, fresh, waiting) {
        (0, ..) => ExpiringText::fixed("no sources"),
        (_, 0, waiting) if waiting == all => {
            ExpiringText::fixed(format!("asking {}", count_with_noun(all)))
        }
        _ if fresh == all => {
            ExpiringText::fixed(match count_in_state(picture, SourceState::Late) {
                0 => format!("{} live", count_with_noun(all)),
                late => format!("{}, {late} late", count_with_noun(all)),
            })
        }
        _ => {
            let head = format!("sources {fresh} of {all}");
            match oldest_data(picture, ctx) {
                Some(age) => age.map(|age| format!("{head}, oldest {age}")),
                None => ExpiringText::fixed(head),
            }
        }
    }
}

/// The number of missing parts that the verdict needs: "3 parts missing". `None` if no such part is missing.
pub fn missing_parts(picture: &Picture) -> Option<String> {
    let all = picture.sources.iter();
    match all.flat_map(SourceView::missing_parts).count() {
        0 => None,
        1 => Some("1 part missing".to_owned()),
        count => Some(format!("{count} parts missing")),
    }
}

/// The alerting rules that a cluster is missing: "lacks 2 alerting rules that most clusters have: disk full, node
/// down".
pub fn lacked_rules(source: &SourceView) -> Option<String> {
    let all = &source.missing_rules;
    let named: Vec<_> = all.iter().take(MAX_NAMED).map(|name| clean(name)).collect();
    let noun = match all.len() {
        0 => return None,
        1 => "1 alerting rule".to_owned(),
        many => format!("{many} alerting rules"),
    };
    let more = match all.len().saturating_sub(MAX_NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let named = named.join(", ");
    Some(format!(
        "lacks {noun} that most clusters have: {named}{more}"
    ))
}

/// How far this machine's clock is from the servers' clocks: "this machine's clock is 4m slow, corrected". `None` if
/// the clock is right.
pub fn clock_skew(picture: &Picture) -> Option<String> {
    let off = picture.skew;
    let how = if off > TimeDelta::zero() {
        "slow"
    } else {
        "fast"
    };
    let off = off.abs().to_std().ok()?;
    (!off.is_zero()).then(|| {
        format!(
            "this machine's clock is {} {how}, corrected",
            format_duration(off)
        )
    })
}

// The age of the oldest data on the screen. Only sources that are not fresh are considered.
fn oldest_data(picture: &Picture, ctx: &TextContext) -> Option<ExpiringText> {
    picture
        .sources
        .iter()
        .filter(|source| !source.state.is_fresh())
        .filter_map(|source| source.requested_at)
        .max_by_key(|then| ctx.now.since(*then))
        .map(|then| age(then, ctx.now))
}

/// How many sources are in `state`.
pub fn count_in_state(picture: &Picture, state: SourceState) -> usize {
    picture
        .sources
        .iter()
        .filter(|source| source.state == state)
        .count()
}

fn count_with_noun(sources: usize) -> String {
    match sources {
        1 => "1 source".to_owned(),
        many => format!("{many} sources"),
    }
}
