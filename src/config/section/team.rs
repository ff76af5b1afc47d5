//! `[me]` and `[team]`: the user, and the team's working hours, from which deadlines are computed.

use crate::domain::zone::Zone;
use chrono::{NaiveDate, NaiveTime, Weekday};
use serde::Deserialize;

use super::super::problem::{Problem, Problems};
use super::super::similar::closest_match;
use super::Text;
use super::values::{duration, value_or};
use crate::domain::calendar::Calendar;

/// The text of `config.example.toml` that explains these keys.
pub(super) const ME_EXAMPLE: &str = r#"[me]
# Your email in PagerDuty. It tells which cases are yours, and is sent as From if the API key belongs to no user.
email = "ada@hubs.example"
"#;

/// The text of `config.example.toml` that explains these keys.
pub(super) const TEAM_EXAMPLE: &str = r#"# The same for everyone who shares the rota, so that all screens agree on what is due when.
[team]
zone = "UTC"
# Also "22:00-06:00", which belongs to the day it begins, and "00:00-24:00".
working_hours = "09:00-17:00"
working_days = ["Mon", "Tue", "Wed", "Thu", "Fri"]
# The first day of any one sprint, and how long sprints last (whole days). P4 is due at the next planning.
sprint_start = "2026-01-05"
sprint_length = "2w"
# Emails of mailboxes that are on the rota while nobody works, such as "support@hubs.example".
# A case that only a placeholder owns counts as unowned: nobody is awake.
placeholders = []
# Emails of users that are no humans. Their acknowledgements start no time-box, nor do those of placeholders.
bots = []
"#;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawMe {
    pub email: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawTeam {
    pub zone: Option<Text>,
    pub working_hours: Option<Text>,
    pub working_days: Option<Vec<Text>>,
    pub sprint_start: Option<Text>,
    pub sprint_length: Option<Text>,
    pub placeholders: Vec<Text>,
    pub bots: Vec<Text>,
}

const DAY_SECONDS: u64 = 24 * 60 * 60;

/// The team's calendar.
pub(super) fn calendar(team: &RawTeam, problems: &mut Problems) -> Calendar {
    let default = Calendar::default();
    let hours = (default.from, default.to);
    let (from, to) = value_or(hours, team.working_hours.as_ref(), working_hours, problems);
    Calendar {
        zone: value_or(default.zone, team.zone.as_ref(), zone, problems),
        from,
        to,
        days: working_days(team.working_days.as_deref(), default.days, problems),
        sprint_start: value_or(
            default.sprint_start,
            team.sprint_start.as_ref(),
            date,
            problems,
        ),
        sprint_days: value_or(
            default.sprint_days,
            team.sprint_length.as_ref(),
            whole_days,
            problems,
        ),
    }
}

pub(super) fn zone(text: &Text) -> Result<Zone, Problem> {
    let name = text.get_ref();
    name.parse().map_err(|_| {
        let problem = Problem::new(text.span(), format!("there is no time zone {name:?}"));
        match closest_match(name, Zone::names()) {
            Some(meant) => problem.with_hint(format!("did you mean {meant:?}?")),
            None => problem.with_hint("an IANA name, such as \"Europe/London\" or \"UTC\""),
        }
    })
}

// The start and end of a working day. An end before the start is on the next day. 24:00 is midnight at the end of the
// day.
fn working_hours(text: &Text) -> Result<(NaiveTime, NaiveTime), Problem> {
    let wrong = |message: String| {
        Problem::new(text.span(), message)
            .with_hint("from and to, as in \"09:00-17:00\", \"22:00-06:00\" or \"00:00-24:00\"")
    };
    let time = |part: &str| NaiveTime::parse_from_str(part.trim(), "%H:%M").ok();
    let end = |part: &str| match part.trim() {
        "24:00" => Some(NaiveTime::MIN),
        part => time(part),
    };
    let (from, to) = text
        .get_ref()
        .split_once('-')
        .and_then(|(from, to)| Some((time(from)?, end(to)?)))
        .ok_or_else(|| wrong(format!("{:?} are no working hours", text.get_ref())))?;
    if from == to && !text.get_ref().contains("24:00") {
        return Err(wrong(
            "these hours begin and end at the same time".to_owned(),
        ));
    }
    Ok((from, to))
}

fn working_days(
    given: Option<&[Text]>,
    default: Vec<Weekday>,
    problems: &mut Problems,
) -> Vec<Weekday> {
    let Some(texts) = given else { return default };
    let mut days: Vec<Weekday> = texts
        .iter()
        .filter_map(|text| problems.ok_or_add(weekday(text)))
        .collect();
    days.sort_by_key(Weekday::num_days_from_monday);
    days.dedup();
    days
}

fn weekday(text: &Text) -> Result<Weekday, Problem> {
    text.get_ref().parse().map_err(|_| {
        Problem::new(
            text.span(),
            format!("there is no weekday {:?}", text.get_ref()),
        )
        .with_hint("Mon, Tue, Wed, Thu, Fri, Sat or Sun")
    })
}

fn date(text: &Text) -> Result<NaiveDate, Problem> {
    text.get_ref().parse().map_err(|_| {
        Problem::new(text.span(), format!("{:?} is not a date", text.get_ref()))
            .with_hint("year, month, day: \"2026-01-05\"")
    })
}

fn whole_days(text: &Text) -> Result<u64, Problem> {
    let seconds = duration(text)?.as_secs();
    if seconds >= DAY_SECONDS && seconds.is_multiple_of(DAY_SECONDS) {
        return Ok(seconds / DAY_SECONDS);
    }
    Err(Problem::new(text.span(), "a sprint lasts whole days")
        .with_hint("such as \"2w\" or \"10d\""))
}
