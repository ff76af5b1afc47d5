//! `[report]`: the draft of an incident report.

use std::path::PathBuf;

use serde::Deserialize;

use super::values::path;
use super::{Table, Text, ValidationContext};

/// The text of `config.example.toml` that explains these keys.
pub(super) const EXAMPLE: &str = r#"# Your own Markdown template for the draft that `hubwatch report` prints. {title}, {about}, {review},
# {overview}, {what_happened}, {resolution}, {luck}, {went_well}, {went_badly}, {action_items} and {timeline}
# are filled in there; parts that the template does not name are left out.
[report]
template = "outage-report.md"
"#;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawReport {
    pub template: Option<Text>,
}

/// The file with the template of a report. The file is read only when a report is made.
pub(super) fn template(
    raw: &Table<RawReport>,
    check: &mut ValidationContext<'_>,
) -> Option<PathBuf> {
    let text = raw.template.as_ref()?;
    check.problems.ok_or_add(path(text, check.parse_context))
}
