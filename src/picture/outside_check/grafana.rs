//! Grafana's alerts before version 9; later ones are worded as Alertmanager's are.

use super::{CheckKind, OutsideCheck};

/// Reads `[Alerting] NAME alert`: Grafana itself added the last word to a panel's title.
pub(super) fn read(title: &str) -> Option<OutsideCheck<'_>> {
    let (state, name) = title.strip_prefix('[')?.split_once("] ")?;
    let name = name.strip_suffix(" alert").unwrap_or(name).trim();
    let subject = match state {
        _ if name.is_empty() => return None,
        "Alerting" => name.into(),
        "No Data" => format!("no data: {name}").into(),
        _ => return None,
    };
    Some(OutsideCheck {
        kind: CheckKind::Grafana,
        subject,
    })
}
