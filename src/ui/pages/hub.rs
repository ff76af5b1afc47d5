//! The page of a hub: its health, the evidence for its health, and every signal with its limit.

use super::history::signals;
use super::page::{NOT_KNOWN, Page, PageSize, field};
use super::{case, probe, sources};
use crate::app::history::HistoryFetch;
use crate::app::model::Model;
use crate::domain::hub::{Health, Signal, Signals, Tier};
use crate::domain::ids::HubKey;
use crate::domain::policy::Limits;
use crate::picture::{ClusterView, HubView};
use crate::text::durations::{age, age_since};
use crate::text::{ExpiringText, Meaning, TextContext, TextLength};
use crate::text::{IntoExpiringText, Line, Symbols};
use crate::wording::evidence::{describe, hub_health, percent};
use crate::wording::hub::start_time;

/// The page of a hub.
pub fn page(key: &HubKey, model: &Model, ctx: &TextContext, room: PageSize) -> Page {
    let title = Line::styled(Meaning::TitleFocused, format!("Hub {key}"));
    let mut page = Page::new(title);
    let Some((cluster, hub)) = model.find_hub(key) else {
        page.text(Meaning::Unknown, "not known: this hub is no longer watched");
        return page;
    };
    add_health(&mut page, hub, ctx);
    add_mismatches(&mut page, hub, model, ctx);
    page.heading("Probe");
    probe::add(&mut page, hub.probe.as_ref(), &hub.spec, ctx);
    add_signals(&mut page, cluster, hub, model, ctx, room);
    add_cases(&mut page, hub, model, ctx);
    case::links::add(&mut page, model);
    page
}

fn add_health(page: &mut Page, hub: &HubView, ctx: &TextContext) {
    let meaning = Meaning::from_health(hub.health);
    let symbol = match hub.health {
        Health::Down => ctx.symbols.down,
        Health::Unknown => ctx.symbols.unknown,
        Health::Degraded => ctx.symbols.degraded,
        Health::Up => ctx.symbols.up,
    };
    page.line(
        Line::styled(meaning, symbol)
            .with(Meaning::Plain, " ")
            .with(meaning, hub_health(hub, ctx)),
    );
    for piece in &hub.evidence {
        page.line(Line::indented(2).with(Meaning::Plain, describe(piece, ctx)));
    }
    if hub.maintenance {
        let text = "in planned maintenance: it does not count for the verdict";
        page.text(Meaning::Dim, format!("{} {text}", ctx.symbols.maintenance));
    }
    let tier = match hub.spec.tier {
        Tier::Prod => "prod",
        Tier::Staging => "staging: it never makes the verdict critical",
    };
    page.field("tier", Meaning::Plain, tier);
    page.field_or_unknown("domain", hub.spec.domain.as_deref());
}

fn add_mismatches(page: &mut Page, hub: &HubView, model: &Model, ctx: &TextContext) {
    let name = hub.spec.key.to_string();
    let picture = model.picture.iter();
    let about = picture
        .flat_map(|picture| &picture.mismatches)
        .filter(|mismatch| mismatch.subject.as_ref() == Some(&name));
    for mismatch in about {
        page.line(
            Line::styled(Meaning::Mismatch, format!("{} ", ctx.symbols.mismatch))
                .with(Meaning::Mismatch, mismatch.describe(TextLength::Long, ctx)),
        );
    }
}

fn add_signals(
    page: &mut Page,
    cluster: &ClusterView,
    hub: &HubView,
    model: &Model,
    ctx: &TextContext,
    room: PageSize,
) {
    page.heading("Signals");
    match &cluster.prometheus {
        None => page.field(
            "from",
            Meaning::Dim,
            "no Prometheus is configured for its cluster",
        ),
        Some((id, state)) => {
            let name = id.to_string();
            let how = match model.picture.as_deref().and_then(|all| all.source(id)) {
                Some(view) => sources::state_and_age(view, ctx),
                None => name.into_expiring_text(),
            };
            page.field("from", Meaning::from_source_state(*state), how);
        }
    }
    if hub.signals_stale {
        page.text(
            Meaning::Stale,
            "this data is out of date: its source is not fresh",
        );
    }
    let inquiry = signals::find_inquiry(model, &hub.spec.key);
    add_table(page, hub, model, inquiry, ctx, room);
    signals::add_query_status(page, inquiry, ctx);
}

