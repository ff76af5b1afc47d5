//! How sources are reached: certificates, proxy, patience. `[network]` speaks for all, each source
//! may say otherwise.

use std::time::Duration;

use super::super::problem::Problem;
use super::super::raw::{Network, Text};
use super::ValidationContext;
use super::values::{interval, path, proxy_url};
use crate::domain::settings::{Proxy, Transport};

/// What holds for sources that say nothing.
pub(super) fn network(raw: &Network, check: &mut ValidationContext<'_>) -> Transport {
    check.network = Transport {
        ca_file: None,
        proxy: Proxy::System,
        timeout: check.intervals.timeout,
    };
    check.transport(raw.ca_file.as_ref(), raw.proxy.as_ref(), None)
}

impl ValidationContext<'_> {
    /// A source's own way, where it names one.
    pub(super) fn transport(
        &mut self,
        ca_file: Option<&Text>,
        own_proxy: Option<&Text>,
        timeout: Option<&Text>,
    ) -> Transport {
        let around = self.parse_context;
        let ca_file = ca_file.and_then(|text| self.problems.ok_or_add(path(text, around)));
        let own_proxy = own_proxy.and_then(|text| self.problems.ok_or_add(proxy(text)));
        let timeout: Option<Duration> =
            timeout.and_then(|text| self.problems.ok_or_add(interval(text)));
        Transport {
            ca_file: ca_file.or_else(|| self.network.ca_file.clone()),
            proxy: own_proxy.unwrap_or_else(|| self.network.proxy.clone()),
            timeout: timeout.unwrap_or(self.network.timeout),
        }
    }
}

fn proxy(text: &Text) -> Result<Proxy, Problem> {
    match text.get_ref().as_str() {
        "system" => Ok(Proxy::System),
        "none" => Ok(Proxy::Direct),
        _ => proxy_url(text).map(Proxy::Url).map_err(|problem| {
            problem.with_hint(
                "\"system\", \"none\", \"http://HOST:PORT\" or \"socks5h://HOST:PORT\", without a user",
            )
        }),
    }
}
