//! An issue as GitHub's API returns it.

use serde_json::{Value, json};

use super::issue::Issue;
use super::{REPOSITORY, SITE, timestamp};

pub(super) fn issue_json(issue: &Issue) -> Value {
    let repository = format!("{SITE}/api/v3/repos/{REPOSITORY}");
    let url = format!("{repository}/issues/{}", issue.number);
    let assignee = issue.assignee.as_deref().map(user_json);
    let mut body = json!({
        "id": 2_000_000 + issue.number,
        "node_id": format!("I_demo{}", issue.number),
        "number": issue.number,
        "title": issue.title,
        "body": issue.body,
        "user": user_json("hubs-automation"),
        "labels": [label_json(issue.label)],
        "state": if issue.closed.is_some() { "closed" } else { "open" },
        "state_reason": state_reason(issue),
        "assignee": assignee,
        "assignees": assignee.iter().collect::<Vec<_>>(),
        "milestone": null,
        "locked": false,
        "active_lock_reason": null,
        "comments": issue.number % 4,
        "created_at": timestamp(issue.created_at),
        "updated_at": timestamp(issue.updated_at()),
        "closed_at": issue.closed.map(|it| timestamp(it.at)),
        "author_association": "MEMBER",
        "url": url,
        "html_url": issue.url(),
        "repository_url": repository,
        "labels_url": format!("{url}/labels{{/name}}"),
        "comments_url": format!("{url}/comments"),
        "events_url": format!("{url}/events"),
        "timeline_url": format!("{url}/timeline"),
        "performed_via_github_app": null,
    });
    if let Some(fields) = body.as_object_mut().filter(|_| issue.is_pull_request) {
        fields.insert("pull_request".to_owned(), pull_request(issue, &repository));
    }
    body
}

fn pull_request(issue: &Issue, repository: &str) -> Value {
    let html = issue.url();
    json!({
        "url": format!("{repository}/pulls/{}", issue.number),
        "html_url": html,
        "diff_url": format!("{html}.diff"),
        "patch_url": format!("{html}.patch"),
        "merged_at": issue.closed.map(|it| timestamp(it.at)),
    })
}

fn state_reason(issue: &Issue) -> Option<&'static str> {
    match (issue.closed, issue.reopened_at) {
        (Some(closed), _) if !issue.is_pull_request => Some(closed.reason),
        (None, Some(_)) => Some("reopened"),
        _ => None,
    }
}

fn label_json(name: &str) -> Value {
    json!({
        "id": 100 + name.len(),
        "node_id": format!("LA_{name}"),
        "url": format!("{SITE}/api/v3/repos/{REPOSITORY}/labels/{name}"),
        "name": name,
        "description": null,
        "color": "b60205",
        "default": false,
    })
}

fn user_json(login: &str) -> Value {
    let api = format!("{SITE}/api/v3/users/{login}");
    json!({
        "login": login,
        "id": 9_000 + login.len(),
        "node_id": format!("U_{login}"),
        "avatar_url": format!("{SITE}/avatars/{login}"),
        "gravatar_id": "",
        "url": api,
        "html_url": format!("{SITE}/{login}"),
        "followers_url": format!("{api}/followers"),
        "following_url": format!("{api}/following{{/other_user}}"),
        "gists_url": format!("{api}/gists{{/gist_id}}"),
        "starred_url": format!("{api}/starred{{/owner}}{{/repo}}"),
        "subscriptions_url": format!("{api}/subscriptions"),
        "organizations_url": format!("{api}/orgs"),
        "repos_url": format!("{api}/repos"),
        "events_url": format!("{api}/events{{/privacy}}"),
        "received_events_url": format!("{api}/received_events"),
        "type": "User",
        "site_admin": false,
    })
}
