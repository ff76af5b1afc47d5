//! The row of a cluster whose hubs are down. The verdict counts the row as one reason, for any number of hubs.

use std::collections::{HashMap, HashSet};

use crate::domain::case::{Case, Place};
use crate::domain::ids::{CaseId, HubKey};
use crate::picture::{Picture, ReasonKind, Storm};

use super::public_not_told::{PUBLIC_NOT_TOLD, is_public_not_told};
use super::reason_case::case_of_reason;
use super::storm;
use crate::text::context::{ExpiringText, TextContext};
use crate::text::durations::age_since;

/// The rows of clusters whose hubs are down. A row is found by one of its cases or hubs.
#[derive(Default)]
pub struct OutageRows<'a> {
    by_case: HashMap<&'a CaseId, &'a Storm>,
    by_hub: HashMap<HubKey, &'a Storm>,
}

impl<'a> OutageRows<'a> {
    /// Collects the outage rows of a picture.
    pub fn of_picture(picture: &'a Picture) -> Self {
        let mut rows = Self::default();
        for storm in picture.outage_rows() {
            for case in picture.storm_cases(storm) {
                rows.by_case.insert(&case.id, storm);
                let hubs = case.places.iter().filter_map(Place::hub_key);
                rows.by_hub.extend(hubs.map(|hub| (hub, storm)));
            }
        }
        rows
    }

    /// The row that contains a hub; `None` if no row does.
    pub fn row_of_hub(&self, hub: &HubKey) -> Option<&'a Storm> {
        self.by_hub.get(hub).copied()
    }

    /// The row that contains a case; `None` if no row does.
    pub fn row_of_case(&self, case: &CaseId) -> Option<&'a Storm> {
        self.by_case.get(case).copied()
    }

    /// The row that a reason for the verdict belongs to; `None` if the reason belongs to no row.
    pub fn row_of_reason(&self, kind: &ReasonKind, picture: &Picture) -> Option<&'a Storm> {
        match kind {
            ReasonKind::HubDown(hub, _) => self.row_of_hub(hub),
            _ => self.row_of_case(case_of_reason(kind, picture)?),
        }
    }
}

/// The row in one sentence: "95 of 95 hubs of commons down 12m, 90 of 95 unowned, public not told".
pub fn describe(row: &Storm, picture: &Picture, ctx: &TextContext) -> ExpiringText {
    let cases: Vec<&Case> = picture.storm_cases(row).map(|case| &**case).collect();
    let owners = match storm::owners(&cases) {
        nobody if storm::has_no_owner(&cases) => format!("{nobody} owns them"),
        owners => owners,
    };
    let ids: HashSet<&CaseId> = cases.iter().map(|case| &case.id).collect();
    let untold = picture.mismatches.iter().filter(|one| {
        let id = one.case.as_ref();
        id.is_some_and(|id| ids.contains(id)) && is_public_not_told(one)
    });
    let public = match untold.count() {
        0 => String::new(),
        _ => format!(", {PUBLIC_NOT_TOLD}"),
    };
    describe_short(row, picture, ctx).map(|down| format!("{down}, {owners}{public}"))
}

/// The same text without the owners: "95 of 95 hubs of commons down 12m".
pub fn describe_short(row: &Storm, picture: &Picture, ctx: &TextContext) -> ExpiringText {
    let hubs = storm::places_within(row, usize::MAX);
    let first = picture.storm_cases(row).map(|case| case.since).min();
    match first {
        Some(since) => age_since(since, ctx.now).map(|age| format!("{hubs} down {age}")),
        None => ExpiringText::fixed(format!("{hubs} down")),
    }
}
