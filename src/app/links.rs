//! The links and commands of a case or hub. Some come from the sources, others from configured templates with
//! placeholders. Links and commands are shown and copied, never run.

use super::model::{Model, OverlayKind};
use crate::domain::case::{Case, Rank};
use crate::domain::ids::HubKey;
use crate::domain::policy::{CannedText, Link, OutageProcedure, Runbook};
use crate::domain::runbook::matching_runbooks;
use crate::picture::Picture;

/// A link, a command or a text, with its placeholders filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkText {
    pub name: String,
    /// The filled-in address, command or text. If a placeholder has no value, the error names the first such
    /// placeholder.
    pub text: Result<String, String>,
}

/// The values for a template's placeholders. `None` means that a value is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct TemplateValues {
    cluster: Option<String>,
    hub: Option<String>,
    domain: Option<String>,
    alert: Option<String>,
    incident: Option<String>,
    title: Option<String>,
    body: Option<String>,
    labels: Option<String>,
}

impl TemplateValues {
    fn value(&self, name: &str) -> Option<&Option<String>> {
        match name {
            "cluster" => Some(&self.cluster),
            "hub" => Some(&self.hub),
            "domain" => Some(&self.domain),
            "alert" => Some(&self.alert),
            "incident" => Some(&self.incident),
            "title" => Some(&self.title),
            "body" => Some(&self.body),
            "labels" => Some(&self.labels),
            _ => None,
        }
    }
}

impl Model {
    /// The links of the topmost overlay. The first link has the number 1.
    pub fn links(&self) -> Vec<LinkText> {
        match self.overlay().map(|overlay| &overlay.kind) {
            Some(OverlayKind::Case(case)) => self.case_links(case),
            Some(OverlayKind::Hub(key)) => self.hub_links(key),
            _ => Vec::new(),
        }
    }

    fn case_links(&self, case: &Case) -> Vec<LinkText> {
        let given = |name: &str, url: &Option<String>| {
            url.as_ref().map(|url| LinkText {
                name: name.to_owned(),
                text: Ok(url.clone()),
            })
        };
        let subject = self.values_for_case(case);
        let incident = case.incident.as_ref();
        let posts = case.posts.iter().map(|joined| &joined.post);
        let mut links: Vec<_> = incident
            .and_then(|incident| given("PagerDuty", &incident.url))
            .into_iter()
            .chain(posts.filter_map(|post| given("Status post", &post.url)))
            .chain(self.runbooks(case).into_iter().filter_map(|book| {
                book.url.as_ref().map(|url| LinkText {
                    name: "Runbook".to_owned(),
                    text: fill_template(url, &subject, percent_encode),
                })
            }))
            .collect();
        let outage = self.outage_procedure(case).into_iter();
        let of_outage = outage.flat_map(|outage| {
            let links = outage.links.iter().map(|link| fill_link(link, &subject));
            links.chain(outage.texts.iter().map(|text| fill_text(text, &subject)))
        });
        let of_all = self.policy.links.iter();
        let of_all = of_all.map(|link| fill_link(link, &subject));
        links.extend(of_outage.chain(of_all));
        links
    }

    fn hub_links(&self, key: &HubKey) -> Vec<LinkText> {
        let subject = self.values_for_hub(key);
        let about_alerts = |link: &&Link| {
            !link.template.contains("{alert}") && !link.template.contains("{incident}")
        };
        let links = self.policy.links.iter().filter(about_alerts);
        links.map(|link| fill_link(link, &subject)).collect()
    }

    /// The address of a prefilled follow-up issue; `None` if there is no template or a placeholder has no value.
    pub fn follow_up_link(&self, case: &Case) -> Option<String> {
        let follow_up = self.policy.follow_up.as_ref()?;
        let subject = self.values_for_case(case);
        let as_is = |text: &str| text.to_owned();
        let filled = |text: &str| fill_or_blank(text, &subject, as_is);
        let issue = TemplateValues {
            title: Some(filled(&follow_up.title)),
            body: Some(filled(&follow_up.body)),
            labels: Some(follow_up.labels.join(",")),
            ..subject.clone()
        };
        fill_template(&follow_up.template, &issue, percent_encode).ok()
    }

