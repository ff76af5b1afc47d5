//! `[priorities]` and `[time_box]`: tables whose keys the user chooses.

use super::super::problem::{Problem, Problems};
use super::super::similar::closest_match;
use super::values::{duration_or_none, not_empty};
use super::{Text, TextMap};
use crate::domain::ids::PriorityName;
use crate::domain::policy::{SeverityMap, TimeBoxes, preset_2i2c};

/// The text of `config.example.toml` that explains these keys.
pub(super) const PRIORITIES_EXAMPLE: &str = r#"# Maps an alert's severity label to the name of a priority in PagerDuty, or to "none" for severities without
# a priority. Used if no incident has the priority. Your own table replaces this one as a whole. This is
# 2i2c's preset; assets/presets/2i2c.toml holds all of it.
[priorities]
"take immediate action" = "P1"
"same day action needed" = "P2"
"action needed this week" = "P3"
"to be planned in sprint planning" = "P4"
"immediate action needed" = "none"
"#;

/// The text of `config.example.toml` that explains these keys.
pub(super) const TIME_BOX_EXAMPLE: &str = r#"# How long a response may take before hubwatch asks for a verdict, by priority, or "none". `default` is for
# incidents with another priority or without one. P1 has no time-box unless you set one.
[time_box]
default = "30m"
P1 = "none"
# How long the public may go without news of a P1; "none" for no such clock.
update_due = "60m"
"#;

/// The priority of each severity. A configured table replaces the whole preset, since a team with other severities does
/// not want the preset's severities too.
pub(super) fn severities(given: Option<&TextMap>, problems: &mut Problems) -> SeverityMap {
    let Some(map) = given else {
        return preset_2i2c();
    };
    map.iter()
        .filter_map(|(severity, priority)| {
            let severity = problems.ok_or_add(not_empty(severity))?;
            Some((severity, problems.ok_or_add(priority_name(priority))?))
        })
        .collect()
}

fn priority_name(text: &Text) -> Result<Option<PriorityName>, Problem> {
    let name = not_empty(text)
        .map_err(|problem| problem.with_hint("the name of a priority, or \"none\""))?;
    Ok((name != "none").then(|| PriorityName::from(name)))
}

/// The time-boxes. Configured ones replace the defaults. P1 has a time-box only if the file sets one.
pub(super) fn time_boxes(map: &TextMap, problems: &mut Problems) -> TimeBoxes {
    let mut boxes = TimeBoxes::default();
    for (name, length) in map {
        let Some(length) = problems.ok_or_add(duration_or_none(length)) else {
            continue;
        };
        match name.get_ref().as_str() {
            "default" => boxes.default = length,
            "update_due" => boxes.update_due = length,
            priority => {
                problems.ok_or_add(reject_typo(name));
                boxes.by_priority.insert(priority.into(), length);
            }
        }
    }
    boxes
}

// Rejects a misspelt `default` or `update_due`. Any key may be the name of a priority, so such a key would otherwise
// pass as a priority.
fn reject_typo(name: &Text) -> Result<(), Problem> {
    closest_match(name.get_ref(), ["default", "update_due"]).map_or(Ok(()), |meant| {
        let message = format!("{:?} does not look like a priority name", name.get_ref());
        Err(Problem::new(name.span(), message).with_hint(format!("did you mean `{meant}`?")))
    })
}
