//! `check --format text`: one line in the format of monitoring plugins, then the reasons.

use crate::domain::hub::Health;
use crate::domain::source::SourceState;
use crate::picture::Picture;
use crate::text::context::{TextContext, TextLength};
use crate::text::sanitize::clean_ascii;
use crate::text::symbols::{ASCII, Symbols};
use crate::wording;
use crate::wording::verdict_lines::reason_lines;

/// The report as text. Its first line is `HUBWATCH CRITICAL - summary | perfdata`.
pub fn text(picture: &Picture, ctx: &TextContext) -> String {
    let mut lines = vec![first_line(picture, ctx)];
    let grounds = reason_lines(picture, ctx).into_iter();
    lines.extend(
        grounds.map(|(level, said)| format!("{level}: {}", status_text(&said, ctx.symbols))),
    );
    lines.join("\n") + "\n"
}

/// The line if there is no verdict because of the usage, the configuration or a time-out.
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

// Replaces `|` and line breaks: `|` would begin the performance data, and a line break would end the line.
pub(super) fn status_text(text: &str, symbols: &Symbols) -> String {
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
    use std::sync::Arc;

    use crate::app::fixture::{case, cluster, hub, now, picture};
    use crate::domain::health::Evidence;
    use crate::domain::probe::ProxyState;
    use crate::domain::verdict::VerdictLevel;
    use crate::picture::{HubView, Reason, ReasonKind};
    use crate::text::symbols::UNICODE;

    fn ctx() -> TextContext {
        TextContext {
            now: now(),
            zone: crate::domain::zone::Zone::UTC,
            symbols: &UNICODE,
        }
    }

    fn hub_down(cluster: &str, name: &str, evidence: Vec<Evidence>) -> HubView {
        HubView {
            evidence,
            ..hub(cluster, name, Health::Down)
        }
    }

    fn showing_down(hubs: Vec<HubView>) -> Picture {
        let reason = |hub: &HubView| Reason {
            level: VerdictLevel::Critical,
            kind: ReasonKind::HubDown(hub.spec.key.clone(), None),
        };
        let mut picture = picture();
        picture.verdict.level = VerdictLevel::Critical;
        picture.verdict.reasons = hubs.iter().map(reason).collect();
        picture.clusters = vec![cluster("leap", "aws", hubs)];
        picture
    }

    fn status_503() -> Evidence {
        Evidence::WrongStatus {
            status: 503,
            proxy: ProxyState::HubGone,
            tries: 2,
            confirmed: true,
        }
    }

    #[test]
    fn a_hub_that_is_down_says_why_on_a_line_of_its_own() {
        let hostile = Evidence::AlertFires {
            name: format!("\u{1b}[2J{}\nOK: all clear", "x".repeat(9000)),
        };
        let hubs = vec![
            hub_down("leap", "prod", vec![status_503()]),
            hub_down("leap", "other", vec![Evidence::UpIsZero, hostile]),
        ];
        let printed = text(&showing_down(hubs), &ctx());
        let lines: Vec<_> = printed.lines().collect();
        assert_eq!(lines.len(), 3, "{printed}");
        assert!(lines[0].starts_with("HUBWATCH CRITICAL - 2 hubs down | "));
        assert_eq!(
            lines[1],
            "critical: leap/prod down: probe 503 from the proxy, 2 of 2"
        );
        let start = "critical: leap/other down: Prometheus cannot scrape the hub (up 0), alert: x";
        assert!(lines[2].starts_with(start), "{}", lines[2]);
        assert!(lines[2].chars().count() < 600 && lines[2].ends_with('…'));
    }

    #[test]
    fn a_part_of_the_fleet_is_named_in_every_verdict_about_it() {
        let mut part = picture();
        part.restricted_to = vec!["leap".to_owned()];
        let first = |picture: &Picture| text(picture, &ctx()).lines().next().unwrap().to_owned();
        assert!(
            first(&part).starts_with("HUBWATCH OK - leap only: all clear: "),
            "{}",
            first(&part)
        );
        let mut down = showing_down(vec![hub_down("leap", "prod", vec![])]);
        down.restricted_to = vec!["leap/prod".to_owned(), "maap".to_owned()];
        assert!(
            first(&down).starts_with("HUBWATCH CRITICAL - leap/prod and maap only: 1 hub down")
        );
        part.restricted_to = (0..40).map(|at| format!("c{at}")).collect();
        assert!(first(&part).starts_with("HUBWATCH OK - c0, c1, c2 and 37 more only: all clear"));
        assert!(first(&picture()).starts_with("HUBWATCH OK - all clear"));
        let json = crate::report::json::report(&part, &ctx());
        let json = serde_json::to_value(&json).unwrap();
        assert!(
            json["summary"]
                .as_str()
                .unwrap()
                .contains(" only: all clear")
        );
    }

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
