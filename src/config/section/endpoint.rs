//! The common part of `[[prometheus]]` and `[[alertmanager]]`: a name, an address, credentials, and the clusters for
//! which the source answers.

use std::time::Duration;

use super::super::problem::{Problem, Problems};
use super::auth::{CredentialKeys, headers};
use super::http::HttpClientKeys;
use super::values::{name, url};
use super::{Text, TextMap, ValidationContext};
use crate::domain::ids::ClusterName;
use crate::domain::settings::{ClusterScope, EndpointSettings};

/// The keys of an HTTP API that may require credentials.
pub(super) struct EndpointKeys<'a> {
    pub name: &'a Text,
    pub url: &'a Text,
    pub cluster: Option<&'a Text>,
    pub cluster_label: Option<&'a Text>,
    pub credentials: CredentialKeys<'a>,
    pub headers: &'a TextMap,
    pub http: HttpClientKeys<'a>,
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
                password: Option<Spanned<Table<RawSecret>>>,
                bearer: Option<Spanned<Table<RawSecret>>>,
                #[serde(default)]
                headers: TextMap,
            } {
                $($(#[$key])* $field: $type,)*
            }
        }

        impl $name {
            pub fn endpoint(&self) -> $crate::config::section::endpoint::EndpointKeys<'_> {
                $crate::config::section::endpoint::EndpointKeys {
                    name: &self.name,
                    url: &self.url,
                    cluster: self.cluster.as_ref(),
                    cluster_label: self.cluster_label.as_ref(),
                    credentials: $crate::config::section::auth::CredentialKeys {
                        username: self.username.as_ref(),
                        password: self.password.as_ref(),
                        bearer: self.bearer.as_ref(),
                    },
                    headers: &self.headers,
                    http: self.http_client(),
                }
            }
        }
    };
}

pub(super) use endpoint_table;

/// Checks the rules that `[[prometheus]]` and `[[alertmanager]]` share. `api` is the path that hubwatch appends to the
/// address.
pub(super) fn endpoint(
    keys: &EndpointKeys<'_>,
    api: &str,
    interval: Duration,
    check: &mut ValidationContext<'_>,
) -> Option<EndpointSettings> {
    let name = check.problems.ok_or_add(name(keys.name));
    let url = check.problems.ok_or_add(base_url(keys.url, api));
    Some(EndpointSettings {
        auth: check.auth(&keys.credentials),
        headers: headers(keys.headers, &mut check.problems),
        http: check.http_client(&keys.http),
        interval,
        name: name?,
        url: url?,
    })
}

#[derive(PartialEq)]
pub(super) enum ParsedScope {
    Missing,
    Invalid,
    Scope(ClusterScope),
}

impl ParsedScope {
    pub(super) fn into_option(self) -> Option<ClusterScope> {
        match self {
            Self::Scope(scope) => Some(scope),
            Self::Missing | Self::Invalid => None,
        }
    }
}

/// The clusters for which the source answers.
pub(super) fn scope(keys: &EndpointKeys<'_>, problems: &mut Problems) -> ParsedScope {
    let scope = match (keys.cluster, keys.cluster_label) {
        (None, None) => return ParsedScope::Missing,
        (Some(cluster), None) => {
            name(cluster).map(|name| ClusterScope::One(ClusterName::from(name)))
        }
        (None, Some(label)) => label_name(label).map(ClusterScope::ByLabel),
        (Some(_), Some(label)) => Err(Problem::new(
            label.span(),
            "both cluster and cluster_label are given",
        )
        .with_hint("cluster for one cluster, cluster_label for many: leave one out")),
    };
    problems
        .ok_or_add(scope)
        .map_or(ParsedScope::Invalid, ParsedScope::Scope)
}

// A label name in the classic form, which PromQL writes without quotes
// (https://prometheus.io/docs/concepts/data_model).
pub(super) fn label_name(text: &Text) -> Result<String, Problem> {
    let value = text.get_ref();
    let is_first = |c: char| c.is_ascii_alphabetic() || c == '_';
    let is_later = |c: char| is_first(c) || c.is_ascii_digit();
    if value.starts_with(is_first) && value.chars().all(is_later) {
        return Ok(value.clone());
    }
    Err(
        Problem::new(text.span(), format!("{value:?} is not a label's name"))
            .with_hint("letters, digits and underscores"),
    )
}

// The address without the API's path. hubwatch appends this path, so it must not be in the address already.
fn base_url(text: &Text, api: &str) -> Result<String, Problem> {
    let address = url(text)?;
    if address.contains(api) {
        return Err(
            Problem::new(text.span(), format!("the address must end before {api}"))
                .with_hint(format!("leave {api} and what follows out")),
        );
    }
    Ok(address)
}
