//! Filled-in templates, and the order of links.

use super::*;

fn subject() -> TemplateValues {
    TemplateValues {
        cluster: Some("leap".into()),
        hub: Some("prod".into()),
        alert: Some("disk  full; rm -rf 'x'".into()),
        ..TemplateValues::default()
    }
}

fn filled(template: &str) -> Result<String, String> {
    let link = Link {
        name: "x".into(),
        template: template.into(),
    };
    fill_link(&link, &subject()).text
}

#[test]
fn an_address_is_encoded_and_a_command_quoted() {
    assert_eq!(
        filled("https://g.example/d?c={cluster}&a={alert}").unwrap(),
        "https://g.example/d?c=leap&a=disk%20%20full%3B%20rm%20-rf%20%27x%27"
    );
    assert_eq!(
        filled("kubectl -n {hub} get pods").unwrap(),
        "kubectl -n prod get pods"
    );
    assert_eq!(
        filled("find {alert}").unwrap(),
        r"find 'disk  full; rm -rf '\''x'\'''"
    );
}

#[test]
fn what_is_not_known_is_named() {
    assert_eq!(filled("https://{domain}/x"), Err("domain".into()));
}

#[test]
fn a_text_is_filled_in_as_people_write_it_and_never_with_a_gap() {
    let text = |text: &str| {
        let canned = CannedText {
            name: "Community".into(),
            text: text.into(),
        };
        fill_text(&canned, &subject()).text
    };
    assert_eq!(
        text("{alert} on {cluster}:\nwe look into it"),
        Ok("disk  full; rm -rf 'x' on leap:\nwe look into it".to_owned())
    );
    assert_eq!(text("see https://{domain}"), Err("domain".into()));
}

#[test]
fn an_outages_texts_stand_after_its_links_and_before_those_of_every_case() {
    let link = |name: &str| Link {
        name: name.to_owned(),
        template: "https://handbook.example".to_owned(),
    };
    let mut model = crate::app::fixture::model_showing(crate::app::fixture::picture());
    model.policy = std::sync::Arc::new(crate::domain::policy::Policy {
        links: vec![link("Grafana")],
        outage: OutageProcedure {
            links: vec![link("Procedure")],
            texts: vec![CannedText {
                name: "Community".into(),
                text: "We look into {incident}.".into(),
            }],
            ..OutageProcedure::default()
        },
        ..Default::default()
    });
    let mut case = crate::app::fixture::action_flow::assigned_case("Q1", "Bo");
    let shown = |case: &Case| {
        let links = model.case_links(case);
        links.into_iter().map(|link| link.name).collect::<Vec<_>>()
    };
    assert_eq!(shown(&case), ["Grafana"]);
    case.rank = Rank::Priority(0);
    case.priority = Some("P1".into());
    assert_eq!(shown(&case), ["Procedure", "Community", "Grafana"]);
    let text = model.case_links(&case).remove(1).text;
    assert_eq!(text, Ok("We look into Q1.".to_owned()));
}

#[test]
fn a_runbooks_address_names_the_place() {
    let case = crate::app::fixture::action_flow::assigned_case("Q1", "Bo");
    let picture = crate::app::fixture::picture();
    let url = |text: &str| runbook_url(text, &case, &picture);
    let filled = url("https://handbook.example/{cluster}/{hub}#disk").unwrap();
    assert!(!filled.contains('{'), "{filled}");
    assert!(
        filled.starts_with("https://handbook.example/leap/prod"),
        "{filled}"
    );
    assert_eq!(url("https://handbook.example/{domain}"), None);
}

#[test]
fn other_braces_stay() {
    assert_eq!(filled("up{{job=\"x\"}").unwrap(), "up{{job=\"x\"}");
    assert_eq!(filled("{hub").unwrap(), "{hub");
}
