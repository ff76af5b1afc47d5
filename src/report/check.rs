//! `check --format text`: one line as the monitoring-plugins convention has it, then the grounds.

use crate::domain::hub::Health;
use crate::domain::source::SourceState;
use crate::picture::Picture;
use crate::text::context::{TextContext, TextLength};
use crate::text::sanitize::clean_ascii;
use crate::text::symbols::{ASCII, Symbols};
use crate::wording;
use crate::wording::verdict_lines::reason_lines;

/// The report: the first line is `HUBWATCH CRITICAL - summary | perfdata`.
pub fn text(picture: &Picture, ctx: &TextContext) -> String {
    let mut lines = vec![first_line(picture, ctx)];
    let grounds = reason_lines(picture, ctx).into_iter();
    lines.extend(
        grounds.map(|(level, said)| format!("{level}: {}", status_text(&said, ctx.symbols))),
    );
    lines.join("\n") + "\n"
}

/// The line for usage, configuration and time-outs: nothing could be judged.
pub fn unknown(why: &str, symbols: &Symbols) -> String {
    format!("HUBWATCH UNKNOWN - {}\n", status_text(why, symbols))
}

fn first_line(picture: &Picture, ctx: &TextContext) -> String {
    let word = wording::verdict::level_name(picture.verdict.level, TextLength::Long);
    let summary = status_text(
        &wording::verdict::summary(picture, ctx.symbols),
        ctx.symbols,
    );
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
fn status_text(text: &str, symbols: &Symbols) -> String {
    let text = text
        .replace(ASCII.separator, "; ")
        .replace(['|', '\n', '\r'], " ");
    if symbols.ascii_only {
        clean_ascii(&text).into_owned()
    } else {
        text
    }
}

fn perfdata(picture: &Picture) -> String {
    let hubs = |health| picture.hubs().filter(|hub| hub.health == health).count();
    let cases = picture.cases.iter().filter(|case| case.muted_by.is_none());
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
        cases
            .filter(|case| case.unowned && case.owners_known)
            .count(),
        fresh,
        picture.sources.len(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::fixture::{case, picture};
    use std::sync::Arc;

    #[test]
    fn while_pagerduty_cannot_be_asked_no_case_is_counted_as_unowned() {
        let mut shown = case("Q1", "disk", "leap", "prod");
        let counted = |shown| {
            let mut picture = picture();
            picture.cases = vec![Arc::new(shown)];
            perfdata(&picture)
        };
        assert!(counted(shown.clone()).contains("cases=1 unowned=1"));
        shown.owners_known = false;
        assert!(counted(shown).contains("cases=1 unowned=0"));
    }
}
