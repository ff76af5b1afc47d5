//! Drafts: typed texts that PagerDuty does not have yet. They outlive the program.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::IncidentAction;
use crate::domain::ids::{CaseId, IncidentId};

/// The purpose of a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A note, as it is.
    Note,
    /// The reason for extending a time-box by this many minutes.
    Extend(u64),
    /// The words of a time-box's verdict.
    Verdict(crate::domain::note::TimeBoxVerdict),
    /// The words of a step of the outage checklist.
    OutageStep(crate::domain::checklist::ChecklistStep),
    /// The title of a new incident.
    Declare,
}

/// The incident that a text is about, by name: it may be gone when the draft is found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftIncident {
    pub incident: IncidentId,
    pub number: u64,
    pub title: String,
}

/// The PagerDuty account that a draft is for: an incident of the same id in another account is another incident.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DraftAccount {
    /// The API's address, without a slash at the end.
    pub api: String,
    /// The host of the account's pages, such as `acme.pagerduty.com`, since many accounts share one API host. `None`
    /// if no incident names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub web: Option<String>,
}

impl DraftAccount {
    /// The account at `api` of which `page` is a page.
    pub fn new(api: &str, page: Option<&str>) -> Self {
        let host = page.and_then(|page| page.split_once("://")?.1.split('/').next());
        Self {
            api: api.to_owned(),
            web: host.map(str::to_lowercase),
        }
    }

    /// Whether the account of a draft may be the `present` one. The host of the pages decides, since an account's API
    /// may be reached through a proxy; without it the API's address does. While the present host is not known, the
    /// answer is open.
    pub fn may_be(&self, present: &Self) -> bool {
        match (&self.web, &present.web) {
            (Some(own), Some(present)) => own == present,
            (Some(_), None) => true,
            (None, _) => self.api == present.api,
        }
    }
}

/// Which draft it is: a second text for the same purpose takes the place of the first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DraftKey {
    /// The account that it is for, where known.
    pub account: Option<DraftAccount>,
    /// The case that it was begun on.
    pub case: CaseId,
    /// The purpose's name: `note`, `extend`, `verdict`, `declare`, or the step of the checklist.
    pub purpose: String,
}

/// A text that nobody but us has yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The case that it was begun on.
    pub case: CaseId,
    pub purpose: Purpose,
    /// The incidents that have still to get it.
    #[serde(rename = "about")]
    pub incidents: Vec<DraftIncident>,
    pub text: String,
    /// When it was last changed.
    pub at: DateTime<Utc>,
    /// It was sent without an answer: it is searched for in PagerDuty before it is sent again.
    pub in_doubt: bool,
    /// The key of the declaration that it was sent as, which a second declaration must repeat.
    #[serde(rename = "declared_as", default)]
    pub declaration_key: Option<String>,
    /// The account that it is for; none in files of older versions, and where PagerDuty is not configured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<DraftAccount>,
}

impl Purpose {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Extend(_) => "extend",
            Self::Verdict(_) => "verdict",
            // Words for one step are none for another.
            Self::OutageStep(step) => step.into(),
            Self::Declare => "declare",
        }
    }

    /// The action during which it was typed.
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
    /// Whether it may be for this account. One of an unknown account may be for any.
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
