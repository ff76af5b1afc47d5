//! The statuses, severities and impacts of the status page, each with its id.

use crate::demo::world::posts::{PostStatus, ServiceImpact, Severity};

/// An entry in one of these lists: its id, its description, and the type of post that uses it.
pub(super) type PageOption = (&'static str, &'static str, &'static str);
/// The statuses of a post.
pub(super) const STATUSES: [PageOption; 6] = [
    ("PSTINV", "investigating", "incident"),
    ("PSTDET", "detected", "incident"),
    ("PSTRES", "resolved", "incident"),
    ("PSTSCH", "scheduled", "maintenance"),
    ("PSTPRO", "in progress", "maintenance"),
    ("PSTCOM", "completed", "maintenance"),
];
/// The severities of a post.
pub(super) const SEVERITIES: [PageOption; 5] = [
    ("PSEGOOD", "all good", "incident"),
    ("PSEMIN", "minor", "incident"),
    ("PSEMAJ", "major", "incident"),
    ("PSEMGOOD", "all good", "maintenance"),
    ("PSEMMIN", "maintenance", "maintenance"),
];
/// The impacts on a service.
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
