//! Shortens the titles that checks outside of the fleet generate. Only the shown text is shortened; places and joins
//! use the whole title.

use std::borrow::Cow;

use super::join::title::group_values;
use super::places::words;

/// The parts of a check's title.
#[derive(Clone, Debug, PartialEq, Eq)]
struct OutsideCheck<'a> {
    kind: CheckKind,
    /// The host, or the name of the alarm.
    subject: Cow<'a, str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CheckKind {
    /// Google's uptime check of a host.
    GoogleUptime,
    /// Google's check of a host's certificate. The alert policy's name in the title is not a domain.
    GoogleCertificate,
    /// A CloudWatch alarm, in the wording of the SNS subject.
    CloudWatch,
    /// A CloudWatch alarm whose metric is missing.
    CloudWatchWithoutData,
    /// An alert of Grafana before version 9. Later versions use Alertmanager's wording.
    Grafana,
}

const READERS: [fn(&str) -> Option<OutsideCheck<'_>>; 4] = [
    read_google_certificate,
    read_google_uptime,
    read_cloudwatch,
    read_grafana,
];

fn read(title: &str) -> Option<OutsideCheck<'_>> {
    READERS.iter().find_map(|read| read(title))
}

/// A title as a row shows it. For an outside check, this is what the check found. For a title by Alertmanager, this is
/// the alertname and the place. Other titles are unchanged.
pub fn short_title(title: &str) -> Cow<'_, str> {
    match read(title) {
        Some(check) => check.short_title().into(),
        None => without_fields(group_values(title).unwrap_or(title)).into(),
    }
}

/// Whether a title is about a certificate. Such a title does not say whether the host answers.
pub fn is_about_certificate(title: &str) -> bool {
    const WORDS: [&str; 5] = ["certificate", "certificates", "cert", "tls", "ssl"];
    match read(title) {
        Some(check) => check.kind == CheckKind::GoogleCertificate,
        None => words(title).any(|word| WORDS.iter().any(|it| word.eq_ignore_ascii_case(it))),
    }
}

impl OutsideCheck<'_> {
    fn short_title(&self) -> String {
        let subject = &self.subject;
        match self.kind {
            CheckKind::GoogleUptime => format!("uptime check fails: {subject}"),
            CheckKind::GoogleCertificate => format!("certificate ends soon: {subject}"),
            CheckKind::CloudWatch => format!("CloudWatch alarm: {subject}"),
            CheckKind::CloudWatchWithoutData => format!("CloudWatch alarm without data: {subject}"),
            CheckKind::Grafana => subject.to_string(),
        }
    }
}

/// Reads `Time until SSL certificate expires for PROJECT Uptime Check URL labels {…, host=HOST} is below …`.
fn read_google_certificate(title: &str) -> Option<OutsideCheck<'_>> {
    let is_check = title.starts_with("Time until SSL certificate expires for ");
    let host = checked_host(title).filter(|_| is_check)?;
    Some(OutsideCheck {
        kind: CheckKind::GoogleCertificate,
        subject: host.into(),
    })
}

const BEGINNINGS: [&str; 2] = ["An uptime check on ", "Check passed for "];

/// Reads `An uptime check on PROJECT Uptime Check URL labels {…, host=HOST} is failing.`
fn read_google_uptime(title: &str) -> Option<OutsideCheck<'_>> {
    let is_check = BEGINNINGS
        .iter()
        .any(|beginning| title.starts_with(beginning));
    let host = checked_host(title).filter(|_| is_check)?;
    Some(OutsideCheck {
        kind: CheckKind::GoogleUptime,
        subject: host.into(),
    })
}

/// The host in the labels of the checked resource. `None` if the title is cut off before the end of the labels.
fn checked_host(title: &str) -> Option<&str> {
    let (_, labels) = title.split_once(" Uptime Check URL labels {")?;
    let (labels, _) = labels.split_once('}')?;
    let host = labels
        .split(", ")
        .find_map(|label| label.strip_prefix("host="))?;
    let is_in_host =
        |char: char| char.is_ascii_alphanumeric() || matches!(char, '.' | '-' | ':' | '_');
    let is_host = !host.is_empty() && host.len() <= 253 && host.chars().all(is_in_host);
    is_host.then_some(host)
}

/// The sentence before the fields that Google adds to every title.
fn without_fields(title: &str) -> &str {
    title
        .split_once(" | Violation started: ")
        .map_or(title, |(sentence, _)| sentence)
}

