//! Times of day: "17:00", "Fri 17:00", "5 Jan 17:00". The zone stands once per screen, in the header.

use std::time::Duration;

use chrono::{DateTime, Days, NaiveTime, TimeZone, Utc};

use super::voice::{Said, Voice};

/// When `at` is, as short as it can be told from today.
pub fn moment(at: DateTime<Utc>, voice: &Voice) -> Said {
    let (local, today) = (at.with_timezone(&voice.zone), today(voice));
    let days = (local.date_naive() - today.date_naive()).num_days();
    let format = match days {
        0 => "%H:%M",
        -6..=6 => "%a %H:%M",
        _ => "%-d %b %H:%M",
    };
    tomorrow(local.format(format).to_string(), voice)
}

/// The day of `at`, without the hour: "today", "Tue", "5 Jan".
pub fn day(at: DateTime<Utc>, voice: &Voice) -> Said {
    let (local, today) = (at.with_timezone(&voice.zone), today(voice));
    let text = match (local.date_naive() - today.date_naive()).num_days() {
        0 => "today".to_owned(),
        -6..=6 => local.format("%a").to_string(),
        _ => local.format("%-d %b").to_string(),
    };
    tomorrow(text, voice)
}

/// A stretch of time: "09:00–11:00", "Sat 09:00–11:00", "Sat 22:00–Sun 02:00".
pub fn stretch(from: DateTime<Utc>, to: DateTime<Utc>, voice: &Voice) -> Said {
    let (start, end) = (
        from.with_timezone(&voice.zone),
        to.with_timezone(&voice.zone),
    );
    let dash = voice.symbols.dash;
    if start.date_naive() == end.date_naive() {
        moment(from, voice).map(|text| format!("{text}{dash}{}", end.format("%H:%M")))
    } else {
        Said::join([moment(from, voice), moment(to, voice)], dash)
    }
}

/// The header's clock, "03:12 UTC": it moves each minute, which proves that the screen is alive.
pub fn clock_of_day(voice: &Voice) -> Said {
    Said::until(
        today(voice).format("%H:%M %Z").to_string(),
        super::durations::next_minute(voice.now),
    )
}

/// The zone of all times; the many names of UTC are one.
pub fn zone(voice: &Voice) -> &'static str {
    match voice.zone.name() {
        "Etc/UTC" | "Etc/UCT" | "Etc/Universal" | "Etc/Zulu" => "UTC",
        name => name,
    }
}

fn today(voice: &Voice) -> DateTime<chrono_tz::Tz> {
    voice.now.wall.with_timezone(&voice.zone)
}

// What is told from today is told anew at midnight.
fn tomorrow(text: String, voice: &Voice) -> Said {
    let midnight = today(voice)
        .date_naive()
        .checked_add_days(Days::new(1))
        .map(|day| day.and_time(NaiveTime::MIN))
        .and_then(|local| voice.zone.from_local_datetime(&local).earliest())
        .and_then(|at| (at.to_utc() - voice.now.wall).to_std().ok());
    // A zone may skip midnight: then look again in an hour.
    Said::until(text, midnight.unwrap_or(Duration::from_secs(3600)))
}
