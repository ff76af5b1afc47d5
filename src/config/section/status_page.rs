//! `[[status_page]]`: each kind of page has its own keys, and refuses the keys of the other kind.

use serde::Deserialize;
use toml::Spanned;

use super::super::problem::{Problem, Problems};
use super::http::http_client_table;
use super::values::{all_not_empty, not_empty, url};
use super::{Table, Text, ValidationContext, report_duplicate_names};
use crate::domain::post::PageOwnership;
use crate::domain::settings::{
    PagerDutySettings, StatusKeywords, StatusPageKind, StatusPageSettings,
};

/// The text of `config.example.toml` that explains these keys.
pub(super) const EXAMPLE: &str = r#"# A page in PagerDuty, read with [pagerduty]'s token.
[[status_page]]
name = "Hubs"
kind = "pagerduty"
page = "PSP1"
# true: your team's page: its maintenance keeps the places that it names out of the verdict, its posts inform
# the public, and a post that outlives its P1 is stale. false: somebody else's page, which is only shown. The
# default is true for a page of this kind.
ours = true
# How the page's own labels are read: a post is over if its status contains one of the words of `resolved`, a
# service works if its impact contains one of `well`. Whole words in any case. These are the defaults.
words = { resolved = ["resolved", "completed", "postmortem", "closed", "cancelled", "canceled"], well = ["operational", "all good", "none", "no impact"] }

# A page of Atlassian Statuspage, read without a key. Without `ours` it counts only where it names a place: its
# maintenance by a component with the name of a hub, its domain or a cluster, its posts by their title.
[[status_page]]
name = "Login"
kind = "statuspage"
url = "https://status.login.example"
ours = false
"#;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawPageWords {
    pub resolved: Option<Vec<Text>>,
    pub well: Option<Vec<Text>>,
}

http_client_table! {
    RawStatusPage {
        name: Text,
        kind: Text,
        page: Option<Text>,
        url: Option<Text>,
        ours: Option<bool>,
        #[serde(default)]
        words: Table<RawPageWords>,
    }
}

pub(super) fn status_pages(
    raw: &[Spanned<Table<RawStatusPage>>],
    pagerduty: Option<&PagerDutySettings>,
    check: &mut ValidationContext<'_>,
) -> Vec<StatusPageSettings> {
    let names = raw.iter().map(|page| &page.get_ref().name);
    report_duplicate_names("status pages", names, &mut check.problems);
    raw.iter()
        .filter_map(|page| status_page(page, pagerduty, check))
        .collect()
}

fn status_page(
    raw: &Spanned<Table<RawStatusPage>>,
    pagerduty: Option<&PagerDutySettings>,
    check: &mut ValidationContext<'_>,
) -> Option<StatusPageSettings> {
    let page = raw.get_ref();
    let name = check.problems.ok_or_add(not_empty(&page.name));
    let kind = check.problems.ok_or_add(kind(raw, pagerduty));
    let kind = kind.map(|kind| (ownership(page.ours, &kind), kind));
    let (ownership, kind) = kind?;
    Some(StatusPageSettings {
        keywords: status_words(&page.words, &mut check.problems),
        http: check.http_client(&page.http_client()),
        interval: check.intervals.status_page,
        name: name?,
        kind,
        ownership,
    })
}

// Whether the page is the team's own. If `ours` is not set, a page in the team's PagerDuty counts as the team's own.
fn ownership(ours: Option<bool>, kind: &StatusPageKind) -> PageOwnership {
    match (ours, kind) {
        (Some(true), _) | (None, StatusPageKind::Pagerduty { .. }) => PageOwnership::Ours,
        (Some(false), _) => PageOwnership::Foreign,
        (None, StatusPageKind::Statuspage { .. }) => PageOwnership::PerhapsOurs,
    }
}

/// A warning for each page without `ours`.
pub(super) fn warnings(raw: &[Spanned<Table<RawStatusPage>>], found: &mut Problems) {
    for page in raw.iter().map(Spanned::get_ref) {
        if page.ours.is_none() && page.kind.get_ref() == "statuspage" {
            let message = "the page's owner is not set: its posts count only where they name a hub or a cluster";
            let hint = "ours = true, or ours = false for somebody else's page";
            found.add(Problem::new(page.name.span(), message).with_hint(hint));
        }
    }
}

fn kind(
    raw: &Spanned<Table<RawStatusPage>>,
    pagerduty: Option<&PagerDutySettings>,
) -> Result<StatusPageKind, Problem> {
    let page = raw.get_ref();
    match page.kind.get_ref().as_str() {
        "pagerduty" => pagerduty_page(page, pagerduty),
        "statuspage" => statuspage_page(page),
        other => Err(
            Problem::new(page.kind.span(), format!("there is no kind {other:?}"))
                .with_hint("\"pagerduty\" or \"statuspage\""),
        ),
    }
}

fn pagerduty_page(
    page: &RawStatusPage,
    pagerduty: Option<&PagerDutySettings>,
) -> Result<StatusPageKind, Problem> {
    reject_key(page.url.as_ref(), "url", "pagerduty")?;
    let id = page.page.as_ref().ok_or_else(|| {
        Problem::new(page.kind.span(), "a page of kind pagerduty needs its id")
            .with_hint("add page = \"PSP1\"")
    })?;
    let api = pagerduty.ok_or_else(|| {
        Problem::new(
            page.kind.span(),
            "this page is read through PagerDuty, which is not configured",
        )
        .with_hint("add [pagerduty] with its token")
    })?;
    Ok(StatusPageKind::Pagerduty {
        page: not_empty(id)?,
        url: api.url.clone(),
        token: api.token.clone(),
    })
}

fn statuspage_page(page: &RawStatusPage) -> Result<StatusPageKind, Problem> {
    reject_key(page.page.as_ref(), "page", "statuspage")?;
    let address = page.url.as_ref().ok_or_else(|| {
        Problem::new(
            page.kind.span(),
            "a page of kind statuspage needs its address",
        )
        .with_hint("add url = \"https://status.example.org\"")
    })?;
    url(address).map(|url| StatusPageKind::Statuspage { url })
}

fn reject_key(value: Option<&Text>, key: &str, kind: &str) -> Result<(), Problem> {
    let message = format!("{key} has no effect on a page of kind {kind}");
    value.map_or(Ok(()), |text| {
        Err(Problem::new(text.span(), message).with_hint("leave it out, or change kind"))
    })
}

fn status_words(raw: &RawPageWords, problems: &mut Problems) -> StatusKeywords {
    let default = StatusKeywords::default();
    let mut given =
        |texts: &Option<Vec<Text>>| texts.as_ref().map(|texts| all_not_empty(texts, problems));
    StatusKeywords {
        resolved: given(&raw.resolved).unwrap_or(default.resolved),
        operational: given(&raw.well).unwrap_or(default.operational),
    }
}
