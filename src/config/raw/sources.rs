//! The tables about what is polled and how it is reached, as they are written.

use serde::Deserialize;
use toml::Spanned;

use super::{Table, Text, TextMap};

/// Where a secret stands: exactly one of the three.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::config) struct Secret {
    pub env: Option<Text>,
    pub file: Option<Text>,
    pub command: Option<Vec<Text>>,
}

/// The keys of a source's HTTP client.
pub(in crate::config) struct HttpClientKeys<'a> {
    pub ca_file: Option<&'a Text>,
    pub proxy: Option<&'a Text>,
    pub timeout: Option<&'a Text>,
}

/// The keys of an HTTP API that may ask for credentials.
pub(in crate::config) struct EndpointKeys<'a> {
    pub name: &'a Text,
    pub url: &'a Text,
    pub cluster: Option<&'a Text>,
    pub cluster_label: Option<&'a Text>,
    pub username: Option<&'a Text>,
    pub password: Option<&'a Spanned<Table<Secret>>>,
    pub bearer: Option<&'a Spanned<Table<Secret>>>,
    pub headers: &'a TextMap,
    pub http: HttpClientKeys<'a>,
}

// serde's `flatten` would lose the places of keys, so the shared ones are written into each table.
macro_rules! http_client_table {
    ($(#[$table:meta])* $name:ident { $($(#[$key:meta])* $field:ident: $type:ty,)* }) => {
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        $(#[$table])*
        pub(in crate::config) struct $name {
            $($(#[$key])* pub $field: $type,)*
            pub ca_file: Option<Text>,
            pub proxy: Option<Text>,
            pub timeout: Option<Text>,
        }

        impl $name {
            pub fn http_client(&self) -> HttpClientKeys<'_> {
                HttpClientKeys {
                    ca_file: self.ca_file.as_ref(),
                    proxy: self.proxy.as_ref(),
                    timeout: self.timeout.as_ref(),
                }
            }
        }
    };
}

macro_rules! endpoint_table {
    ($name:ident { $($(#[$key:meta])* $field:ident: $type:ty,)* }) => {
        http_client_table! {
            $name {
                name: Text,
                url: Text,
                cluster: Option<Text>,
                cluster_label: Option<Text>,
                username: Option<Text>,
                password: Option<Spanned<Table<Secret>>>,
                bearer: Option<Spanned<Table<Secret>>>,
                #[serde(default)]
                headers: TextMap,
                $($(#[$key])* $field: $type,)*
            }
        }

        impl $name {
            pub fn endpoint(&self) -> EndpointKeys<'_> {
                EndpointKeys {
                    name: &self.name,
                    url: &self.url,
                    cluster: self.cluster.as_ref(),
                    cluster_label: self.cluster_label.as_ref(),
                    username: self.username.as_ref(),
                    password: self.password.as_ref(),
                    bearer: self.bearer.as_ref(),
                    headers: &self.headers,
                    http: self.http_client(),
                }
            }
        }
    };
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::config) struct Network {
    pub ca_file: Option<Text>,
    pub proxy: Option<Text>,
}

http_client_table! {
    #[derive(Default)]
    Probe {
        at_once: Option<Spanned<i64>>,
    }
}

http_client_table! {
    PagerDuty {
        url: Option<Text>,
        token: Spanned<Table<Secret>>,
        #[serde(default)]
        services: Vec<Text>,
        #[serde(default)]
        teams: Vec<Text>,
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::config) struct PageWords {
    pub resolved: Option<Vec<Text>>,
    pub well: Option<Vec<Text>>,
}

http_client_table! {
    StatusPage {
        name: Text,
        kind: Text,
        page: Option<Text>,
        url: Option<Text>,
        ours: Option<bool>,
        #[serde(default)]
        words: Table<PageWords>,
    }
}

endpoint_table! {
    Prometheus {
        #[serde(default)]
        external_labels: TextMap,
        alertmanager_config: Option<Text>,
        #[serde(default = "yes")]
        rules: bool,
        #[serde(default)]
        signals: TextMap,
    }
}

fn yes() -> bool {
    true
}

endpoint_table! {
    Alertmanager {}
}
