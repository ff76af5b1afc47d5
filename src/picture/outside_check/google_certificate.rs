//! Google's certificate checks: the certificate of a host of an uptime check ends soon. The policy names no
//! domain there.

use super::google_uptime::checked_host;
use super::{CheckKind, OutsideCheck};

/// Reads `Time until SSL certificate expires for PROJECT Uptime Check URL labels {…, host=HOST} is below …`.
pub(super) fn read(title: &str) -> Option<OutsideCheck<'_>> {
    let is_check = title.starts_with("Time until SSL certificate expires for ");
    let host = checked_host(title).filter(|_| is_check)?;
    Some(OutsideCheck {
        kind: CheckKind::GoogleCertificate,
        subject: host.into(),
    })
}