fn add_table(
    page: &mut Page,
    hub: &HubView,
    model: &Model,
    inquiry: Option<&HistoryFetch>,
    ctx: &TextContext,
    room: PageSize,
) {
    let shown = if hub.signals_stale {
        Meaning::Stale
    } else {
        Meaning::Plain
    };
    let rows = signal_rows(&hub.signals, &model.policy.limits, ctx.symbols);
    for (signal_kind, name, value, limit) in rows {
        let line = signal_line(name, value, &limit, shown);
        signals::add(page, line, signal_kind, inquiry, ctx, room);
    }
    let sampled = hub
        .signals
        .sampled_at
        .map(|at| age_since(at, ctx.now).map(|age| format!("{age} ago")));
    page.field_or_unknown("sampled", sampled);
}

fn signal_line(name: &str, value: Option<String>, limit: &str, shown: Meaning) -> Line {
    let line = match value {
        Some(value) => field(name).with(shown, value),
        None => field(name).with(Meaning::Dim, NOT_KNOWN),
    };
    if limit.is_empty() {
        return line;
    }
    line.with(Meaning::Dim, format!("  ({limit})"))
}

type SignalRow = (Signal, &'static str, Option<String>, String);

fn signal_rows(signals: &Signals, limits: &Limits, symbols: &Symbols) -> [SignalRow; 7] {
    let whole = |value: Option<f64>| value.map(|value| format!("{value:.0}"));
    let free = |value: Option<f64>| value.map(|value| format!("{} free", percent(value)));
    let disk = || format!("degraded below {}", percent(limits.disk_free_percent));
    let up = |value: f64| match value {
        value if value > 0.0 => "1: Prometheus scrapes it".to_owned(),
        _ => "0: Prometheus cannot scrape it".to_owned(),
    };
    [
        (Signal::Up, "up", signals.up.map(up), String::new()),
        (
            Signal::SpawnFailures30m,
            "failed starts",
            // `increase` returns fractions, but the number of failed starts is whole.
            whole(signals.spawn_failures_30m),
            format!("in the last 30m; degraded from {:.0}", limits.failed_starts),
        ),
        (
            Signal::SpawnP95Seconds,
            "start time",
            start_time(signals, symbols),
            "95th percentile of starts".to_owned(),
        ),
        (
            Signal::RunningServers,
            "servers",
            whole(signals.running_servers),
            "running".to_owned(),
        ),
        (
            Signal::ActiveUsers,
            "people",
            whole(signals.active_users),
            "active in 24h".to_owned(),
        ),
        (
            Signal::HomeFreePercent,
            "home disk",
            free(signals.home_free_percent),
            disk(),
        ),
        (
            Signal::DbFreePercent,
            "database disk",
            free(signals.db_free_percent),
            disk(),
        ),
    ]
}

fn add_cases(page: &mut Page, hub: &HubView, model: &Model, ctx: &TextContext) {
    page.heading("Cases");
    let Some(picture) = model.picture.as_deref() else {
        return;
    };
    let cases: Vec<_> = hub.cases.iter().filter_map(|id| picture.case(id)).collect();
    if cases.is_empty() {
        page.text(Meaning::Dim, "no case is about this hub");
    }
    for case in cases {
        page.line(case::one_line(case, ctx));
    }
    if let Some(oldest) = stale_sources_note(model, ctx) {
        page.text(Meaning::Stale, oldest);
    }
}

// A note that names a source that is not fresh. The list of cases above the note may then be incomplete.
fn stale_sources_note(model: &Model, ctx: &TextContext) -> Option<ExpiringText> {
    let picture = model.picture.as_deref()?;
    let mut stale = picture.sources.iter().filter(|view| !view.state.is_fresh());
    let first = stale.next()?;
    let more = stale.count();
    let name = crate::wording::source::name(first);
    let text = match first.requested_at {
        Some(then) => age(then, ctx.now).map(|age| format!("{name} last answered {age} ago")),
        None => format!("{name} has not answered").into_expiring_text(),
    };
    Some(text.map(|text| match more {
        0 => format!("as far as known: {text}"),
        more => format!("as far as known: {text}, and {more} more sources are not fresh"),
    }))
}
