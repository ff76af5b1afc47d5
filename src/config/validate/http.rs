//! How sources are reached: certificates, proxy, patience. `[network]` speaks for all, each source
//! may say otherwise.

use super::super::problem::Problem;
use super::super::raw::{HttpClientKeys, Network, Text};
use super::ValidationContext;
use super::values::{interval, path, proxy_url};
use crate::domain::settings::{HttpClientConfig, Proxy, TlsConfig};

/// What holds for sources that say nothing.
pub(super) fn network(raw: &Network, check: &mut ValidationContext<'_>) -> HttpClientConfig {
    check.network = HttpClientConfig {
        tls: TlsConfig::default(),
        proxy: Proxy::System,
        timeout: check.intervals.timeout,
    };
    check.http_client(&HttpClientKeys {
        ca_file: raw.ca_file.as_ref(),
        proxy: raw.proxy.as_ref(),
        timeout: None,
    })
}

impl ValidationContext<'_> {
    /// A source's own HTTP client, where its table says something else than `[network]`.
    pub(super) fn http_client(&mut self, keys: &HttpClientKeys<'_>) -> HttpClientConfig {
        let around = self.parse_context;
        let ca_file = keys.ca_file;
        let ca_file = ca_file.and_then(|text| self.problems.ok_or_add(path(text, around)));
        let own_proxy = keys.proxy;
        let own_proxy = own_proxy.and_then(|text| self.problems.ok_or_add(proxy(text)));
        let timeout = keys.timeout;
        let timeout = timeout.and_then(|text| self.problems.ok_or_add(interval(text)));
        HttpClientConfig {
            tls: TlsConfig {
                ca_file: ca_file.or_else(|| self.network.tls.ca_file.clone()),
            },
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
