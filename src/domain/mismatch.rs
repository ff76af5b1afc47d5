//! The kinds of mismatch (contradictions between sources), and how long each may last before it is reported.

use std::time::Duration;

use serde::{Deserialize, Serialize};

macro_rules! mismatch_kinds {
    ($($(#[$doc:meta])* $kind:ident = $name:tt $(after $minutes:literal minutes)?),+ $(,)?) => {
        /// The kinds, worst first. Their names are part of the JSON output and of the configuration, and never change.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
            strum::Display,
        )]
        pub enum MismatchKind {
            $($(#[$doc])* #[serde(rename = $name)] #[strum(to_string = $name)] $kind,)+
        }

        impl MismatchKind {
            /// The kinds that have a grace period, each with the configuration key and the default of the period.
            pub const GRACES: &[(Self, &str, Duration)] = &[
                $($((Self::$kind, concat!($name, "_after"), Duration::from_secs($minutes * 60)),)?)+
            ];
        }
    };
}

mismatch_kinds! {
    /// Something is not watched, so the verdict is unknown.
    BlindSpot = "blind_spot",
    /// An alert that should page has no incident.
    PageMissing = "page_missing" after 10 minutes,
    /// An open incident, or a policy in use, has nobody who can act.
    NobodyAwake = "nobody_awake",
    /// An open P1 is not on the status page.
    PublicNotTold = "public_not_told" after 15 minutes,
    /// A post is still open although its P1 is gone.
    StalePost = "stale_post" after 30 minutes,
    /// An incident is still open although its alerts no longer fire.
    LingeringIncident = "lingering_incident" after 30 minutes,
    /// One incident contains alerts of several clusters.
    OneIncidentManyClusters = "one_incident_many_clusters",
    /// An open incident has no priority although it should have one.
    NoPriority = "no_priority" after 15 minutes,
    /// The configured severity map lacks an alert's severity label.
    UnknownSeverity = "unknown_severity",
}
