//! Builds the input of `picture::build` from a situation.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use hubwatch::config::{self, Config, ParseContext};
use hubwatch::domain::answers::Answers;
use hubwatch::domain::local_time_box::LocalTimeBox;
use hubwatch::domain::now::Now;
use hubwatch::domain::source::{Answer, ItemKind, Part, Slot, SourceId, SourceKind};
use hubwatch::picture::{self, BuildOptions, Picture};

use super::script::{File, Heard, Situation};
use super::{fleet, pagerduty, pages};

/// A Wednesday noon, in working time.
pub const NOON: &str = "2026-11-18T12:00:00Z";

/// The answers in one situation.
pub struct World {
    pub config: Config,
    pub now: Now,
    pub answers: Answers,
}

/// The picture of these answers in a world, at a moment.
pub fn picture_at(answers: &Answers, world: &World, now: Now) -> Picture {
    picture::build(answers, &world.config.policy, now, BuildOptions::default())
}

/// Times relative to the situation's start.
#[derive(Clone, Copy)]
pub struct Times {
    pub now: Now,
}

impl Times {
    pub fn wall(self, seconds: i64) -> DateTime<Utc> {
        self.now.wall + TimeDelta::seconds(seconds)
    }

    pub fn moment(self, seconds: i64) -> Now {
        let mono = i64::try_from(self.now.mono.as_secs()).unwrap() + seconds;
        Now {
            wall: self.wall(seconds),
            mono: Duration::from_secs(u64::try_from(mono).unwrap()),
        }
    }
}

/// Builds the world of a situation. `Err` says what is wrong with the situation's words.
pub fn build(file: &File, told: &Situation) -> Result<World, String> {
    let text = format!(
        "{}\n{}",
        told.config.as_ref().unwrap_or(&file.config),
        told.and
    );
    let files = told.files.iter();
    let around = ParseContext {
        files: files
            .map(|(path, text)| (path.into(), Ok(text.clone())))
            .collect(),
        ..ParseContext::bare("hubwatch.toml")
    };
    let config =
        config::parse(&text, &around).map_err(|error| format!("its configuration: {error}"))?;
    let wall: DateTime<Utc> = told
        .now
        .as_deref()
        .unwrap_or(NOON)
        .parse()
        .map_err(|error| format!("its moment: {error}"))?;
    let times = Times {
        now: Now {
            wall,
            mono: Duration::from_secs(100_000_000),
        },
    };
    let mut answers = Answers {
        prometheus: fleet::prometheus(&config, told, times)?,
        probes: fleet::probes(&config, told, times)?,
        status_pages: pages::all(&config, told, times)?,
        local_time_boxes: own_boxes(told, times)?,
        ..Answers::default()
    };
    answers.alertmanager = fleet::alertmanagers(&config, told, times, &answers.prometheus)?;
    if let Some(settings) = &config.sources.pagerduty {
        let directory = told
            .directory
            .clone()
            .or(file.directory.clone())
            .unwrap_or_default();
        let id = || SourceId::new(SourceKind::Pagerduty, "");
        let says = pagerduty::incidents(told, times, &answers.prometheus)?;
        let mut slot_of_incidents = slot(id(), settings.interval, &told.pagerduty, says, times);
        let mut parts = pagerduty::incident_parts(times);
        parts.retain(|part| !told.incident_parts.contains_key(&part.name));
        parts.extend(pagerduty::some_parts(&told.incident_parts, times));
        add_parts(&mut slot_of_incidents, parts);
        let problem = "its status is 'odd'";
        let items = (0..told.unreadable_incidents).map(|_| (ItemKind::Incident, None, problem));
        add_unreadable(&mut slot_of_incidents, items);
        answers.incidents = Some(slot_of_incidents);
        let heard = directory.heard.clone();
        let parts = pagerduty::some_parts(&directory.parts, times);
        let says = pagerduty::directory(directory, times);
        let interval = settings.oncalls_interval;
        let mut slot_of_directory = slot(id(), interval, &heard, says, times);
        add_parts(&mut slot_of_directory, parts);
        answers.directory = Some(slot_of_directory);
    }
    Ok(World {
        now: times.now,
        config,
        answers,
    })
}

fn own_boxes(told: &Situation, times: Times) -> Result<Vec<LocalTimeBox>, String> {
    let each = told.own_box.iter().map(|own| {
        let case = own.case.parse().map_err(|error| format!("{error}"))?;
        Ok(LocalTimeBox {
            case,
            started: times.moment(own.at).wall,
            length: Duration::from_secs(own.length),
        })
    });
    each.collect()
}

/// Adds items that cannot be read. Each has a kind, an optional name, and the reason.
pub fn add_unreadable<'a, T: Clone>(
    slot: &mut Slot<T>,
    items: impl Iterator<Item = (ItemKind, Option<&'a str>, &'a str)>,
) {
    if let Some(answer) = slot.answer.as_mut().map(Arc::make_mut) {
        for (kind, name, problem) in items {
            answer.unreadable.push(kind, name, problem);
        }
    }
}

fn add_parts<T: Clone>(slot: &mut Slot<T>, parts: Vec<Part>) {
    if let Some(answer) = slot.answer.as_mut().map(Arc::make_mut) {
        answer.parts = parts;
    }
}

/// A slot with `body`, as `heard` describes it. Without an age in `heard`, the answer is five seconds old.
pub fn slot<T>(id: SourceId, interval: Duration, heard: &Heard, body: T, times: Times) -> Slot<T> {
    let mut slot = Slot::waiting(id, interval);
    if !heard.never {
        let age = i64::try_from(heard.age.unwrap_or(5)).unwrap();
        slot.answer = Some(Arc::new(Answer::new(
            times.moment(-age),
            times.moment(-age),
            heard.ahead.map(|ahead| times.moment(ahead - age).wall),
            body,
        )));
    }
    if let Some(fail) = &heard.fail {
        slot.fail(fail.kind, fail.text.clone(), times.moment(fail.since));
    }
    slot
}
