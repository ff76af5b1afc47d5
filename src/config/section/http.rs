//! How sources are reached: certificates, proxy, timeouts. `[network]` applies to all sources. A source's own settings
//! override `[network]`.

use serde::Deserialize;

use super::super::problem::Problem;
use super::values::{interval, path, proxy_url};
use super::{Text, ValidationContext};
use crate::domain::settings::{HttpClientConfig, Proxy, TlsConfig};

/// The text of `config.example.toml` that explains these keys.
pub(super) const EXAMPLE: &str = r#"# How all sources are reached. [pagerduty], [[status_page]], [[prometheus]], [[alertmanager]], [probe] and
# [tracker] take ca_file, proxy and timeout too, for themselves alone.
[network]
# CA certificates (PEM) to trust in addition to the system's.
# ca_file = "/etc/ssl/private-ca.pem"
# "system": as HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY say; "none"; "http://HOST:PORT"; or
# "socks5h://HOST:PORT" (the proxy resolves names; with socks5 this machine does).
# Loopback addresses never go through a proxy.
proxy = "system"
"#;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawNetwork {
    pub ca_file: Option<Text>,
    pub proxy: Option<Text>,
}

/// The keys of a source's HTTP client.
pub(super) struct HttpClientKeys<'a> {
    pub ca_file: Option<&'a Text>,
    pub proxy: Option<&'a Text>,
    pub timeout: Option<&'a Text>,
}

// serde's `flatten` would lose the positions of keys, so this macro repeats the shared keys in each table.
macro_rules! http_client_table {
    (
        $(#[$table:meta])* $name:ident { $($(#[$key:meta])* $field:ident: $type:ty,)* }
        $({ $($(#[$key_after:meta])* $field_after:ident: $type_after:ty,)* })?
    ) => {
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        $(#[$table])*
        pub(super) struct $name {
            $($(#[$key])* pub $field: $type,)*
            pub ca_file: Option<Text>,
            pub proxy: Option<Text>,
            pub timeout: Option<Text>,
            $($($(#[$key_after])* pub $field_after: $type_after,)*)?
        }

        impl $name {
            pub fn http_client(&self) -> $crate::config::section::http::HttpClientKeys<'_> {
                $crate::config::section::http::HttpClientKeys {
                    ca_file: self.ca_file.as_ref(),
                    proxy: self.proxy.as_ref(),
                    timeout: self.timeout.as_ref(),
                }
            }
        }
    };
}

pub(super) use http_client_table;

/// The network settings for sources that have none of their own.
pub(super) fn network(raw: &RawNetwork, check: &mut ValidationContext<'_>) -> HttpClientConfig {
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
    /// The HTTP client settings of a source: its table's own, otherwise those of `[network]`.
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
