//! Parses a [`KubeExpression`].

use regex::Regex;

use super::kube_expression::{KubeExpression, LabelMatcher, Operator, Selector};
use super::kube_tokens::Tokens;
use crate::demo::world::kube_state::METRICS;

/// How deeply expressions may be nested.
const MAX_DEPTH: usize = 24;

/// The labels by which an aggregation groups.
enum Grouping {
    /// There is no `by` at this place.
    Absent,
    By(Vec<String>),
}

impl Grouping {
    fn labels(self) -> Vec<String> {
        match self {
            Self::Absent => Vec::new(),
            Self::By(labels) => labels,
        }
    }
}

impl KubeExpression {
    /// Parses an expression about kube-state-metrics. `None` if the expression has another subject or uses unsupported
    /// PromQL.
    pub(super) fn parse(query: &str) -> Option<Self> {
        if !METRICS.iter().any(|(name, _, _)| query.contains(name)) {
            return None;
        }
        let mut tokens = Tokens { rest: query };
        let expression = tokens.expression(MAX_DEPTH)?;
        tokens.rest.trim().is_empty().then_some(expression)
    }
}

impl Tokens<'_> {
    fn expression(&mut self, depth: usize) -> Option<KubeExpression> {
        let mut left = self.operand(depth)?;
        loop {
            if self.word("or") {
                let right = self.operand(depth)?;
                left = KubeExpression::Or(Box::new(left), Box::new(right));
            } else if let Some(limit) = self.limit() {
                left = KubeExpression::Compared(Box::new(left), limit);
            } else {
                return Some(left);
            }
        }
    }

    fn operand(&mut self, depth: usize) -> Option<KubeExpression> {
        let depth = depth.checked_sub(1)?;
        if self.sign("(") {
            let inner = self.expression(depth)?;
            return self.sign(")").then_some(inner);
        }
        let name = self.name()?;
        match name {
            "sum" => self.aggregate(Operator::Sum, depth),
            "count" => self.aggregate(Operator::Count, depth),
            "max" => self.aggregate(Operator::Max, depth),
            "min" => self.aggregate(Operator::Min, depth),
            "group" => self.aggregate(Operator::Group, depth),
            "increase" => self.increase(false),
            "rate" => self.increase(true),
            "label_replace" => self.label_replace(depth),
            metric => Some(KubeExpression::Selector(self.selector(metric)?)),
        }
    }

    /// Parses the text after the operator: `by (LABELS) (OF)` or `(OF) by (LABELS)`.
    fn aggregate(&mut self, operator: Operator, depth: usize) -> Option<KubeExpression> {
        let before = self.grouping()?;
        if !self.sign("(") {
            return None;
        }
        let of = Box::new(self.expression(depth)?);
        if !self.sign(")") {
            return None;
        }
        let by = match before {
            Grouping::Absent => self.grouping()?.labels(),
            before => before.labels(),
        };
        Some(KubeExpression::Aggregate { operator, by, of })
    }

    /// The grouping at this place. `None` if its labels do not parse.
    fn grouping(&mut self) -> Option<Grouping> {
        if !self.word("by") {
            return Some(Grouping::Absent);
        }
        if !self.sign("(") {
            return None;
        }
        let mut labels = Vec::new();
        while !self.sign(")") {
            labels.push(self.name()?.to_owned());
            self.sign(",");
        }
        Some(Grouping::By(labels))
    }

    fn increase(&mut self, per_second: bool) -> Option<KubeExpression> {
        if !self.sign("(") {
            return None;
        }
        let metric = self.name()?;
        let of = self.selector(metric)?;
        let (range, rest) = self.after("[")?.split_once(']')?;
        let range = humantime::parse_duration(range.trim()).ok()?;
        self.rest = rest;
        self.sign(")").then_some(KubeExpression::Increase {
            of,
            range,
            per_second,
        })
    }

    fn label_replace(&mut self, depth: usize) -> Option<KubeExpression> {
        if !self.sign("(") {
            return None;
        }
        let of = Box::new(self.expression(depth)?);
        let mut texts = Vec::new();
        while self.sign(",") {
            texts.push(self.text()?);
        }
        let [target, replacement, source, pattern] = texts.try_into().ok()?;
        let pattern = anchored(&pattern)?;
        self.sign(")").then_some(KubeExpression::LabelReplace {
            of,
            target,
            replacement,
            source,
            pattern,
        })
    }

    fn selector(&mut self, metric: &str) -> Option<Selector> {
        let metric = METRICS.iter().find(|(name, _, _)| *name == metric)?.0;
        let mut matchers = Vec::new();
        if self.sign("{") {
            while !self.sign("}") {
                matchers.push(self.matcher()?);
                self.sign(",");
            }
        }
        Some(Selector { metric, matchers })
    }

    fn matcher(&mut self) -> Option<LabelMatcher> {
        let label = self.name()?.to_owned();
        let signs = ["=~", "!~", "!=", "="];
        let sign = signs.into_iter().find(|sign| self.sign(sign))?;
        let text = self.text()?;
        let pattern = if sign.ends_with('~') {
            anchored(&text)?
        } else {
            anchored(&regex::escape(&text))?
        };
        Some(LabelMatcher {
            label,
            pattern,
            is_negated: sign.starts_with('!'),
        })
    }
}

/// A regular expression that must match the whole value, as in Prometheus.
fn anchored(pattern: &str) -> Option<Regex> {
    Regex::new(&format!("^(?s:{pattern})$")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_expressions_in_which_versions_are_asked_for_are_understood() {
        for query in [
            "kube_node_info",
            "count by (kubelet_version) (kube_node_info)",
            "count(kube_node_info{node!=\"\"}) by (kubelet_version, node,)",
            "sum by (namespace) (increase(kube_pod_container_status_restarts_total{container=~\"hub|chp\"}[1h])) > 0",
            "(label_replace(\ngroup by (image) (kube_pod_container_info), \"what\", \"$1\", 'image', \"([^:]+):.*\") or kube_node_info)",
        ] {
            assert!(KubeExpression::parse(query).is_some(), "{query}");
        }
    }

    #[test]
    fn what_is_not_is_left_to_others() {
        for query in [
            "up",
            "kube_node_info and up",
            "kube_node_info{",
            "sum by (x) kube_node_info",
            "quantile(0.5, kube_node_info)",
            "increase(kube_node_info[soon])",
            "kube_node_info{node=~\"(\"}",
        ] {
            assert!(KubeExpression::parse(query).is_none(), "{query}");
        }
        let deep = format!("{}kube_node_info{}", "(".repeat(99), ")".repeat(99));
        assert!(KubeExpression::parse(&deep).is_none());
    }
}
