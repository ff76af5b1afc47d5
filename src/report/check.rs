//! `check --format text`: one line as the monitoring-plugins convention has it, then the grounds.

use crate::domain::hub::Health;
use crate::domain::source::SourceState;
use crate::picture::{Picture, Reason};
use crate::say;
use crate::say::voice::Voice;

/// The report: the first line is `HUBWATCH CRITICAL - summary | perfdata`.
pub fn text(picture: &Picture, voice: &Voice) -> String {
    let mut lines = vec![first_line(picture)];
    lines.extend(
        picture
            .verdict
            .reasons
            .iter()
            .map(|reason| ground(reason, picture, voice)),
    );
    lines.join("\n") + "\n"
}

/// The line for usage, configuration and time-outs: nothing could be judged.
pub fn unknown(why: &str) -> String {
    format!("HUBWATCH UNKNOWN - {}\n", plain(why))
}

fn first_line(picture: &Picture) -> String {
    let word = say::verdict::word(picture.verdict.level, say::voice::Form::Long);
    let summary = plain(&say::verdict::summary(picture));
    let incomplete = if picture.verdict.complete {
        ""
    } else {
        " (incomplete)"
    };
    format!(
        "HUBWATCH {word} - {summary}{incomplete} | {}",
        perfdata(picture)
    )
}

// `|` would begin the performance data, and a line break would end the line.
fn plain(text: &str) -> String {
    text.replace(['|', '\n', '\r'], " ")
}

fn ground(reason: &Reason, picture: &Picture, voice: &Voice) -> String {
    let said = say::reason::reason(reason, picture, voice).text;
    format!("{}: {}", reason.level, plain(&said))
}

fn perfdata(picture: &Picture) -> String {
    let hubs = |health| picture.hubs().filter(|hub| hub.health == health).count();
    let cases = picture.cases.iter().filter(|case| case.quiet.is_none());
    let fresh = picture
        .sources
        .iter()
        .filter(|source| matches!(source.state, SourceState::Live | SourceState::Late))
        .count();
    format!(
        "hubs_up={} hubs_degraded={} hubs_unknown={} hubs_down={} cases={} unowned={} sources_live={};;;0;{}",
        hubs(Health::Up),
        hubs(Health::Degraded),
        hubs(Health::Unknown),
        hubs(Health::Down),
        cases.clone().count(),
        cases.filter(|case| case.unowned).count(),
        fresh,
        picture.sources.len(),
    )
}
