//! The wire types of Prometheus' HTTP API v1, which Thanos, Mimir and VictoriaMetrics also serve.
//!
//! Any field may be missing, and unknown fields are ignored. The names are the API's own.

use std::borrow::Cow;

use serde::Deserialize;

use crate::sources::lenient::{Field, List};
use crate::sources::scalar::{Pairs, Scalar};

/// The envelope of every answer.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Envelope<'a, T> {
    #[serde(borrow, default)]
    pub(super) status: Scalar<'a>,
    #[serde(default = "none")]
    pub(super) data: Option<T>,
    #[serde(borrow, default)]
    pub(super) error_type: Scalar<'a>,
    #[serde(borrow, default)]
    pub(super) error: Scalar<'a>,
    #[serde(borrow, default)]
    pub(super) warnings: Option<Vec<Scalar<'a>>>,
    /// VictoriaMetrics' field for partial data.
    #[serde(borrow, default)]
    pub(super) is_partial: Scalar<'a>,
}

// The default for an absent list. `Option::default` would make the derive require `T: Default`.
fn none<T>() -> Option<T> {
    None
}

/// `data` of `/api/v1/rules`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct RulesData<'a> {
    #[serde(borrow)]
    pub(super) groups: List<Group<'a>>,
    #[serde(borrow)]
    pub(super) group_next_token: Scalar<'a>,
}

/// A rule group.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Group<'a> {
    #[serde(borrow)]
    pub(super) name: Scalar<'a>,
    /// The interval in seconds.
    #[serde(borrow)]
    pub(super) interval: Scalar<'a>,
    #[serde(borrow)]
    pub(super) last_evaluation: Scalar<'a>,
    #[serde(borrow)]
    pub(super) rules: List<Rule<'a>>,
}

/// A rule. Its annotations are unexpanded templates and are not read. Its labels may be templates too.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Rule<'a> {
    #[serde(borrow)]
    pub(super) r#type: Scalar<'a>,
    #[serde(borrow)]
    pub(super) labels: Field<Pairs<'a>>,
    #[serde(borrow)]
    pub(super) state: Scalar<'a>,
    #[serde(borrow)]
    pub(super) name: Scalar<'a>,
    #[serde(borrow)]
    pub(super) query: Scalar<'a>,
    /// The rule's `for` in seconds.
    #[serde(borrow)]
    pub(super) duration: Scalar<'a>,
    #[serde(borrow)]
    pub(super) health: Scalar<'a>,
    #[serde(borrow)]
    pub(super) last_error: Scalar<'a>,
    #[serde(borrow)]
    pub(super) last_evaluation: Scalar<'a>,
    #[serde(borrow)]
    pub(super) alerts: List<RuleAlert<'a>>,
}

/// An alert instance within its rule.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct RuleAlert<'a> {
    #[serde(borrow)]
    pub(super) labels: Field<Pairs<'a>>,
    #[serde(borrow)]
    pub(super) annotations: Field<Pairs<'a>>,
    #[serde(borrow)]
    pub(super) state: Scalar<'a>,
    #[serde(borrow)]
    pub(super) active_at: Scalar<'a>,
    #[serde(borrow)]
    pub(super) value: Scalar<'a>,
}

/// `data` of `/api/v1/status/runtimeinfo`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct RuntimeInfo<'a> {
    #[serde(borrow)]
    pub(super) start_time: Scalar<'a>,
    #[serde(borrow)]
    pub(super) last_config_time: Scalar<'a>,
}

/// `data` of `/api/v1/query`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct QueryData<'a> {
    #[serde(borrow)]
    pub(super) result_type: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) result: Option<Vec<Sample<'a>>>,
}

/// One element of an instant vector. It is a value or a native histogram; the histogram is not read.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Sample<'a> {
    #[serde(borrow)]
    pub(super) metric: Pairs<'a>,
    /// The time and the value.
    #[serde(borrow)]
    pub(super) value: Option<(Scalar<'a>, Scalar<'a>)>,
}

/// `data` of `/api/v1/query_range`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct RangeData<'a> {
    #[serde(borrow)]
    pub(super) result_type: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) result: Option<Vec<RangeSeries<'a>>>,
}

/// One series of a matrix. Its native `histograms` are not read.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct RangeSeries<'a> {
    #[serde(borrow)]
    pub(super) metric: Pairs<'a>,
    /// The times and the values.
    #[serde(borrow)]
    pub(super) values: Option<Vec<(Scalar<'a>, Scalar<'a>)>>,
}
