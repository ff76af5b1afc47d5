//! The page's own words: which statuses, severities and impacts there are, and their ids.

use crate::demo::world::posts::{PostStatus, ServiceImpact, Severity};

/// An entry of one of the page's lists: id, words, and which posts use it.
pub(super) type PageOption = (&'static str, &'static str, &'static str);
/// What a post can say of how far things are.
pub(super) const STATUSES: [PageOption; 6] = [
    ("PSTINV", "investigating", "incident"),
    ("PSTDET", "detected", "incident"),
    ("PSTRES", "resolved", "incident"),
    ("PSTSCH", "scheduled", "maintenance"),
    ("PSTPRO", "in progress", "maintenance"),
    ("PSTCOM", "completed", "maintenance"),
];
/// How grave it can say they are.
pub(super) const SEVERITIES: [PageOption; 5] = [
    ("PSEGOOD", "all good", "incident"),
    ("PSEMIN", "minor", "incident"),
    ("PSEMAJ", "major", "incident"),
    ("PSEMGOOD", "all good", "maintenance"),
    ("PSEMMIN", "maintenance", "maintenance"),
];
/// How it can say a service is affected.
pub(super) const IMPACTS: [PageOption; 4] = [
    ("PIMOPE", "operational", "incident"),
    ("PIMPAR", "partial outage", "incident"),
    ("PIMOUT", "outage", "incident"),
    ("PIMMAI", "maintenance", "maintenance"),
];

pub(super) fn service_id(number: u32) -> String {
    format!("PSS{number}")
}

pub(super) fn status_id(status: PostStatus) -> &'static str {
    match status {
        PostStatus::Investigating => "PSTINV",
        PostStatus::Detected => "PSTDET",
        PostStatus::Resolved => "PSTRES",
        PostStatus::Scheduled => "PSTSCH",
        PostStatus::InProgress => "PSTPRO",
        PostStatus::Completed => "PSTCOM",
    }
}

pub(super) fn severity_id(severity: Severity, planned: bool) -> &'static str {
    match (severity, planned) {
        (Severity::AllGood, false) => "PSEGOOD",
        (Severity::Minor, false) => "PSEMIN",
        (Severity::Major, false) => "PSEMAJ",
        (Severity::AllGood, true) => "PSEMGOOD",
        (Severity::Minor | Severity::Major, true) => "PSEMMIN",
    }
}

pub(super) fn impact_id(impact: ServiceImpact, planned: bool) -> &'static str {
    match (impact, planned) {
        (_, true) => "PIMMAI",
        (ServiceImpact::Operational, false) => "PIMOPE",
        (ServiceImpact::Degraded, false) => "PIMPAR",
        (ServiceImpact::Outage, false) => "PIMOUT",
    }
}
