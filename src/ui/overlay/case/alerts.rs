//! The alerts of a case: their labels as an Alertmanager sees them, their expression, how each was
//! joined.

use crate::domain::alert::{Alert, AlertState, Suppression};
use crate::domain::case::{Case, CaseAlert, JoinedBy};
use crate::domain::labels::Labels;
use crate::say::case;
use crate::say::dates::short_time;
use crate::say::durations::{age_since, format_duration};
use crate::say::sanitize::clean;
use crate::say::{ExpiringText, Meaning, TextContext};
use crate::ui::overlay::page::{NOT_KNOWN, Page, indented};
use crate::ui::overlay::text::Line;

/// The column in which values begin.
const VALUES: usize = 16;

/// Adds them.
pub fn add(page: &mut Page, case: &Case, ctx: &TextContext) {
    page.heading(&match case.alerts.len() {
        1 => "1 alert".to_owned(),
        count => format!("{count} alerts"),
    });
    if case.alerts.is_empty() {
        page.say(Meaning::Dim, "no alert is known to belong to it");
    }
    for joined in &case.alerts {
        add_one(page, joined, ctx);
    }
}

fn add_one(page: &mut Page, joined: &CaseAlert, ctx: &TextContext) {
    let alert = &joined.alert;
    page.line(
        Line::of(Meaning::Plain, case::display_name(alert.name()))
            .with(Meaning::Plain, ctx.symbols.separator)
            .with(Meaning::Warning, state(alert, ctx))
            .hanging(2),
    );
    let mut part = |name: &str, meaning: Meaning, value: ExpiringText| {
        page.line(named(name).with(meaning, value));
    };
    let (join, how_sure) = joined_by(joined.joined_by);
    part("joined", how_sure, ExpiringText::fixed(join));
    if let Some(why) = &joined.suppressed {
        part("does not page", Meaning::Dim, suppressed(why, ctx));
    }
    part(
        "expression",
        Meaning::Plain,
        ExpiringText::fixed(&*alert.rule.expression),
    );
    let value = alert
        .value
        .map_or(NOT_KNOWN.to_owned(), |value| value.to_string());
    part("value", Meaning::Plain, ExpiringText::fixed(value));
    part(
        "fires after",
        Meaning::Plain,
        ExpiringText::fixed(format_duration(alert.rule.hold)),
    );
    part(
        "source",
        Meaning::Plain,
        ExpiringText::fixed(alert.source.to_string()),
    );
    part(
        "fingerprint",
        Meaning::Dim,
        ExpiringText::fixed(alert.fingerprint.to_string()),
    );
    add_annotations(page, &alert.annotations);
    page.line(named("labels").with(Meaning::Dim, labels(&alert.labels)));
}

fn named(name: &str) -> Line {
    indented(2)
        .with(Meaning::Dim, name)
        .with(Meaning::Plain, " ")
        .column(VALUES)
        .hanging(VALUES)
}

// An annotation may have several lines.
fn add_annotations(page: &mut Page, annotations: &Labels) {
    for (name, text) in annotations.iter() {
        page.line(named(name).with(Meaning::Plain, text.lines().next().unwrap_or_default()));
        let rest: Vec<&str> = text.lines().skip(1).collect();
        page.paragraph(VALUES, Meaning::Plain, &rest.join("\n"));
    }
}

fn labels(labels: &Labels) -> String {
    let pairs: Vec<String> = labels
        .iter()
        .map(|(name, value)| format!("{}={:?}", clean(name), clean(value)))
        .collect();
    pairs.join(" ")
}

fn state(alert: &Alert, ctx: &TextContext) -> ExpiringText {
    let (word, since) = match alert.state {
        AlertState::Pending => ("pending", alert.active_at),
        AlertState::Firing => ("firing", alert.fires_since()),
    };
    match since {
        Some(at) => {
            let age = age_since(at, ctx.now);
            short_time(at, ctx)
                .map(|at| format!("{word} since {at}, "))
                .append(age)
        }
        None => ExpiringText::fixed(format!("{word}, start {NOT_KNOWN}")),
    }
}

fn joined_by(by: JoinedBy) -> (&'static str, Meaning) {
    match by {
        JoinedBy::Fingerprint => ("by its fingerprint in the incident", Meaning::Plain),
        JoinedBy::Labels => ("by its labels in the incident", Meaning::Plain),
        JoinedBy::DedupKey => ("by the key that it pages with", Meaning::Plain),
        JoinedBy::Title => ("by the labels in the incident's title", Meaning::Plain),
        JoinedBy::Domain => ("by the hub's domain in the title", Meaning::Plain),
        JoinedBy::Probable => (
            "probably: by name, cluster and time only; it may be wrong",
            Meaning::Mismatch,
        ),
        JoinedBy::None => ("to no incident", Meaning::Dim),
    }
}

fn suppressed(why: &Suppression, ctx: &TextContext) -> ExpiringText {
    match why {
        Suppression::Inhibited => ExpiringText::fixed("another alert inhibits it"),
        Suppression::Muted => ExpiringText::fixed("its route is muted at this time"),
        Suppression::Silenced { by, comment, until } => {
            let by = by
                .as_deref()
                .map_or(String::new(), |by| format!(" by {by}"));
            let comment = comment
                .as_deref()
                .map_or(String::new(), |text| format!(": {text}"));
            let until = match until {
                Some(at) => short_time(*at, ctx).map(|at| format!(" until {at}")),
                None => ExpiringText::fixed(""),
            };
            until.map(|until| format!("silenced{by}{until}{comment}"))
        }
    }
}