/// Reads `ALARM: "NAME" in REGION`. In this title, a long name ends in three dots.
fn read_cloudwatch(title: &str) -> Option<OutsideCheck<'_>> {
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

/// Reads `[Alerting] NAME alert`. `NAME` is the panel's title, and Grafana adds the word `alert`.
fn read_grafana(title: &str) -> Option<OutsideCheck<'_>> {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A title in Google's format, with this policy name.
    fn google(policy: &str) -> String {
        format!(
            "An uptime check on hubs-monitoring Uptime Check URL labels {{project_id=hubs-monitoring, host=leap.example}} is failing. | \
             Violation started: Nov 22, 2026 at 3:00AM UTC (less than 1 sec ago) | Policy: {policy} | \
             Condition: Simple Health Check Endpoint | View incident: https://console.example/monitoring/alerting/incidents/0.abc?project=hubs-monitoring"
        )
    }

    #[test]
    fn each_check_is_one_short_line() {
        let uptime = google("leap.example on leap");
        let unlabelled = "Check passed for hubs Uptime Check URL labels {host=leap.example} with metric labels {check_id=leap} is below the threshold of 1.000 with a value of 0.000.";
        let certificate = "Time until SSL certificate expires for hubs Uptime Check URL labels {project_id=hubs, host=leap.example} is below the threshold of 15.000 with a value of 14.300. | Violation started: Nov 22, 2026 at 3:00AM UTC | Policy: SSL certificate expiring soon | View incident: https://console.example/x";
        for (title, short) in [
            (uptime.as_str(), "uptime check fails: leap.example"),
            (unlabelled, "uptime check fails: leap.example"),
            (certificate, "certificate ends soon: leap.example"),
            (
                "CPU load for hubs VM Instance labels {zone=a} is above the threshold of 0.9. | Violation started: x | Policy: y",
                "CPU load for hubs VM Instance labels {zone=a} is above the threshold of 0.9.",
            ),
            (
                r#"ALARM: "leap-nfs-saturation" in US West (Oregon)"#,
                "CloudWatch alarm: leap-nfs-saturation",
            ),
            (
                r#"INSUFFICIENT_DATA: "leap "big" disk..." in EU (Ireland)"#,
                r#"CloudWatch alarm without data: leap "big" disk..."#,
            ),
            ("[Alerting] Home disk of leap alert", "Home disk of leap"),
            (
                "[No Data] Home disk of leap alert",
                "no data: Home disk of leap",
            ),
            ("[FIRING:1] Home disk Hubs (leap prod)", "Home disk Hubs"),
            (
                "[FIRING:1, RESOLVED:2] Home disk Hubs (leap)",
                "Home disk Hubs",
            ),
        ] {
            assert_eq!(short_title(title), short, "{title}");
        }
    }

    #[test]
    fn what_only_looks_like_one_stays_whole() {
        for title in [
            "leap.example on leap",
            "Outage | leap",
            "An uptime check on leap is failing",
            "An uptime check on hubs Uptime Check URL labels {project_id=hubs} is failing.",
            "An uptime check on hubs Uptime Check URL labels {project_id=hubs, host=leap.exam",
            "Somebody wrote: An uptime check on hubs Uptime Check URL labels {host=leap.example} is failing.",
            r#"ALARM: "leap-nfs"#,
            r#"ALARM: "" in US West (Oregon)"#,
            "ALARM: leap-nfs in US West (Oregon)",
            "[Alerting] ",
            "",
        ] {
            assert_eq!(short_title(title), title);
        }
    }

    #[test]
    fn a_host_is_no_more_than_a_host() {
        for host in ["a b", "a\u{1b}[2J", "", &"x".repeat(300)] {
            let title =
                format!("An uptime check on p Uptime Check URL labels {{host={host}}} is failing.");
            assert_eq!(short_title(&title), title);
        }
    }

    #[test]
    fn a_certificate_is_told_by_the_check_else_by_words() {
        assert!(is_about_certificate("SSL: leap.example"));
        assert!(!is_about_certificate("leap.example is uncertain"));
        assert!(!is_about_certificate(&google(
            "SSL and uptime of leap.example"
        )));
        let check = "Time until SSL certificate expires for p Uptime Check URL labels {host=leap.example} is below the threshold of 15.";
        assert!(is_about_certificate(check));
    }
}
