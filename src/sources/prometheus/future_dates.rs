//! Handles alerts whose `activeAt` is in the future by our clock and by the server's clock. Such a date counts as
//! unknown. Otherwise the alert would look new until that date has passed.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::domain::alert::Alert;
use crate::domain::now::is_in_future;
use crate::domain::source::{ItemKind, UnreadableItems};

/// Removes `activeAt` from alerts whose date is after `now`. Returns these alerts as unreadable items.
pub(super) fn remove(alerts: &mut [Arc<Alert>], now: DateTime<Utc>) -> UnreadableItems {
    let mut found = UnreadableItems::default();
    for alert in alerts {
        if alert.active_at.is_some_and(|at| is_in_future(at, now)) {
            let problem = "its activeAt is in the future";
            found.push(ItemKind::Alert, Some(&alert.rule.name), problem);
            Arc::make_mut(alert).active_at = None;
        }
    }
    found
}
