//! CloudWatch's alarms, as SNS words their subject.

use super::{CheckKind, OutsideCheck};

/// Reads `ALARM: "NAME" in REGION`. A long name ends in three dots there.
pub(super) fn read(title: &str) -> Option<OutsideCheck<'_>> {
    let (state, rest) = title.split_once(": \"")?;
    let kind = match state {
        "ALARM" => CheckKind::CloudWatch,
        "INSUFFICIENT_DATA" => CheckKind::CloudWatchWithoutData,
        _ => return None,
    };
    let (name, _region) = rest.rsplit_once("\" in ")?;
    (!name.is_empty()).then(|| OutsideCheck {
        kind,
        subject: name.into(),
    })
}
