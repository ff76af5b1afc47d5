//! Times of day: "17:00", "Fri 17:00", "5 Jan 17:00". The time zone is shown once per screen, in the header.

use std::time::Duration;

use chrono::{DateTime, Days, NaiveTime, TimeZone, Utc};

use super::context::{ExpiringText, TextContext};

/// `at` in the shortest form that is clear today: "17:00", "Fri 17:00", "5 Jan 17:00".
pub fn short_time(at: DateTime<Utc>, ctx: &TextContext) -> ExpiringText {
    let (local, local_now) = (at.with_timezone(&ctx.zone), local_now(ctx));
    let days = (local.date_naive() - local_now.date_naive()).num_days();
    let format = match days {
        0 => "%H:%M",
        -6..=6 => "%a %H:%M",
        _ => "%-d %b %H:%M",
    };
    until_midnight(local.format(format).to_string(), ctx)
}

/// The day of `at`, without the hour: "today", "Tue", "5 Jan".
pub fn short_day(at: DateTime<Utc>, ctx: &TextContext) -> ExpiringText {
    let (local, local_now) = (at.with_timezone(&ctx.zone), local_now(ctx));
    let text = match (local.date_naive() - local_now.date_naive()).num_days() {
        0 => "today".to_owned(),
        -6..=6 => local.format("%a").to_string(),
        _ => local.format("%-d %b").to_string(),
    };
    until_midnight(text, ctx)
}

/// A span of time: "09:00–11:00", "Sat 09:00–11:00", "Sat 22:00–Sun 02:00".
pub fn time_range(from: DateTime<Utc>, to: DateTime<Utc>, ctx: &TextContext) -> ExpiringText {
    let (start, end) = (from.with_timezone(&ctx.zone), to.with_timezone(&ctx.zone));
    let dash = ctx.symbols.dash;
    if start.date_naive() == end.date_naive() {
        short_time(from, ctx).map(|text| format!("{text}{dash}{}", end.format("%H:%M")))
    } else {
        ExpiringText::join([short_time(from, ctx), short_time(to, ctx)], dash)
    }
}

/// The header's clock: "03:12 UTC". The clock moves each minute, which proves that the screen is alive.
pub fn current_time(ctx: &TextContext) -> ExpiringText {
    ExpiringText::expiring_in(
        local_now(ctx).format("%H:%M %Z").to_string(),
        super::durations::until_next_minute(ctx.now),
    )
}

/// The name of the zone; every name of UTC is shown as "UTC".
pub fn zone_name(ctx: &TextContext) -> &'static str {
    match ctx.zone.name() {
        "Etc/UTC" | "Etc/UCT" | "Etc/Universal" | "Etc/Zulu" => "UTC",
        name => name,
    }
}

fn local_now(ctx: &TextContext) -> DateTime<crate::domain::zone::Zone> {
    ctx.now.wall.with_timezone(&ctx.zone)
}

// A date relative to today changes at midnight.
fn until_midnight(text: String, ctx: &TextContext) -> ExpiringText {
    let midnight = local_now(ctx)
        .date_naive()
        .checked_add_days(Days::new(1))
        .map(|day| day.and_time(NaiveTime::MIN))
        .and_then(|local| ctx.zone.from_local_datetime(&local).earliest())
        .and_then(|at| (at.to_utc() - ctx.now.wall).to_std().ok());
    // In some zones a day does not begin at midnight. There the text is rendered again in an hour.
    ExpiringText::expiring_in(text, midnight.unwrap_or(Duration::from_secs(3600)))
}
