//! `[pagerduty]`.

use serde::Deserialize;
use toml::Spanned;

use super::auth::{RawSecret, secret_ref};
use super::http::http_client_table;
use super::values::{all_not_empty, email, url, value_or};
use super::{File, Table, Text, ValidationContext};
use crate::domain::settings::{PagerDutySettings, SecretRef};

/// The text of `config.example.toml` that explains these keys.
pub(super) const EXAMPLE: &str = r#"[pagerduty]
# The API of accounts in the EU is https://api.eu.pagerduty.com.
url = "https://api.pagerduty.com"
# A user's API key (begins with u+) tells who you are; with an account's API key set [me] email.
token = { env = "PAGERDUTY_TOKEN" }
# Ids or names; empty means all.
services = []
teams = []
"#;

http_client_table! {
    RawPagerDuty {
        url: Option<Text>,
        token: Spanned<Table<RawSecret>>,
        #[serde(default)]
        services: Vec<Text>,
        #[serde(default)]
        teams: Vec<Text>,
    }
}

/// The API's address for accounts outside of the EU: <https://developer.pagerduty.com/docs>.
const US_API_URL: &str = "https://api.pagerduty.com";

/// Whether the file limits incidents to some services or teams.
pub(super) fn is_filtered(file: &File) -> bool {
    let raw = file.pagerduty.as_ref().map(|raw| raw.get_ref());
    raw.is_some_and(|raw| !raw.services.is_empty() || !raw.teams.is_empty())
}

/// The settings; `None` if PagerDuty is not configured.
pub(super) fn pagerduty(
    file: &File,
    check: &mut ValidationContext<'_>,
) -> Option<PagerDutySettings> {
    let raw: &RawPagerDuty = file.pagerduty.as_ref()?.get_ref();
    let around = check.parse_context;
    // A default replaces a value that breaks a rule. The default is never used, since there will be no configuration.
    // The default only keeps the rules for status pages from reporting the same problem again.
    let token = check.problems.ok_or_add(secret_ref(&raw.token, around));
    let address = value_or(
        US_API_URL.to_owned(),
        raw.url.as_ref(),
        url,
        &mut check.problems,
    );
    Some(PagerDutySettings {
        services: all_not_empty(&raw.services, &mut check.problems),
        teams: all_not_empty(&raw.teams, &mut check.problems),
        // An invalid email address is already reported with `[me]`.
        email: file.me.email.as_ref().and_then(|text| email(text).ok()),
        http: check.http_client(&raw.http_client()),
        interval: check.intervals.pagerduty,
        oncalls_interval: check.intervals.oncalls,
        url: address,
        token: token.unwrap_or_else(|| SecretRef::Env(String::new())),
    })
}
