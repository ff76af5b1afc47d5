//! `hubwatch handoff`: a Markdown document for the next person on call.

mod disks;

use std::process::ExitCode;
use std::sync::Arc;

use crate::domain::zone::Zone;
use chrono::{DateTime, Days, TimeDelta, Utc};

use super::poll_once::{PolledSources, SecondTry, passphrase_screen, poll_sources, text_context};
use super::{CommandContext, config, fail, operation, out, owed, symbols_for};
use crate::cli::{
    self, EXIT_USAGE, Note, OperationCommand, OperationFormat, OperationOptions, ShiftTime,
};
use crate::domain::answers::Answers;
use crate::domain::calendar::instant;
use crate::domain::directory::Directory;
use crate::domain::ids::PolicyId;
use crate::domain::incident::{Incident, Person};
use crate::domain::policy::Policy;
use crate::domain::settings::PrometheusSettings;
use crate::picture::Picture;
use crate::report::handoff::person::find_person;
use crate::report::handoff::shift::{GivenSpan, RotaView, Shift, find_shift};
use crate::report::handoff::{Handoff, HandoffInput, Outgoing, markdown};
use crate::report::scope::Scope;
use crate::review::owed::OwedReading;
use crate::sources::context::SourceContext;
use crate::text::context::TextContext;

/// The exit code if some of the data for the handoff could not be read.
const EXIT_INCOMPLETE: u8 = 1;

/// A shift's end that is given as a time of day means today if that moment is still to come, or was at most this long
/// ago. Otherwise the end means tomorrow.
const JUST_ENDED: TimeDelta = TimeDelta::hours(2);

/// Prints the handoff. With `--note` the handoff is also added to an incident. The exit code is 0 only if all data
/// could be read.
pub async fn run(context: &CommandContext, args: &cli::Handoff) -> ExitCode {
    let (text, code) = match handoff(context, args).await {
        Ok(written) => written,
        Err(why) => return fail(&why),
    };
    let printed = out::print_and_exit(&text, code, EXIT_USAGE);
    let Some(incident) = args.note.clone() else {
        return printed;
    };
    let note = OperationCommand::Note(Note {
        incident,
        text,
        options: OperationOptions {
            yes: args.yes,
            format: OperationFormat::Text,
        },
    });
    match operation::run(context, &note).await {
        ExitCode::SUCCESS => printed,
        failed => failed,
    }
}

async fn handoff(context: &CommandContext, args: &cli::Handoff) -> Result<(String, u8), String> {
    let config =
        config::load(&context.global).map_err(|error| config::explain(&error, &context.global))?;
    if config.sources.pagerduty.is_none() {
        return Err(
            "a handoff needs PagerDuty's incidents, and [pagerduty] is not configured".to_owned(),
        );
    }
    let policy = config.policy.clone();
    let prometheus = config.sources.prometheus.clone();
    let now = context.time.now().wall;
    let since = owed::default_since(&config, now);
    let owed = owed::read(context, &config, since, now).await;
    let everything = Scope::default();
    let PolledSources {
        picture,
        answers,
        context: sources,
    } = poll_sources(
        context,
        config,
        &everything,
        args.timeout,
        SecondTry::Needed,
        passphrase_screen(),
    )
    .await;
    let known = Known {
        picture: &picture,
        answers: &answers,
        sources: &sources,
        prometheus: &prometheus,
        policy: &policy,
        owed: owed.as_ref().map_err(String::as_str),
    };
    let span = WantedShift {
        person: args.person.as_deref(),
        since: args.since,
        until: args.until,
    };
    let ctx = text_context(context, &picture, &policy, symbols_for(&context.global));
    let written = write(known, span, &ctx).await?;
    let code = if written.is_complete {
        0
    } else {
        EXIT_INCOMPLETE
    };
    Ok((written.text, code))
}

/// The data that a handoff is made of.
pub(super) struct Known<'a> {
    pub picture: &'a Picture,
    pub answers: &'a Answers,
    /// Needed to query the history of the fullest disks.
    pub sources: &'a SourceContext,
    pub prometheus: &'a [PrometheusSettings],
    pub policy: &'a Policy,
    /// The work that is owed after outages, or why it is not known.
    pub owed: Result<&'a OwedReading, &'a str>,
}

/// The shift that the arguments name. A field that is `None` is read from the rota.
#[derive(Clone, Copy, Default)]
pub(super) struct WantedShift<'a> {
    pub person: Option<&'a str>,
    pub since: Option<ShiftTime>,
    pub until: Option<ShiftTime>,
}

/// Writes a handoff.
///
/// # Errors
/// The person who hands over is not known, or their shift is not known.
pub(super) async fn write(
    known: Known<'_>,
    wanted: WantedShift<'_>,
    ctx: &TextContext,
) -> Result<Handoff, String> {
    let Known {
        picture, policy, ..
    } = known;
    let empty = Directory::default();
    let directory = picture.directory.as_ref().map(|answer| &answer.body);
    let who = outgoing(wanted.person, directory, policy)?;
    let shift = shift(wanted, &who, directory.unwrap_or(&empty), picture, policy)?;
    let disks = disks::forecasts(known.sources, known.prometheus, picture, policy).await;
    let incidents = known.answers.incidents.as_ref();
    let incidents = incidents.and_then(|slot| slot.body());
    let incidents: Vec<Arc<Incident>> = incidents
        .map(|body| body.incidents.clone())
        .unwrap_or_default();
    let input = HandoffInput {
        picture,
        policy,
        who: &who,
        shift: &shift,
        incidents: &incidents,
        disks: &disks,
        owed: known.owed,
    };
    Ok(markdown(input, ctx))
}

