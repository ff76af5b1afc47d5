//! Drafts: typed texts that are not in PagerDuty yet. They are kept on disk, so they survive a restart.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::IncidentAction;
use crate::domain::ids::{CaseId, IncidentId};

/// The purpose of a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A plain note.
    Note,
    /// The reason for extending a time-box by this many minutes.
    Extend(u64),
    /// The text of a time-box's verdict.
    Verdict(crate::domain::note::TimeBoxVerdict),
    /// The text for a step of the outage checklist.
    OutageStep(crate::domain::checklist::ChecklistStep),
    /// The title of a new incident.
    Declare,
}

/// The incident that a draft is for. Number and title are stored too, since the incident may no longer exist when the
/// draft is loaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftIncident {
    pub incident: IncidentId,
    pub number: u64,
    pub title: String,
}

/// The PagerDuty account that a draft is for. An incident with the same id in another account is a different incident.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DraftAccount {
    /// The API's address, without a slash at the end.
    pub api: String,
    /// The host of the account's web pages, such as `acme.pagerduty.com`. It is needed since many accounts share one
    /// API host. `None` if no incident has shown the host yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub web: Option<String>,
}

impl DraftAccount {
    /// The account with the API address `api` and the web page `page`.
    pub fn new(api: &str, page: Option<&str>) -> Self {
        let host = page.and_then(|page| page.split_once("://")?.1.split('/').next());
        Self {
            api: api.to_owned(),
            web: host.map(str::to_lowercase),
        }
    }

    /// Whether the account of a draft may be the `present` one. If the draft has the host of the web pages, the host
    /// decides, since an API may be reached through a proxy. If the draft has no host, the API's address decides. If
    /// only the present host is unknown, returns `true`.
    pub fn may_be(&self, present: &Self) -> bool {
        match (&self.web, &present.web) {
            (Some(own), Some(present)) => own == present,
            (Some(_), None) => true,
            (None, _) => self.api == present.api,
        }
    }
}

/// The identity of a draft. A later text with the same key replaces the earlier text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DraftKey {
    /// The account that the draft is for, if known.
    pub account: Option<DraftAccount>,
    /// The case on which the draft was begun.
    pub case: CaseId,
    /// The purpose's name: `note`, `extend`, `verdict`, `declare`, or the step of the checklist.
    pub purpose: String,
}

/// A typed text that is not yet confirmed to be in PagerDuty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The case on which the draft was begun.
    pub case: CaseId,
    pub purpose: Purpose,
    /// The incidents that the text must still be sent to.
    #[serde(rename = "about")]
    pub incidents: Vec<DraftIncident>,
    pub text: String,
    /// When the draft was last changed.
    pub at: DateTime<Utc>,
    /// Whether PagerDuty did not answer when the text was sent. Before the text is sent again, hubwatch searches for it
    /// in PagerDuty.
    pub in_doubt: bool,
    /// The incident key with which the text was sent as a declaration. A second attempt must use the same key.
    #[serde(rename = "declared_as", default)]
    pub declaration_key: Option<String>,
    /// The account that the draft is for. `None` in files of older versions, or if PagerDuty is not configured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<DraftAccount>,
}

impl Purpose {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Extend(_) => "extend",
            Self::Verdict(_) => "verdict",
            // Each step has its own draft, since a text for one step does not fit another.
            Self::OutageStep(step) => step.into(),
            Self::Declare => "declare",
        }
    }

    /// The action during which the text was typed.
    pub fn action(&self) -> IncidentAction {
        match self {
            Self::Note => IncidentAction::Note,
            Self::Extend(_) => IncidentAction::TimeBox,
            Self::Verdict(_) => IncidentAction::Verdict,
            Self::OutageStep(_) => IncidentAction::OutageStep,
            Self::Declare => IncidentAction::Declare,
        }
    }
}

impl Draft {
    /// Whether the draft may be for this account. If either account is unknown, returns `true`.
    pub fn may_be_for(&self, account: Option<&DraftAccount>) -> bool {
        let both = self.account.as_ref().zip(account);
        both.is_none_or(|(own, account)| own.may_be(account))
    }

    pub fn key(&self) -> DraftKey {
        DraftKey {
            account: self.account.clone(),
            case: self.case.clone(),
            purpose: self.purpose.name().to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_told_apart_by_api_and_by_the_host_of_their_pages() {
        let us = "https://api.pagerduty.com";
        let acme = DraftAccount::new(us, Some("https://Acme.pagerduty.com/incidents/Q1"));
        assert_eq!(acme.web.as_deref(), Some("acme.pagerduty.com"));
        let other = DraftAccount::new(us, Some("https://other.pagerduty.com/incidents/Q1"));
        let not_known = DraftAccount::new(us, None);
        let eu = DraftAccount::new("https://api.eu.pagerduty.com", None);
        let proxy = DraftAccount::new("https://proxy.example", Some("https://acme.pagerduty.com/"));
        assert!(acme.may_be(&acme) && acme.may_be(&proxy) && not_known.may_be(&other));
        assert!(
            acme.may_be(&not_known) && acme.may_be(&eu),
            "not decided yet"
        );
        assert!(!acme.may_be(&other) && !not_known.may_be(&eu));
    }

    #[test]
    fn a_file_of_an_older_version_is_read_and_names_no_account() {
        let old = r#"{"case":"pd:Q1","purpose":"note","about":[],"text":"hi","at":"2026-11-22T03:00:00Z","in_doubt":false}"#;
        let draft: Draft = serde_json::from_str(old).unwrap();
        assert_eq!(draft.account, None);
        assert!(draft.may_be_for(Some(&DraftAccount::new("https://api.pagerduty.com", None))));
        assert!(!serde_json::to_string(&draft).unwrap().contains("account"));
    }
}
