//! Routes in YAML, and the documents that contain them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value;

use crate::domain::matcher::{Matcher, MatcherError};
use crate::domain::yaml::{self, YamlError};

/// The value in `group_by` that stands for all labels.
pub(super) const GROUP_BY_ALL: &str = "...";

/// The reason why a text has no usable routes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RoutesError {
    /// The text is not valid YAML, or a route is invalid.
    #[error(transparent)]
    Invalid(#[from] YamlError),
    /// The document has no route.
    #[error("there is no route in it")]
    NoRoute,
    /// The text is longer than [`super::MAX_ROUTES_BYTES`].
    #[error("is larger than 1 MiB")]
    TooLarge,
    /// The text has more than 10,000 routes.
    #[error("has more than {} routes", super::MAX_ROUTES)]
    TooManyRoutes,
}

/// A route with its child routes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct RouteConfig {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) group_by: Option<Vec<String>>,
    #[serde(rename = "continue", skip_serializing_if = "Option::is_none")]
    pub(super) continues: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    matchers: Option<Vec<MatcherLine>>,
    #[serde(rename = "match", skip_serializing_if = "Option::is_none")]
    equal: Option<BTreeMap<String, String>>,
    #[serde(rename = "match_re", skip_serializing_if = "Option::is_none")]
    regex: Option<BTreeMap<String, ValidPattern>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) receiver: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) routes: Option<Vec<RouteConfig>>,
    /// Only at the root: the receivers in the document that have no integration. `None` if the document's list of
    /// receivers is missing or unreadable.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) silent_receivers: Option<BTreeSet<String>>,
}

impl RouteConfig {
    /// All matchers of the route, sorted as in the group key.
    pub(super) fn matchers(&self) -> Vec<Matcher> {
        let equal = self.equal.iter().flatten();
        let equal = equal.map(|(name, value)| Matcher::equal(name, value));
        let like = self.regex.iter().flatten();
        // The pattern was already checked by the parser, so every pattern gives a matcher.
        let like = like.filter_map(|(name, pattern)| Matcher::regex(name, &pattern.0).ok());
        let lines = self.matchers.iter().flatten();
        let lines = lines.flat_map(|line| line.0.iter().cloned());
        let mut all: Vec<Matcher> = equal.chain(like).chain(lines).collect();
        all.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
        all
    }
}

/// An entry of `matchers`, which may contain several matchers.
#[derive(Clone, Debug, PartialEq)]
struct MatcherLine(Vec<Matcher>);

impl<'de> Deserialize<'de> for MatcherLine {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Matcher::parse_list(&text)
            .map(Self)
            .map_err(de::Error::custom)
    }
}

impl Serialize for MatcherLine {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl fmt::Display for MatcherLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&super::key::format_matchers(&self.0))
    }
}

/// A value of `match_re`, checked to be a valid regular expression.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct ValidPattern(String);

impl<'de> Deserialize<'de> for ValidPattern {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let is_good: Result<_, MatcherError> = Matcher::regex("any", &text);
        is_good.map(|_| Self(text)).map_err(de::Error::custom)
    }
}

/// A document that may contain routes: an Alertmanager's configuration or Helm values.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Document {
    route: Option<RouteConfig>,
    receivers: Option<Receivers>,
    // The fields below are Helm values. Those of a chart itself are listed here and not flattened, since the errors in
    // a flattened field have no position.
    alertmanager: Option<AlertmanagerValues>,
    #[serde(rename = "alertmanagerFiles")]
    files: Option<AlertmanagerFiles>,
    prometheus: Option<HelmChart>,
    #[serde(rename = "kube-prometheus-stack")]
    stack: Option<HelmChart>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct HelmChart {
    alertmanager: Option<AlertmanagerValues>,
    #[serde(rename = "alertmanagerFiles")]
    files: Option<AlertmanagerFiles>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct AlertmanagerValues {
    config: Option<AlertmanagerConfig>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct AlertmanagerFiles {
    #[serde(rename = "alertmanager.yml")]
    config: Option<AlertmanagerConfig>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct AlertmanagerConfig {
    route: Option<RouteConfig>,
    receivers: Option<Receivers>,
}

impl AlertmanagerConfig {
    fn into_route(self) -> Option<RouteConfig> {
        Some(RouteConfig {
            silent_receivers: self.receivers.and_then(Receivers::into_silent),
            ..self.route?
        })
    }
}

impl Document {
    fn into_route(self) -> Option<RouteConfig> {
        let own = AlertmanagerConfig {
            route: self.route,
            receivers: self.receivers,
        };
        let chart = HelmChart {
            alertmanager: self.alertmanager,
            files: self.files,
        };
        let charts = [Some(chart), self.prometheus, self.stack];
        let mut charts = charts.into_iter().flatten();
        own.into_route()
            .or_else(|| charts.find_map(HelmChart::into_route))
    }
}

impl HelmChart {
    fn into_route(self) -> Option<RouteConfig> {
        let own = self.alertmanager.and_then(|it| it.config?.into_route());
        own.or_else(|| self.files?.config?.into_route())
    }
}

/// Finds the route in YAML.
pub(super) fn parse(text: &str) -> Result<RouteConfig, RoutesError> {
    let document: Document = yaml::parse(text)?;
    if let Some(route) = document.into_route() {
        return Ok(route);
    }
    let alone: RouteConfig = yaml::parse(text)?;
    if alone == RouteConfig::default() {
        return Err(RoutesError::NoRoute);
    }
    Ok(alone)
}

/// The receivers without an integration. `None` if the value of `receivers` is not a list, or if any entry is
/// unreadable.
#[derive(Debug, Default)]
pub(super) struct Receivers(Option<BTreeSet<String>>);

impl Receivers {
    pub(super) fn into_silent(self) -> Option<BTreeSet<String>> {
        self.0
    }

    // `None` if any entry is unreadable. A list with such an entry proves nothing about any receiver.
    fn silent(receivers: &Value) -> Option<BTreeSet<String>> {
        let mut silent = BTreeSet::new();
        for receiver in receivers.as_array()? {
            let fields = receiver.as_object()?;
            let name = fields.get("name")?.as_str()?;
            let mut integrations = fields
                .iter()
                .filter(|(key, value)| key.ends_with("_configs") && !is_empty(value));
            if integrations.next().is_none() {
                silent.insert(name.to_owned());
            }
        }
        Some(silent)
    }
}

// Whether a receiver has no integrations of one kind. A value that is not a list (such as an encrypted text) may
// contain some.
fn is_empty(configs: &Value) -> bool {
    configs.is_null() || configs.as_array().is_some_and(Vec::is_empty)
}

impl<'de> Deserialize<'de> for Receivers {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Value::deserialize(from).map(|value| Self(Self::silent(&value)))
    }
}