    /// The runbooks that match a case.
    pub fn runbooks<'a>(&'a self, case: &Case) -> Vec<&'a Runbook> {
        matching_runbooks(&self.policy.runbooks, case)
    }

    /// The outage procedure, if one is configured and the case has the highest priority.
    pub fn outage_procedure(&self, case: &Case) -> Option<&OutageProcedure> {
        let outage = &self.policy.outage;
        (case.rank == Rank::Priority(0) && *outage != OutageProcedure::default()).then_some(outage)
    }

    /// Fills in a step for a case with the values of the latest picture.
    pub fn step_text(&self, step: &str, case: &Case) -> String {
        fill_step(step, &self.values_for_case(case))
    }

    fn values_for_hub(&self, key: &HubKey) -> TemplateValues {
        TemplateValues::for_hub(key, self.picture.as_deref())
    }

    fn values_for_case(&self, case: &Case) -> TemplateValues {
        TemplateValues::for_case(case, self.picture.as_deref())
    }
}

/// Fills in a runbook's address for a case; `None` if a placeholder has no value.
pub fn runbook_url(url: &str, case: &Case, picture: &Picture) -> Option<String> {
    let values = TemplateValues::for_case(case, Some(picture));
    fill_template(url, &values, percent_encode).ok()
}

/// Fills in the values of a case in a step of a runbook. The step stays unchanged if a placeholder has no value.
pub fn step_text(step: &str, case: &Case, picture: &Picture) -> String {
    fill_step(step, &TemplateValues::for_case(case, Some(picture)))
}

fn fill_step(step: &str, values: &TemplateValues) -> String {
    fill_template(step, values, shell_quote).unwrap_or_else(|_| step.to_owned())
}

impl TemplateValues {
    fn for_hub(key: &HubKey, picture: Option<&Picture>) -> Self {
        let mut hubs = picture.into_iter().flat_map(Picture::hubs);
        let spec = hubs.find(|hub| hub.spec.key == *key).map(|hub| &hub.spec);
        Self {
            cluster: Some(key.cluster.to_string()),
            hub: Some(key.hub.to_string()),
            domain: spec.and_then(|spec| spec.domain.clone()),
            ..Self::default()
        }
    }

    fn for_case(case: &Case, picture: Option<&Picture>) -> Self {
        let place = case.places.first();
        let of_hub = place
            .and_then(|place| place.hub_key())
            .map(|key| Self::for_hub(&key, picture));
        let cluster = place.and_then(|place| place.cluster.as_ref());
        let hub = place.and_then(|place| place.hub.as_ref());
        Self {
            alert: case
                .alerts
                .first()
                .map(|joined| joined.alert.name().to_owned()),
            incident: case
                .incident
                .as_ref()
                .map(|incident| incident.id.to_string()),
            ..of_hub.unwrap_or(Self {
                cluster: cluster.map(ToString::to_string),
                hub: hub.map(ToString::to_string),
                ..Self::default()
            })
        }
    }
}

// Fills in a link. Braces that are not a placeholder stay unchanged, since PromQL and Go templates also have braces.
fn fill_link(link: &Link, subject: &TemplateValues) -> LinkText {
    let escape = if link.template.contains("://") {
        percent_encode
    } else {
        shell_quote
    };
    LinkText {
        name: link.name.clone(),
        text: fill_template(&link.template, subject, escape),
    }
}

// Fills in a text for people. A placeholder without a value makes it an error, since the text must have no gaps.
fn fill_text(canned: &CannedText, subject: &TemplateValues) -> LinkText {
    LinkText {
        name: canned.name.clone(),
        text: fill_template(&canned.text, subject, str::to_owned),
    }
}

// In prose, a placeholder without a value becomes blank.
fn fill_or_blank(template: &str, subject: &TemplateValues, escape: fn(&str) -> String) -> String {
    let known = |value: &Option<String>| Some(value.clone().unwrap_or_default());
    let whole = TemplateValues {
        cluster: known(&subject.cluster),
        hub: known(&subject.hub),
        domain: known(&subject.domain),
        alert: known(&subject.alert),
        incident: known(&subject.incident),
        ..TemplateValues::default()
    };
    fill_template(template, &whole, escape).unwrap_or_default()
}

fn fill_template(
    template: &str,
    subject: &TemplateValues,
    escape: fn(&str) -> String,
) -> Result<String, String> {
    let mut filled = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let word = after
            .split_once('}')
            .and_then(|(name, tail)| Some((name, tail, subject.value(name)?)));
        match word {
            Some((_, tail, Some(value))) => {
                filled.push_str(&escape(value));
                rest = tail;
            }
            Some((name, _, None)) => return Err(name.to_owned()),
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    Ok(filled)
}

fn percent_encode(value: &str) -> String {
    let mut encoded = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

// Quotes values for a shell. The values may come from labels, which anybody can write.
fn shell_quote(value: &str) -> String {
    let harmless = |char: char| char.is_ascii_alphanumeric() || "-._/:@%+".contains(char);
    if !value.is_empty() && value.chars().all(harmless) {
        return value.to_owned();
    }
    format!("'{}'", value.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests;
