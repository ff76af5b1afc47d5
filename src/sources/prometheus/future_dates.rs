//! Dates of an answer that lie ahead of every clock. What they date is not known, and would look new for as long.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::domain::alert::Alert;
use crate::domain::now::is_in_future;
use crate::domain::source::{ItemKind, UnreadableItems};

/// Takes the date from alerts that are active only after `now`, and names them.
pub(super) fn remove(alerts: &mut [Arc<Alert>], now: DateTime<Utc>) -> UnreadableItems {
    let mut found = UnreadableItems::default();
    for alert in alerts {
        if alert.active_at.is_some_and(|at| is_in_future(at, now)) {
            let problem = "the time since when it is active is still to come";
            found.push(ItemKind::Alert, Some(&alert.rule.name), problem);
            Arc::make_mut(alert).active_at = None;
        }
    }
    found
}
