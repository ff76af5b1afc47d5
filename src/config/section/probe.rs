//! `[probe]`: how hubwatch probes the hubs' health addresses.

use serde::Deserialize;
use toml::Spanned;

use super::super::problem::Problem;
use super::http::http_client_table;
use super::{Text, ValidationContext};
use crate::domain::hub::HubSpec;
use crate::domain::policy::Policy;
use crate::domain::settings::{ProbeSettings, ProbeTarget};

/// The text of `config.example.toml` that explains these keys.
pub(super) const EXAMPLE: &str = r"# The hub probes. Also takes ca_file, proxy and timeout.
[probe]
at_once = 32  # hubs probed at the same time
";

http_client_table! {
    #[derive(Default)]
    RawProbe {
        at_once: Option<Spanned<i64>>,
    }
}

const DEFAULT_AT_ONCE: usize = 32;

/// The settings of the probes; `None` if no hub has a health address.
pub(super) fn probes(
    raw: &RawProbe,
    policy: &Policy,
    check: &mut ValidationContext<'_>,
) -> Option<ProbeSettings> {
    let at_once = raw
        .at_once
        .as_ref()
        .and_then(|count| check.problems.ok_or_add(at_once(count)));
    let http = check.http_client(&raw.http_client());
    let targets: Vec<ProbeTarget> = policy.hubs().filter_map(probe_target).collect();
    (!targets.is_empty()).then(|| ProbeSettings {
        targets,
        interval: check.intervals.probe,
        confirm_after: policy.limits.probe_confirm,
        concurrency: at_once.unwrap_or(DEFAULT_AT_ONCE),
        http,
    })
}

fn probe_target(hub: &HubSpec) -> Option<ProbeTarget> {
    let url = hub.health_url.clone()?;
    Some(ProbeTarget {
        expects_hub_header: hub.expects_hub_header,
        key: hub.key.clone(),
        url,
        expected_status: hub.expected_status,
    })
}

fn at_once(count: &Spanned<i64>) -> Result<usize, Problem> {
    let number = *count.get_ref();
    usize::try_from(number)
        .ok()
        .filter(|count| (1..=256).contains(count))
        .ok_or_else(|| {
            Problem::new(count.span(), format!("{number} is out of range"))
                .with_hint("from 1 to 256")
        })
}

#[cfg(test)]
mod tests {
    use crate::config::{ParseContext, parse};

    #[test]
    fn jupyterhubs_header_is_expected_of_a_200_of_the_health_page_and_where_it_is_asked_for() {
        let text = r#"
            [[cluster]]
            name = "leap"
            hubs = [
              { name = "domain", domain = "leap.example.org" },
              { name = "address", health_url = "http://127.0.0.1:8000/hub/health/" },
              { name = "said", domain = "said.example.org", hub_header = true },
              { name = "stripped", domain = "stripped.example.org", hub_header = false },
              { name = "login", domain = "login.example.org", expect = 302 },
              { name = "prefix", health_url = "http://127.0.0.1:8000/base/hub/health" },
              { name = "base", health_url = "http://127.0.0.1:8000/base/hub/health", hub_header = true },
              { name = "front", health_url = "http://127.0.0.1:8000" },
            ]
            [[cluster]]
            name = "maap"
            hubs = [{ name = "stripped", domain = "maap.example.org" }]
            "#;
        let config = parse(text, &ParseContext::bare("hubwatch.toml")).unwrap();
        let targets = config.sources.probes.unwrap().targets;
        let expecting = targets.iter().filter(|target| target.expects_hub_header);
        let names: Vec<String> = expecting.map(|target| target.key.to_string()).collect();
        let expected = [
            "leap/domain",
            "leap/address",
            "leap/said",
            "leap/base",
            "maap/stripped",
        ];
        assert_eq!(names, expected);
    }
}
