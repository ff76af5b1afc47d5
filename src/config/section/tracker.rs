//! `[tracker]`: the place of reports and follow-ups. hubwatch only reads them.

use std::time::Duration;

use serde::Deserialize;
use toml::Spanned;

use super::super::problem::{Problem, Problems};
use super::auth::{RawSecret, secret_ref};
use super::http::http_client_table;
use super::values::{interval, not_empty, url, value_or};
use super::{Table, Text, ValidationContext};
use crate::domain::settings::TrackerSettings;
use crate::domain::tracker::{ReportFolder, Repository, TrackerRules};

/// The text of `config.example.toml` that explains these keys.
pub(super) const EXAMPLE: &str = r#"# The tracker with the issues about outages; hubwatch reads them and writes none. With it `hubwatch owed` shows which
# reports are missing and which action items are open. Without this section only notes and posts show what is owed.
[tracker]
kind = "github"
# The API; GitHub Enterprise's is https://HOST/api/v3. web is the address for browsers, if its host is another one.
url = "https://api.github.com"
web = "https://github.com"
repository = "hubs-example/infrastructure"
# A token that may read issues and contents. Without a token only public repositories work, 60 requests an hour.
token = { env = "GITHUB_TOKEN" }
# Outages that ended earlier are ignored.
since = "90d"
# The folder of published reports, one file for each outage with its date in the name, and its repository if that is
# another one. Without a folder hubwatch does not look for published reports.
reports = "reports"
reports_repository = "hubs-example/incident-reports"
# The labels and title prefixes that tell the kinds of issues apart, and the form's file for an action item. These are
# the defaults.
labels = { outage = "outage", action_item = "incident-action-item" }
titles = { report = "Incident report of", review = "Review the resolution of" }
form = "incident-action-item.yml"
"#;

/// The addresses of GitHub's API (<https://docs.github.com/en/rest>) and of its web pages.
const GITHUB_API: &str = "https://api.github.com";
const GITHUB_WEB: &str = "https://github.com";

const DEFAULT_SINCE: Duration = Duration::from_secs(90 * 24 * 60 * 60);

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawLabels {
    pub outage: Option<Text>,
    pub action_item: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawTitles {
    pub report: Option<Text>,
    pub review: Option<Text>,
}

http_client_table! {
    RawTracker {
        kind: Text,
        url: Option<Text>,
        web: Option<Text>,
        repository: Text,
        token: Option<Spanned<Table<RawSecret>>>,
        since: Option<Text>,
        reports: Option<Text>,
        reports_repository: Option<Text>,
        #[serde(default)]
        labels: Table<RawLabels>,
        #[serde(default)]
        titles: Table<RawTitles>,
        form: Option<Text>,
    }
}

pub(super) fn tracker(
    raw: Option<&Table<RawTracker>>,
    check: &mut ValidationContext<'_>,
) -> Option<TrackerSettings> {
    let raw = raw?;
    let around = check.parse_context;
    let problems = &mut check.problems;
    let kind = problems.ok_or_add(kind(&raw.kind));
    let repository = problems.ok_or_add(repository(&raw.repository));
    let token = raw.token.as_ref();
    let token = token.map(|token| problems.ok_or_add(secret_ref(token, around)));
    let address = value_or(GITHUB_API.to_owned(), raw.url.as_ref(), url, problems);
    let web = value_or(web_of(&address), raw.web.as_ref(), url, problems);
    let since = value_or(DEFAULT_SINCE, raw.since.as_ref(), interval, problems);
    let rules = rules(raw, problems);
    let reports = problems.ok_or_add(reports(raw, repository.as_ref()));
    let http = check.http_client(&raw.http_client());
    kind?;
    Some(TrackerSettings {
        url: address,
        web,
        repository: repository?,
        token: match token {
            Some(token) => Some(token?),
            None => None,
        },
        http,
        rules,
        since,
        reports: reports?,
    })
}

fn kind(text: &Text) -> Result<(), Problem> {
    match text.get_ref().as_str() {
        "github" => Ok(()),
        other => Err(
            Problem::new(text.span(), format!("there is no kind {other:?}"))
                .with_hint("\"github\" is the only one"),
        ),
    }
}

// The address of the web pages. A GitHub Enterprise host serves both the API and the web pages.
fn web_of(api: &str) -> String {
    match api {
        GITHUB_API => GITHUB_WEB.to_owned(),
        other => other.strip_suffix("/api/v3").unwrap_or(other).to_owned(),
    }
}

// A repository's name has letters, digits and three signs
// (https://docs.github.com/en/repositories/creating-and-managing-repositories). The name becomes part of a request's
// path, so no other character is allowed.
fn repository(text: &Text) -> Result<Repository, Problem> {
    let is_part = |part: &str| {
        let is_sign = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        !part.is_empty() && !matches!(part, "." | "..") && part.chars().all(is_sign)
    };
    match text.get_ref().split_once('/') {
        Some((owner, name)) if is_part(owner) && is_part(name) => Ok(Repository {
            owner: owner.to_owned(),
            name: name.to_owned(),
        }),
        _ => Err(
            Problem::new(text.span(), "this is not the name of a repository")
                .with_hint("\"OWNER/NAME\", not an address"),
        ),
    }
}

fn reports(raw: &RawTracker, issues: Option<&Repository>) -> Result<Option<ReportFolder>, Problem> {
    let Some(folder) = &raw.reports else {
        return match &raw.reports_repository {
            None => Ok(None),
            Some(text) => Err(
                Problem::new(text.span(), "the folder of reports is missing")
                    .with_hint("add reports = \"FOLDER\""),
            ),
        };
    };
    let path = folder.get_ref().trim_matches('/');
    if path.split('/').any(|part| matches!(part, "." | "..")) || path.contains(['\\', '?', '#']) {
        let problem = Problem::new(folder.span(), "this is not a folder of a repository");
        return Err(problem.with_hint("a path in it: \"docs/reports\""));
    }
    let own = raw.reports_repository.as_ref().map(repository);
    let Some(repository) = own.transpose()?.or_else(|| issues.cloned()) else {
        return Ok(None);
    };
    Ok(Some(ReportFolder {
        repository,
        folder: path.to_owned(),
    }))
}

fn rules(raw: &RawTracker, problems: &mut Problems) -> TrackerRules {
    let preset = TrackerRules::default();
    let mut or = |preset: String, text: Option<&Text>| value_or(preset, text, not_empty, problems);
    TrackerRules {
        outage_label: or(preset.outage_label, raw.labels.outage.as_ref()),
        action_item_label: or(preset.action_item_label, raw.labels.action_item.as_ref()),
        report_title: or(preset.report_title, raw.titles.report.as_ref()),
        review_title: or(preset.review_title, raw.titles.review.as_ref()),
        form: or(preset.form, raw.form.as_ref()),
    }
}
