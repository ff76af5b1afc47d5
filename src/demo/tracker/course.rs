//! How the team followed up an outage, and the resulting state of the outage's issues.

/// How the team followed up an outage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Course {
    Done,
    /// The team has done nothing yet.
    Open,
    /// The review was closed and opened again.
    ReviewReopened,
    /// An action item was closed as not planned.
    ItemNotPlanned,
    /// The report was closed as not planned.
    ReportNotPlanned,
    /// An action item is open.
    ItemOpen,
    /// The priority P1 was a mistake. The issues were closed as not planned.
    TakenBack,
    /// The incident was merged into another P1. Its issues were closed as duplicates.
    Merged,
}

/// The follow-ups of the latest outages, the latest first. The follow-ups of all earlier outages are done.
pub(super) const COURSES: [Course; 7] = [
    Course::Open,
    Course::ReviewReopened,
    Course::Done,
    Course::ItemNotPlanned,
    Course::ItemOpen,
    Course::Done,
    Course::ReportNotPlanned,
];

/// The reason why the tracking issue was closed, in GitHub's terms.
pub(super) fn tracking_reason(course: Course) -> Option<&'static str> {
    match course {
        Course::Merged => Some("duplicate"),
        Course::TakenBack => Some("not_planned"),
        _ => Some("completed"),
    }
}

pub(super) fn report_reason(course: Course) -> Option<&'static str> {
    match course {
        Course::Open => None,
        Course::ReportNotPlanned => Some("not_planned"),
        other => tracking_reason(other),
    }
}

pub(super) fn review_reason(course: Course) -> Option<&'static str> {
    match course {
        Course::Open | Course::ReviewReopened => None,
        other => tracking_reason(other),
    }
}

/// The titles of action items, each with the reason why it was closed. The reason of an open item is `None`.
pub(super) fn action_items(course: Course) -> &'static [(&'static str, Option<&'static str>)] {
    match course {
        Course::Open | Course::ItemOpen => &[
            ("Alert before the disk is full", None),
            ("Write down how the proxy is restarted", Some("completed")),
        ],
        Course::ItemNotPlanned => &[
            ("Move the database to a larger disk", Some("not_planned")),
            ("Page from the outside check sooner", Some("completed")),
        ],
        Course::Done => &[("Keep a spare node warm", Some("completed"))],
        _ => &[],
    }
}