// If PagerDuty's users are not known, the name is used as it was given, without a user.
fn outgoing(
    named: Option<&str>,
    directory: Option<&Directory>,
    policy: &Policy,
) -> Result<Outgoing, String> {
    let label = named.or(policy.my_email.as_deref());
    let by_name = |directory: &Directory| match label {
        Some(label) => find_person(directory, label).map(Some),
        None => Ok(None),
    };
    let known = match (named, directory) {
        (None, Some(Directory { me: Some(me), .. })) => Some(me.clone()),
        (_, Some(directory)) if !directory.users.is_empty() => {
            by_name(directory).map_err(|error| error.to_string())?
        }
        _ => None,
    };
    match (known, label) {
        (Some(person), _) => Ok(Outgoing {
            label: person.name.to_string(),
            person: Some(person),
        }),
        (None, Some(label)) => Ok(Outgoing {
            label: label.to_owned(),
            person: None,
        }),
        (None, None) => {
            Err("who hands over is not known: give --for, or set your email in [me]".to_owned())
        }
    }
}

fn shift(
    wanted: WantedShift<'_>,
    who: &Outgoing,
    directory: &Directory,
    picture: &Picture,
    policy: &Policy,
) -> Result<Shift, String> {
    let policies: Vec<PolicyId> = picture.owners.iter().map(|it| it.id.clone()).collect();
    let is_placeholder = |who: &Person| directory.is_among(who, &policy.placeholders);
    let now = picture.at.wall;
    let rota = RotaView {
        directory,
        policies: &policies,
        is_placeholder: &is_placeholder,
        is_whole: picture.rota_gap.is_none() && picture.directory.is_some(),
        now,
    };
    let zone = policy.calendar.zone;
    let given = GivenSpan {
        since: wanted.since.map(|time| last_time(time, zone, now)),
        until: wanted.until.map(|time| next_time(time, zone, now)),
    };
    find_shift(rota, who.person.as_ref(), given).map_err(|error| match &who.person {
        Some(person) => format!("{}: {error}", person.name),
        None => error.to_string(),
    })
}

// The given time on today's date. If that moment is still to come, the given time on yesterday's date.
fn last_time(time: ShiftTime, zone: Zone, now: DateTime<Utc>) -> DateTime<Utc> {
    let (today, other) = match time {
        ShiftTime::At(at) => return at,
        ShiftTime::OfDay(time) => {
            let day = now.with_timezone(&zone).date_naive();
            let before = day.checked_sub_days(Days::new(1)).unwrap_or(day);
            (instant(day, time, zone), instant(before, time, zone))
        }
    };
    if today <= now { today } else { other }
}

// The given time on today's date. If that moment was longer ago than `JUST_ENDED`, the given time on tomorrow's date.
fn next_time(time: ShiftTime, zone: Zone, now: DateTime<Utc>) -> DateTime<Utc> {
    let (today, other) = match time {
        ShiftTime::At(at) => return at,
        ShiftTime::OfDay(time) => {
            let day = now.with_timezone(&zone).date_naive();
            let after = day.checked_add_days(Days::new(1)).unwrap_or(day);
            (instant(day, time, zone), instant(after, time, zone))
        }
    };
    if today + JUST_ENDED >= now {
        today
    } else {
        other
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveTime;

    use super::*;

    #[test]
    fn a_time_of_day_is_the_teams_and_the_nearest_that_makes_sense() {
        let at = |text: &str| -> DateTime<Utc> { text.parse().unwrap() };
        let now = at("2026-11-22T22:30:00Z");
        let of_day = |hour| ShiftTime::OfDay(NaiveTime::from_hms_opt(hour, 0, 0).unwrap());
        let berlin = "Europe/Berlin".parse::<Zone>().unwrap();
        for (hour, since, until) in [
            (8, "2026-11-22T07:00:00Z", "2026-11-23T07:00:00Z"),
            (22, "2026-11-22T21:00:00Z", "2026-11-22T21:00:00Z"),
            (0, "2026-11-21T23:00:00Z", "2026-11-22T23:00:00Z"),
        ] {
            let found = last_time(of_day(hour), berlin, now);
            assert_eq!(found, at(since), "{hour}");
            let found = next_time(of_day(hour), berlin, now);
            assert_eq!(found, at(until), "{hour}");
        }
        let given = ShiftTime::At(at("2026-01-01T00:00:00Z"));
        assert_eq!(next_time(given, berlin, now), at("2026-01-01T00:00:00Z"));
    }

    #[test]
    fn who_hands_over_is_named_by_the_option_the_key_or_the_configuration() {
        let mut policy = Policy::default();
        let nobody = outgoing(None, None, &policy).unwrap_err();
        assert!(nobody.contains("--for"), "{nobody}");
        policy.my_email = Some("ada@hubs.example".to_owned());
        let unread = outgoing(None, None, &policy).unwrap();
        assert_eq!(
            (unread.label.as_str(), unread.person),
            ("ada@hubs.example", None)
        );
        let person = |name: &str| Person {
            id: name.into(),
            name: name.into(),
        };
        let user = |name: &str| crate::domain::directory::User {
            person: person(name),
            email: Some(format!("{}@hubs.example", name.to_lowercase())),
            zone: None,
        };
        let mut directory = Directory {
            users: vec![user("Ada"), user("Bo")],
            ..Directory::default()
        };
        let found = |named, directory: &Directory| {
            outgoing(named, Some(directory), &policy).map(|it| it.label)
        };
        assert_eq!(found(None, &directory), Ok("Ada".to_owned()));
        directory.me = Some(person("Bo"));
        assert_eq!(found(None, &directory), Ok("Bo".to_owned()));
        assert_eq!(found(Some("ada"), &directory), Ok("Ada".to_owned()));
        assert!(found(Some("Caro"), &directory).is_err());
    }
}
