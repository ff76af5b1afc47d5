//! The steps that the team configured for cases like this one. The outage procedure comes before the other steps.

use crate::app::model::Model;
use crate::domain::case::Case;
use crate::text::{Line, Meaning};
use crate::ui::pages::page::Page;

/// Adds the steps. A case without steps gets no section.
pub fn add(page: &mut Page, case: &Case, model: &Model) {
    if let Some(outage) = model.outage_procedure(case) {
        add_steps(page, "Outage procedure", outage.steps.iter(), case, model);
    }
    let books = model.runbooks(case).into_iter();
    add_steps(
        page,
        "Steps",
        books.flat_map(|book| &book.steps),
        case,
        model,
    );
}

fn add_steps<'a>(
    page: &mut Page,
    heading: &str,
    steps: impl Iterator<Item = &'a String>,
    case: &Case,
    model: &Model,
) {
    for (number, step) in steps.enumerate() {
        if number == 0 {
            page.heading(heading);
        }
        let number = format!("{}. ", number + 1);
        let line = Line::indented(0).with(Meaning::Key, number);
        let text = model.step_text(step, case);
        page.line(line.with(Meaning::Plain, text).hanging(3));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::app::fixture::action_flow::{assigned_case, with_incident};
    use crate::app::fixture::{model_showing, picture};
    use crate::config::{ParseContext, parse};
    use crate::domain::case::Rank;
    use crate::domain::ids::HubKey;
    use crate::domain::incident::{IncidentAlert, Reference};
    use crate::domain::labels::Labels;

    const PRESET: &str = include_str!("../../../../assets/presets/2i2c.toml");

    /// Each heading of the page with its first step.
    fn shown(case: &Case) -> Vec<String> {
        let mut model = model_showing(picture());
        let config = parse(PRESET, &ParseContext::bare("preset.toml")).unwrap();
        model.policy = Arc::new(config.policy);
        let mut page = Page::new(Line::new());
        add(&mut page, case, &model);
        let lines = page.lines.iter().map(Line::plain_text);
        let lines: Vec<String> = lines.map(|line| line.trim().to_owned()).collect();
        let is_later = |line: &String| line.starts_with(|it: char| it.is_ascii_digit());
        let kept = lines
            .iter()
            .filter(|line| line.starts_with("1. ") || !is_later(line));
        kept.filter(|line| !line.is_empty()).cloned().collect()
    }

    fn of_service(name: &str) -> Case {
        with_incident(assigned_case("Q1", "Bo"), |incident| {
            incident.service = Some(Reference {
                id: "S1".into(),
                name: name.into(),
            });
        })
    }

    fn paged_for(alert: &str) -> Case {
        let labels: Labels = [("alertname", alert)].into_iter().collect();
        with_incident(assigned_case("Q1", "Bo"), |incident| {
            incident.alerts = vec![IncidentAlert {
                id: "A1".to_owned(),
                resolved: true,
                alert_key: None,
                created_at: None,
                suppressed: false,
                fingerprints: Vec::new(),
                label_sets: vec![labels],
            }];
        })
    }

    const HUB_DOWN: &str =
        "1. is there ongoing work on it? then resolve first, and lower the priority after that";

    #[test]
    fn an_outside_check_a_probe_and_an_alert_that_ended_have_steps() {
        let address = of_service("JupyterHub URL availability");
        assert_eq!(shown(&address), ["Steps", HUB_DOWN]);
        let mut probe = assigned_case("Q1", "Bo");
        probe.incident = None;
        assert_eq!(shown(&probe), Vec::<String>::new());
        probe.hub_down = Some((HubKey::new("leap", "prod"), Vec::new()));
        assert_eq!(shown(&probe), ["Steps", HUB_DOWN]);
        let ended = paged_for("proxy pod has restarted");
        assert_eq!(shown(&ended), ["Steps", "1. acknowledge"]);
    }

    #[test]
    fn an_outage_begins_with_the_procedure() {
        let procedure = ["Outage procedure", "1. acknowledge"];
        let mut disk = paged_for("home-nfs has 0% of space left");
        disk.rank = Rank::Priority(0);
        let expected = [&procedure[..], &["Steps", "1. acknowledge"]].concat();
        assert_eq!(shown(&disk), expected);
        disk.rank = Rank::Priority(1);
        assert_eq!(shown(&disk), ["Steps", "1. acknowledge"]);
        let mut address = of_service("JupyterHub URL availability");
        address.rank = Rank::Priority(0);
        address.hub_down = Some((HubKey::new("leap", "prod"), Vec::new()));
        let expected = [&procedure[..], &["Steps", HUB_DOWN]].concat();
        assert_eq!(shown(&address), expected);
    }
}
