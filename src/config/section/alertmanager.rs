//! `[[alertmanager]]`.

use serde::Deserialize;
use toml::Spanned;

use super::auth::RawSecret;
use super::endpoint::{endpoint, endpoint_table, scope};
use super::http::http_client_table;
use super::{Table, Text, TextMap, ValidationContext, report_duplicate_names};
use crate::domain::settings::AlertmanagerSettings;

/// The text of `config.example.toml` that explains these keys.
pub(super) const EXAMPLE: &str = r#"# Optional: shows which alerts are silenced or inhibited, and gives its routes.
# Takes cluster or cluster_label, username and password or bearer, headers, ca_file, proxy, timeout.
[[alertmanager]]
name = "leap"
# Up to and without /api/v2.
url = "http://127.0.0.1:9093"
cluster = "leap"
"#;

endpoint_table! {
    RawAlertmanager {}
}

pub(super) fn alertmanagers(
    raw: &[Spanned<Table<RawAlertmanager>>],
    check: &mut ValidationContext<'_>,
) -> Vec<AlertmanagerSettings> {
    let names = raw.iter().map(|one| &one.get_ref().name);
    report_duplicate_names("Alertmanagers", names, &mut check.problems);
    raw.iter()
        .filter_map(|one| alertmanager(one.get_ref(), check))
        .collect()
}

fn alertmanager(
    raw: &RawAlertmanager,
    check: &mut ValidationContext<'_>,
) -> Option<AlertmanagerSettings> {
    let keys = raw.endpoint();
    let endpoint = endpoint(&keys, "/api/v2", check.intervals.alertmanager, check);
    let scope = scope(&keys, &mut check.problems);
    Some(AlertmanagerSettings {
        scope: scope.into_option(),
        endpoint: endpoint?,
    })
}
