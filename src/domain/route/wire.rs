//! Routes as YAML has them, and the wrappings in which people keep them.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::matcher::{NotAMatcher, RouteMatcher};

/// In `group_by`: all labels.
pub(super) const GROUP_BY_ALL: &str = "...";

/// Why there are no routes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RoutesError {
    /// It is not what it should be.
    #[error("{reason}")]
    Wrong {
        /// From 1; 0 where it is not known.
        line: u64,
        /// From 1; 0 where it is not known.
        column: u64,
        /// What is wrong.
        reason: String,
    },
    /// Nothing in it is a route.
    #[error("there is no route in it")]
    None,
}

/// One route and those below it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Written {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) group_by: Option<Vec<String>>,
    #[serde(rename = "continue", skip_serializing_if = "Option::is_none")]
    pub(super) goes_on: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    matchers: Option<Vec<Line>>,
    #[serde(rename = "match", skip_serializing_if = "Option::is_none")]
    equal: Option<BTreeMap<String, String>>,
    #[serde(rename = "match_re", skip_serializing_if = "Option::is_none")]
    like: Option<BTreeMap<String, Pattern>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) routes: Option<Vec<Written>>,
}

impl Written {
    /// All of its conditions, in the order of the key.
    pub(super) fn matchers(&self) -> Vec<RouteMatcher> {
        let equal = self.equal.iter().flatten();
        let equal = equal.map(|(name, value)| RouteMatcher::equal(name, value));
        let like = self.like.iter().flatten();
        // It was read before, so that none is lost here.
        let like = like.filter_map(|(name, pattern)| RouteMatcher::like(name, &pattern.0).ok());
        let lines = self.matchers.iter().flatten();
        let lines = lines.flat_map(|line| line.0.iter().cloned());
        let mut all: Vec<RouteMatcher> = equal.chain(like).chain(lines).collect();
        all.sort_by(|a, b| a.place().cmp(&b.place()));
        all
    }
}

/// An entry of `matchers`, which may hold several.
#[derive(Clone, Debug, PartialEq)]
struct Line(Vec<RouteMatcher>);

impl<'de> Deserialize<'de> for Line {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        RouteMatcher::list(&text)
            .map(Self)
            .map_err(de::Error::custom)
    }
}

impl Serialize for Line {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&super::key::of_matchers(&self.0))
    }
}

/// A value of `match_re`.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct Pattern(String);

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let is_good: Result<_, NotAMatcher> = RouteMatcher::like("any", &text);
        is_good.map(|_| Self(text)).map_err(de::Error::custom)
    }
}

/// What may stand around a route.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Document {
    route: Option<Written>,
    // Helm values.
    prometheus: Option<Box<Chart>>,
    #[serde(rename = "kube-prometheus-stack")]
    stack: Option<Box<Chart>>,
    #[serde(flatten)]
    chart: Chart,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Chart {
    alertmanager: Option<Alertmanager>,
    #[serde(rename = "alertmanagerFiles")]
    files: Option<Files>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Alertmanager {
    config: Option<Inner>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Files {
    #[serde(rename = "alertmanager.yml")]
    config: Option<Inner>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Inner {
    route: Option<Written>,
}

impl Document {
    fn into_route(self) -> Option<Written> {
        let charts = [self.prometheus, self.stack];
        let mut charts = charts.into_iter().flatten().map(|chart| *chart);
        self.route
            .or_else(|| self.chart.into_route())
            .or_else(|| charts.find_map(Chart::into_route))
    }
}

impl Chart {
    fn into_route(self) -> Option<Written> {
        let own = self.alertmanager.and_then(|it| it.config?.route);
        own.or_else(|| self.files?.config?.route)
    }
}

/// Finds the route in YAML.
pub(super) fn parse(yaml: &str) -> Result<Written, RoutesError> {
    let document: Document = read(yaml)?;
    if let Some(route) = document.into_route() {
        return Ok(route);
    }
    let alone: Written = read(yaml)?;
    if alone == Written::default() {
        return Err(RoutesError::None);
    }
    Ok(alone)
}

fn read<T: de::DeserializeOwned>(yaml: &str) -> Result<T, RoutesError> {
    serde_saphyr::from_str(yaml).map_err(|error| {
        let (line, column) = error
            .location()
            .map_or((0, 0), |place| (place.line(), place.column()));
        // It begins with its place, which is told apart, and goes on with the lines around.
        let said = error.to_string();
        let first = said.lines().next().unwrap_or_default();
        let place = format!("error: line {line} column {column}: ");
        RoutesError::Wrong {
            line,
            column,
            reason: first.strip_prefix(&place).unwrap_or(first).to_owned(),
        }
    })
}
