//! The probe on a hub's page: its last result, how long it took, and how often it failed.

use super::page::{NOT_KNOWN, Page};
use crate::domain::hub::HubSpec;
use crate::domain::probe::{Probe, ProbeFailure, ProbeOutcome, ProxyState};
use crate::text::IntoExpiringText;
use crate::text::durations::{age, age_since, format_duration};
use crate::text::sanitize::clean;
use crate::text::{ExpiringText, Meaning, TextContext};

/// Adds the data of the hub's probe.
pub fn add(page: &mut Page, probe: Option<&Probe>, spec: &HubSpec, ctx: &TextContext) {
    let health_url = spec.health_url.as_deref();
    if health_url.is_some() && !spec.expects_hub_header {
        page.field("origin", Meaning::Warning, ORIGIN_NOT_CHECKED);
    }
    if let Some(url) = health_url {
        page.field("URL", Meaning::Plain, url);
    }
    let Some(probe) = probe else {
        let why = match health_url {
            None => "none: no probe address is configured",
            Some(_) => "not known: it has not run yet",
        };
        page.field("probe", Meaning::Dim, why);
        return;
    };
    let meaning = if probe.outcome.is_good() {
        Meaning::Ok
    } else {
        Meaning::Critical
    };
    page.field("probe", meaning, outcome_text(&probe.outcome));
    let tried = age(probe.at, ctx.now).map(|age| format!("{age} ago"));
    page.field("last try", Meaning::Plain, tried);
    let took = probe.latency.map(|took| format!("{} ms", took.as_millis()));
    page.field_or_unknown("took", took);
    if let Some(version) = version_text(probe, ctx) {
        page.field("JupyterHub", Meaning::Plain, version);
    }
    page.field("failing", Meaning::Plain, failing_text(probe, ctx));
    page.field("certificate", Meaning::Plain, certificate_text(probe, ctx));
}

// The version that the hub answered last; `None` if no answer had a version.
fn version_text(probe: &Probe, ctx: &TextContext) -> Option<ExpiringText> {
    let version = probe.version.as_ref()?;
    let text = clean(&version.text).into_owned();
    if probe.present_version().is_none() {
        let seen = age_since(version.at.wall, ctx.now);
        return Some(seen.map(|age| format!("not known now; last seen {age} ago: {text}")));
    }
    let Some(since) = &version.since else {
        return Some(text.into_expiring_text());
    };
    // If hubwatch did not run between the previous version and this one, the age is an upper bound.
    let changed_after = since.changed_after();
    let age = age_since(changed_after.unwrap_or(since.first), ctx.now);
    Some(age.map(|age| match &since.before {
        Some((before, _)) if changed_after.is_some() => {
            format!("{text}, seen for at most {age}, {} before", clean(before))
        }
        Some((before, _)) => format!("{text}, seen for {age}, {} before", clean(before)),
        None => format!("{text}, seen for {age} or longer"),
    }))
}

/// Shown if the header is not checked. Without the check, a maintenance page or a sign-in form with the expected status
/// looks like the hub.
const ORIGIN_NOT_CHECKED: &str =
    "not checked: any answer with the expected status counts as the hub";

fn outcome_text(outcome: &ProbeOutcome) -> String {
    match outcome {
        ProbeOutcome::Good { status } => format!("{status}, as expected"),
        ProbeOutcome::NotFromHub { status, was_hub } => not_from_hub(*status, *was_hub),
        ProbeOutcome::Wrong { status, proxy } => match proxy {
            ProxyState::HubGone => format!("{status} from the proxy: the hub behind it is gone"),
            ProxyState::ProxyGone => format!("{status}, and the proxy does not answer either"),
            ProxyState::Unclear => format!("{status}; the proxy's state is not known"),
        },
        ProbeOutcome::NoAnswer { kind, text } => format!("{}: {text}", no_answer_text(*kind)),
    }
}

fn not_from_hub(status: u16, was_hub: bool) -> String {
    let why = match was_hub {
        true => "the hub sent it within the last 30 days, so another page answers now",
        false => "no hub, or a proxy strips the header (then: hub_header = false)",
    };
    format!("{status} without JupyterHub's header: {why}")
}

fn no_answer_text(kind: ProbeFailure) -> &'static str {
    match kind {
        ProbeFailure::Resolve => "no answer, the name does not resolve",
        ProbeFailure::Connect => "no answer, no connection",
        ProbeFailure::Certificate => "the certificate is refused",
        ProbeFailure::Handshake => "the TLS handshake fails",
        ProbeFailure::Garbled => "garbled answer",
        ProbeFailure::Timeout => "no answer in time",
    }
}

