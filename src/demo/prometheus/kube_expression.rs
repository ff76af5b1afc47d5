//! The part of PromQL that queries for versions and restarts use: selectors of kube-state-metrics, `increase`,
//! aggregations `by` labels, `label_replace`, `or`, and comparisons with a number.

use std::time::Duration;

use regex::Regex;

use super::recognize::Limit;

#[derive(Debug)]
pub(super) enum KubeExpression {
    Selector(Selector),
    /// `increase(SELECTOR[RANGE])`, or `rate`, which is per second.
    Increase {
        of: Selector,
        range: Duration,
        per_second: bool,
    },
    Aggregate {
        operator: Operator,
        by: Vec<String>,
        of: Box<KubeExpression>,
    },
    LabelReplace {
        of: Box<KubeExpression>,
        target: String,
        replacement: String,
        source: String,
        pattern: Regex,
    },
    Or(Box<KubeExpression>, Box<KubeExpression>),
    Compared(Box<KubeExpression>, Limit),
}

#[derive(Debug)]
pub(super) struct Selector {
    pub metric: &'static str,
    pub matchers: Vec<LabelMatcher>,
}

#[derive(Debug)]
pub(super) struct LabelMatcher {
    pub label: String,
    pub pattern: Regex,
    pub is_negated: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Operator {
    Sum,
    Count,
    Max,
    Min,
    Group,
}

impl LabelMatcher {
    /// Whether a series with this label value is kept. The value of a missing label is empty.
    pub(super) fn holds(&self, value: impl Fn(&str) -> String) -> bool {
        self.pattern.is_match(&value(&self.label)) != self.is_negated
    }
}
