//! The part of PromQL in the queries for versions and restarts: selectors of kube-state-metrics, `increase`,
//! aggregations `by` labels, `label_replace`, `or`, and comparisons with a number.

use std::time::Duration;

use regex::Regex;

use super::recognize::Limit;

#[derive(Debug)]
pub(super) enum KubeExpression {
    Selector(Selector),
    /// `increase(SELECTOR[RANGE])`; with `per_second` it is `rate`.
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
    /// Whether the matcher accepts a series. `value` returns the value of a label, which is empty for a missing label.
    pub(super) fn holds(&self, value: impl Fn(&str) -> String) -> bool {
        self.pattern.is_match(&value(&self.label)) != self.is_negated
    }
}