fn failing_text(probe: &Probe, ctx: &TextContext) -> ExpiringText {
    match probe.failing {
        None => match probe.ended.last() {
            None => "no".into_expiring_text(),
            Some(run) => {
                let lasted = format_duration(run.ended.since(run.first));
                age(run.ended, ctx.now)
                    .map(|age| format!("no; it failed for {lasted}, until {age} ago"))
            }
        },
        Some(run) => {
            let tries = match run.tries {
                1 => "1 try".to_owned(),
                tries => format!("{tries} tries in a row"),
            };
            age(run.first, ctx.now).map(|age| format!("{tries}, the first {age} ago"))
        }
    }
}

fn certificate_text(probe: &Probe, ctx: &TextContext) -> ExpiringText {
    match probe.certificate_ends {
        None => NOT_KNOWN.into_expiring_text(),
        Some(ends) if ends <= ctx.now.wall => {
            age_since(ends, ctx.now).map(|age| format!("expired {age} ago"))
        }
        Some(ends) => {
            let days = (ends - ctx.now.wall).num_days();
            ExpiringText::fixed(match days {
                0 => "expires within a day".to_owned(),
                1 => "expires in 1 day".to_owned(),
                days => format!("expires in {days} days"),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::fixture::hub;
    use crate::app::fixture::{now, seconds_ago};
    use crate::domain::hub::Health;
    use crate::domain::probe::{EndedRun, HubVersion};
    use crate::domain::rollout::KnownSince;
    use crate::text::Line;

    #[test]
    fn where_the_answers_origin_is_not_checked_the_detail_says_so() {
        let ctx = TextContext {
            now: now(),
            zone: crate::domain::zone::Zone::UTC,
            symbols: &crate::text::symbols::UNICODE,
        };
        let lines = |health_url: Option<&str>, expects_hub_header| {
            let spec = HubSpec {
                health_url: health_url.map(str::to_owned),
                expects_hub_header,
                ..hub("leap", "prod", Health::Up).spec
            };
            let mut page = Page::new(Line::new());
            add(&mut page, None, &spec, &ctx);
            let lines = page.lines.iter().map(Line::plain_text);
            lines.collect::<Vec<_>>().join("\n")
        };
        let unchecked = "origin        not checked: any answer with the expected status counts as";
        let url = Some("https://leap.example/");
        assert!(
            lines(url, false).contains(unchecked),
            "{}",
            lines(url, false)
        );
        assert!(!lines(url, true).contains("not checked"));
        assert!(!lines(None, false).contains("not checked"));
    }

    #[test]
    fn a_version_says_since_when_or_when_it_was_last_seen() {
        let ctx = TextContext {
            now: now(),
            zone: crate::domain::zone::Zone::UTC,
            symbols: &crate::text::symbols::UNICODE,
        };
        let version = |at, before: Option<&str>| HubVersion {
            text: "5.5.0".to_owned(),
            at,
            since: Some(KnownSince {
                first: seconds_ago(2400).wall,
                before: before.map(|text| (text.to_owned(), seconds_ago(2460).wall)),
            }),
        };
        let mut probe = Probe {
            at: seconds_ago(60),
            outcome: ProbeOutcome::Good { status: 200 },
            refusal: None,
            latency: None,
            certificate_ends: None,
            failing: None,
            ended: Vec::new(),
            version: None,
        };
        let text = |probe: &Probe| version_text(probe, &ctx).map(|text| text.text);
        assert_eq!(text(&probe), None);
        probe.version = Some(version(seconds_ago(60), Some("5.4.4")));
        let changed = "5.5.0, seen for 40m, 5.4.4 before";
        assert_eq!(text(&probe).as_deref(), Some(changed));
        let since = probe.version.as_mut().and_then(|it| it.since.as_mut());
        since.unwrap().before = Some(("5.4.4".to_owned(), seconds_ago(86_400).wall));
        let unwatched = "5.5.0, seen for at most 24h, 5.4.4 before";
        assert_eq!(text(&probe).as_deref(), Some(unwatched));
        probe.version = Some(version(seconds_ago(60), None));
        let unchanged = "5.5.0, seen for 40m or longer";
        assert_eq!(text(&probe).as_deref(), Some(unchanged));
        probe.version = Some(version(seconds_ago(600), None));
        let gone = "not known now; last seen 10m ago: 5.5.0";
        assert_eq!(text(&probe).as_deref(), Some(gone));
    }

    #[test]
    fn a_hub_that_answers_again_says_when_it_failed() {
        let probe = Probe {
            at: seconds_ago(60),
            outcome: ProbeOutcome::Good { status: 200 },
            refusal: None,
            latency: None,
            certificate_ends: None,
            failing: None,
            ended: vec![EndedRun {
                first: seconds_ago(2400),
                ended: seconds_ago(300),
                may_be_our_network: false,
            }],
            version: None,
        };
        let ctx = TextContext {
            now: now(),
            zone: crate::domain::zone::Zone::UTC,
            symbols: &crate::text::symbols::UNICODE,
        };
        let text = failing_text(&probe, &ctx).text;
        assert_eq!(text, "no; it failed for 35m, until 5m ago");
    }
}
