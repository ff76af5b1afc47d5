//! Statuspage's public `summary.json` (version 2): one request says everything.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::plain::from_html;
use crate::domain::post::{Post, PostKind, StatusPage};
use crate::domain::settings::StatusWords;
use crate::sources::lenient::{Many, Maybe};

type Time = Maybe<DateTime<Utc>>;

/// The lists must be there: a page that shows nothing must not look like one on which all is well.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Summary {
    #[serde(default)]
    status: Maybe<WireHeadline>,
    components: Vec<WireComponent>,
    incidents: Vec<WirePost>,
    scheduled_maintenances: Vec<WirePost>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct WireHeadline {
    description: Maybe<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct WireComponent {
    name: Maybe<String>,
    status: Maybe<String>,
    group: Maybe<bool>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct WirePost {
    id: Maybe<String>,
    name: Maybe<String>,
    status: Maybe<String>,
    created_at: Time,
    started_at: Time,
    updated_at: Time,
    shortlink: Maybe<String>,
    incident_updates: Many<WireUpdate>,
    components: Many<WireComponent>,
    scheduled_for: Time,
    scheduled_until: Time,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct WireUpdate {
    body: Maybe<String>,
    created_at: Time,
    display_at: Time,
}

/// Reads the summary of the page that the configuration calls `page`.
///
/// # Errors
/// In words, where a post has no id.
pub(super) fn read(
    summary: Summary,
    page: &str,
    words: &StatusWords,
) -> Result<StatusPage, String> {
    let incidents = posts(summary.incidents, PostKind::Incident, page, words)?;
    let maintenance = posts(
        summary.scheduled_maintenances,
        PostKind::Maintenance,
        page,
        words,
    )?;
    Ok(StatusPage {
        headline: summary
            .status
            .0
            .and_then(|status| status.description.text()),
        impacted: summary
            .components
            .into_iter()
            .filter_map(|c| c.impacted(words))
            .collect(),
        posts: incidents
            .into_iter()
            .chain(maintenance)
            .filter(|post| post.open)
            .collect(),
    })
}

fn posts(
    list: Vec<WirePost>,
    kind: PostKind,
    page: &str,
    words: &StatusWords,
) -> Result<Vec<Post>, String> {
    list.into_iter()
        .map(|post| post.read(kind, page, words))
        .collect()
}

impl WireComponent {
    // A group only sums up its components. A status that is missing is not well.
    fn impacted(self, words: &StatusWords) -> Option<(String, String)> {
        let status = self.status.text().unwrap_or_else(|| "unknown".to_owned());
        if self.group.0 == Some(true) || words.is_well(&status) {
            return None;
        }
        Some((
            self.name.text().unwrap_or_default(),
            status.replace('_', " "),
        ))
    }
}

impl WirePost {
    fn read(self, kind: PostKind, page: &str, words: &StatusWords) -> Result<Post, String> {
        let since = self.first_told();
        let id = self.id.text().ok_or("a post without id")?;
        let status = self.status.text().unwrap_or_default().replace('_', " ");
        let latest = self
            .incident_updates
            .0
            .iter()
            .max_by_key(|update| update.at());
        let maintenance = kind == PostKind::Maintenance;
        Ok(Post {
            id: id.into(),
            page: page.to_owned(),
            kind,
            title: from_html(&self.name.text().unwrap_or_default()),
            open: !words.is_resolved(&status),
            status,
            since,
            updated: latest.and_then(WireUpdate::at).or(self.updated_at.0),
            starts: self.scheduled_for.0.filter(|_| maintenance),
            ends: self.scheduled_until.0.filter(|_| maintenance),
            services: self
                .components
                .0
                .iter()
                .filter_map(|c| c.name.clone().text())
                .collect(),
            linked: None,
            message: from_html(
                latest
                    .and_then(|update| update.body.0.as_deref())
                    .unwrap_or_default(),
            ),
            url: self.shortlink.text(),
        })
    }

    // `started_at` is when it began, which can be set back to before anybody was told.
    fn first_told(&self) -> Option<DateTime<Utc>> {
        let updates = self.incident_updates.0.iter().filter_map(WireUpdate::at);
        updates.min().or(self.created_at.0).or(self.started_at.0)
    }
}

impl WireUpdate {
    fn at(&self) -> Option<DateTime<Utc>> {
        self.display_at.0.or(self.created_at.0)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn sample() -> Value {
        json!({
            "page": {"id": "pg", "name": "Mars hubs"},
            "status": {"indicator": "minor", "description": "Partly broken"},
            "components": [
                {"id": "c1", "name": "Hub of mars", "status": "partial_outage", "group": false},
                {"id": "c2", "name": "Hub of venus", "status": "operational", "group": false},
                {"id": "g1", "name": "All hubs", "status": "partial_outage", "group": true, "components": ["c1", "c2"]},
                {"id": "c3", "name": "Hub of pluto", "status": "wobbling"},
                {"id": "c4", "name": "Hub of moon", "status": null}],
            "incidents": [{
                "id": "i1", "name": "Slow disks", "status": "monitoring", "impact": "minor",
                "created_at": "2026-03-02T10:00:00+01:00", "started_at": "2026-03-02T08:00:00Z", "shortlink": "https://stat.example/i1",
                "components": [{"name": "Hub of mars"}],
                "incident_updates": [
                    {"id": "u2", "status": "monitoring", "body": "<p>Better &amp; better</p>", "display_at": "2026-03-02T09:30:00Z"},
                    {"id": "u1", "status": "investigating", "body": "Hm", "display_at": "2026-03-02T09:00:00Z"}]},
                {"id": "i2", "name": "Odd", "status": "pondering", "incident_updates": null},
                {"id": "i3", "name": "Over", "status": "postmortem"}],
            "scheduled_maintenances": [{"id": "m1", "name": "Upgrade", "status": "in_progress",
                "scheduled_for": "2026-03-07T09:00:00Z", "scheduled_until": "2026-03-07T11:00:00Z"}],
        })
    }

    fn read_value(value: &Value) -> Result<StatusPage, String> {
        let summary = Summary::deserialize(value).map_err(|e| e.to_string())?;
        read(summary, "Mars", &StatusWords::default())
    }

    #[test]
    fn a_summary_gives_open_posts_and_what_is_not_well() {
        let page = read_value(&sample()).unwrap();
        assert_eq!(page.headline.as_deref(), Some("Partly broken"));
        let impacted: Vec<_> = page
            .impacted
            .iter()
            .map(|(name, word)| (&**name, &**word))
            .collect();
        assert_eq!(
            impacted,
            [
                ("Hub of mars", "partial outage"),
                ("Hub of pluto", "wobbling"),
                ("Hub of moon", "unknown")
            ]
        );
        let ids: Vec<_> = page.posts.iter().map(|post| post.id.as_str()).collect();
        assert_eq!(
            ids,
            ["i1", "i2", "m1"],
            "an unknown status is open, a postmortem is not"
        );
        let post = &page.posts[0];
        assert_eq!(post.message, "Better & better");
        assert_eq!(
            post.since.unwrap().to_rfc3339(),
            "2026-03-02T09:00:00+00:00"
        );
        assert_eq!(
            post.updated.unwrap().to_rfc3339(),
            "2026-03-02T09:30:00+00:00"
        );
        assert_eq!(post.services, ["Hub of mars"]);
        assert!(page.posts[2].starts.is_some() && page.posts[0].starts.is_none());
    }

    #[test]
    fn what_is_no_summary_is_never_a_quiet_page() {
        for list in ["components", "incidents", "scheduled_maintenances"] {
            let mut value = sample();
            value[list] = Value::Null;
            assert!(read_value(&value).is_err(), "{list}");
        }
        assert!(read_value(&json!({})).is_err());
    }
}
