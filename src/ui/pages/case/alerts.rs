//! The alerts of a case: their labels as in Alertmanager, their expressions, and how each alert was joined to the case.

use crate::domain::alert::{Alert, AlertState, Suppression};
use crate::domain::case::{Case, CaseAlert, JoinedBy};
use crate::domain::labels::Labels;
use crate::text::Line;
use crate::text::dates::short_time;
use crate::text::durations::{age_since, format_duration};
use crate::text::sanitize::clean;
use crate::text::{ExpiringText, Meaning, TextContext};
use crate::ui::pages::page::{NOT_KNOWN, Page};
use crate::wording::case;

/// The column in which values begin.
const VALUE_COLUMN: usize = 16;

/// Adds the alerts.
pub fn add(page: &mut Page, case: &Case, ctx: &TextContext) {
    page.heading(&match case.alerts.len() {
        1 => "1 alert".to_owned(),
        count => format!("{count} alerts"),
    });
    if case.alerts.is_empty() {
        page.text(Meaning::Dim, "no firing alert belongs to it");
    }
    for joined in &case.alerts {
        add_alert(page, joined, ctx);
    }
}

fn add_alert(page: &mut Page, joined: &CaseAlert, ctx: &TextContext) {
    let alert = &joined.alert;
    page.line(
        Line::styled(Meaning::Plain, case::display_name(alert.name()))
            .with(Meaning::Plain, ctx.symbols.separator)
            .with(Meaning::Warning, state_text(alert, ctx))
            .hanging(2),
    );
    let mut add_field = |name: &str, meaning: Meaning, value: ExpiringText| {
        page.line(alert_field(name).with(meaning, value));
    };
    let (join, how_sure) = join_text(joined.joined_by);
    add_field("joined", how_sure, ExpiringText::fixed(join));
    if let Some(why) = &joined.suppressed {
        add_field("does not page", Meaning::Dim, suppression_text(why, ctx));
    }
    if let Some(doubt) = &joined.doubtful_silence {
        let text = case::doubtful_silence(doubt);
        add_field("silence", Meaning::Mismatch, ExpiringText::fixed(text));
    }
    add_field(
        "expression",
        Meaning::Plain,
        ExpiringText::fixed(&*alert.rule.expression),
    );
    let value = alert
        .value
        .map_or(NOT_KNOWN.to_owned(), |value| value.to_string());
    add_field("value", Meaning::Plain, ExpiringText::fixed(value));
    add_field(
        "fires after",
        Meaning::Plain,
        ExpiringText::fixed(format_duration(alert.rule.hold)),
    );
    add_field(
        "source",
        Meaning::Plain,
        ExpiringText::fixed(alert.source.to_string()),
    );
    add_field(
        "fingerprint",
        Meaning::Dim,
        ExpiringText::fixed(alert.fingerprint.to_string()),
    );
    add_annotations(page, &alert.annotations);
    page.line(alert_field("labels").with(Meaning::Dim, format_labels(&alert.labels)));
}

fn alert_field(name: &str) -> Line {
    Line::indented(2)
        .with(Meaning::Dim, name)
        .with(Meaning::Plain, " ")
        .pad_to(VALUE_COLUMN)
        .hanging(VALUE_COLUMN)
}

// Adds the annotations. An annotation may have several lines.
fn add_annotations(page: &mut Page, annotations: &Labels) {
    for (name, text) in annotations.iter() {
        page.line(alert_field(name).with(Meaning::Plain, text.lines().next().unwrap_or_default()));
        let rest: Vec<&str> = text.lines().skip(1).collect();
        page.paragraph(VALUE_COLUMN, Meaning::Plain, &rest.join("\n"));
    }
}

fn format_labels(labels: &Labels) -> String {
    let pairs: Vec<String> = labels
        .iter()
        .map(|(name, value)| format!("{}={:?}", clean(name), clean(value)))
        .collect();
    pairs.join(" ")
}

fn state_text(alert: &Alert, ctx: &TextContext) -> ExpiringText {
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

fn join_text(by: JoinedBy) -> (&'static str, Meaning) {
    match by {
        JoinedBy::Declared => (
            "the incident was declared for it with hubwatch",
            Meaning::Plain,
        ),
        JoinedBy::Fingerprint => ("by its fingerprint in the incident", Meaning::Plain),
        JoinedBy::Labels => ("by its labels in the incident", Meaning::Plain),
        JoinedBy::DedupKey => ("by its PagerDuty dedup key", Meaning::Plain),
        JoinedBy::Title => ("by the labels in the incident's title", Meaning::Plain),
        JoinedBy::Domain => ("by the hub's domain in the title", Meaning::Plain),
        JoinedBy::Probable => (
            "probably: by name, cluster and time only; it may be wrong",
            Meaning::Mismatch,
        ),
        JoinedBy::None => ("to no incident", Meaning::Dim),
    }
}

fn suppression_text(why: &Suppression, ctx: &TextContext) -> ExpiringText {
    match why {
        Suppression::Inhibited => ExpiringText::fixed("another alert inhibits it"),
        Suppression::Muted => ExpiringText::fixed("its route is muted at this time"),
        Suppression::RoutedToNobody => {
            ExpiringText::fixed("its route leads to a receiver without integrations")
        }
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
