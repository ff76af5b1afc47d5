//! `[notify]`: which events notify the user, and how.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::super::problem::{Problem, Problems};
use super::values::{interval, path, value_or};
use super::{Table, Text, ValidationContext};
use crate::config::ParseContext;
use crate::domain::notify::{
    EventKind, EventRule, HOOK_TIMEOUT, HookSettings, NotificationStyle, NotifySettings, RingWhen,
};

/// The text of `config.example.toml` that explains these keys.
pub(super) const EXAMPLE: &str = r#"# Each event rings the terminal's bell, shows a notification by the terminal and starts your own program, once, while
# the dashboard runs. Nothing rings for problems that were there at the start, are snoozed, silenced, in maintenance, on
# staging or another person's, nor while you use the dashboard. `hubwatch notify test` says what works here.
[notify]
bell = true
# "auto" (by the kind of terminal), "osc9", "osc777", or "off".
notification = "auto"
# Started for each event, with the event as JSON on its standard input; killed with its process group after the timeout,
# or when hubwatch ends. The demo starts none.
on_event = ["hubwatch-ntfy", "https://ntfy.example/on-call"]
on_event_timeout = "10s"
# For each kind of event: when = "on_call" (the default: while you are on call or may be), "always" or "never";
# filter: words as in the screen's filter, all of which must occur.
hub_down = { when = "on_call", filter = "" }    # a production hub is down; a cluster that is down is one event
mine = { when = "on_call", filter = "" }        # an incident became yours and is not acknowledged
unowned = { when = "on_call", filter = "" }     # a high-urgency incident is unowned
time_box = { when = "on_call", filter = "" }    # your time-box is at zero
blind = { when = "on_call", filter = "" }       # cases may be missing for three minutes: no data, or a blind spot
"#;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawNotify {
    pub bell: Option<bool>,
    pub notification: Option<Text>,
    pub on_event: Option<Spanned<Vec<String>>>,
    pub on_event_timeout: Option<Text>,
    pub hub_down: Option<Table<RawEventRule>>,
    pub mine: Option<Table<RawEventRule>>,
    pub unowned: Option<Table<RawEventRule>>,
    pub time_box: Option<Table<RawEventRule>>,
    pub blind: Option<Table<RawEventRule>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawEventRule {
    pub when: Option<Text>,
    pub filter: Option<String>,
}

pub(super) fn notify(raw: &RawNotify, context: &mut ValidationContext<'_>) -> NotifySettings {
    let around = context.parse_context;
    let problems = &mut context.problems;
    let timeout = raw.on_event_timeout.as_ref();
    let timeout = value_or(HOOK_TIMEOUT, timeout, interval, problems);
    let command = raw.on_event.as_ref().filter(|it| !it.get_ref().is_empty());
    let command = command.and_then(|words| problems.ok_or_add(hook(words, around)));
    NotifySettings {
        bell: raw.bell.unwrap_or(true),
        style: value_or(
            NotificationStyle::default(),
            raw.notification.as_ref(),
            style,
            problems,
        ),
        hook: command.map(|command| HookSettings { command, timeout }),
        rules: rules(raw, problems),
    }
}

fn rules(raw: &RawNotify, problems: &mut Problems) -> BTreeMap<EventKind, EventRule> {
    let given = [
        (EventKind::HubDown, &raw.hub_down),
        (EventKind::Mine, &raw.mine),
        (EventKind::Unowned, &raw.unowned),
        (EventKind::TimeBox, &raw.time_box),
        (EventKind::Blind, &raw.blind),
    ];
    let given = given.into_iter().filter_map(|(kind, rule)| {
        let rule = rule.as_ref()?;
        let rule = EventRule {
            when: value_or(RingWhen::default(), rule.when.as_ref(), ring_when, problems),
            filter: rule.filter.clone().unwrap_or_default(),
        };
        Some((kind, rule))
    });
    given.collect()
}

// The hook's command. An empty list means no hook, but an empty program name is a mistake. A program with a slash is a
// path like all other paths in the file. A program without a slash is looked up in `PATH`.
fn hook(words: &Spanned<Vec<String>>, around: &ParseContext) -> Result<Vec<String>, Problem> {
    let mut command = words.get_ref().clone();
    let has_nul = command.iter().any(|word| word.contains('\0'));
    let program = command.first_mut().filter(|it| !it.is_empty() && !has_nul);
    let Some(program) = program else {
        return Err(
            Problem::new(words.span(), "the command names no program that can be run")
                .with_hint("on_event = [\"hubwatch-ntfy\", \"https://ntfy.example/on-call\"]"),
        );
    };
    if program.contains('/') {
        let file = path(&Text::new(words.span(), program.clone()), around)?;
        *program = file.to_string_lossy().into_owned();
    }
    Ok(command)
}

fn style(text: &Text) -> Result<NotificationStyle, Problem> {
    match text.get_ref().as_str() {
        "auto" => Ok(NotificationStyle::Auto),
        "osc9" => Ok(NotificationStyle::Osc9),
        "osc777" => Ok(NotificationStyle::Osc777),
        "off" => Ok(NotificationStyle::Off),
        other => Err(
            Problem::new(text.span(), format!("there is no notification {other:?}"))
                .with_hint("\"auto\" (by the terminal), \"osc9\", \"osc777\" or \"off\""),
        ),
    }
}

fn ring_when(text: &Text) -> Result<RingWhen, Problem> {
    match text.get_ref().as_str() {
        "always" => Ok(RingWhen::Always),
        "on_call" => Ok(RingWhen::OnCall),
        "never" => Ok(RingWhen::Never),
        other => Err(
            Problem::new(text.span(), format!("{other:?} is not a value of `when`"))
                .with_hint("\"on_call\", \"always\" or \"never\""),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_with_a_slash_is_a_path_like_others() {
        let around = ParseContext {
            home: Some("/home/ada".into()),
            ..ParseContext::bare("/etc/hubwatch/config.toml")
        };
        let program = |text: &str| {
            let words = Spanned::new(0..1, vec![text.to_owned(), "./x".to_owned()]);
            hook(&words, &around).unwrap()
        };
        assert_eq!(program("~/bin/ring"), ["/home/ada/bin/ring", "./x"]);
        assert_eq!(program("./ring"), ["/etc/hubwatch/./ring", "./x"]);
        assert_eq!(program("/opt/ring"), ["/opt/ring", "./x"]);
        assert_eq!(program("ring"), ["ring", "./x"]);
    }
}
