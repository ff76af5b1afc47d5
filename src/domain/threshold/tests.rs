use proptest::prelude::*;

use super::*;

fn apart(expression: &str) -> Option<(&str, CompareOp, f64)> {
    let ComparisonParts {
        operand: value,
        threshold,
    } = split_comparison(expression)?;
    Some((value, threshold.op, threshold.limit))
}

#[test]
fn the_comparison_at_the_top_is_the_threshold() {
    use CompareOp::{Above, AtLeast, AtMost, Below, Equal, NotEqual};
    for (expression, value, sign, limit) in [
        (
            "floor(100 * a / b) <= 10",
            "floor(100 * a / b)",
            AtMost,
            10.0,
        ),
        (
            "changes((max by (namespace) (x{status=\"failure\"}))[30m:1m]) >= 2",
            "changes((max by (namespace) (x{status=\"failure\"}))[30m:1m])",
            AtLeast,
            2.0,
        ),
        ("rate(x[5m]) > 0.8", "rate(x[5m])", Above, 0.8),
        ("(up == 0)", "up", Equal, 0.0),
        ("((a + b) != 1e-3)", "(a + b)", NotEqual, 0.001),
        ("10 >= x", "x", AtMost, 10.0),
        ("-5 < x", "x", Above, -5.0),
        (
            "x{a=\"<= 10\", b!=\"1\"} < 3",
            "x{a=\"<= 10\", b!=\"1\"}",
            Below,
            3.0,
        ),
        (
            "x{a=~'b\\'> 2'} > (15 / 100)",
            "x{a=~'b\\'> 2'}",
            Above,
            0.15,
        ),
        (
            "time() - x > 60*60*24 # a day",
            "time() - x",
            Above,
            86_400.0,
        ),
        ("x # < 2\n <= 1h30m", "x", AtMost, 5400.0),
        ("(a > 5) < 10", "(a > 5)", Below, 10.0),
        ("(x <= bool 10) == 1", "(x <= bool 10)", Equal, 1.0),
        ("(a and b) > 0x10", "(a and b)", Above, 16.0),
        ("x>1_000", "x", Above, 1000.0),
        ("{\"métrique\"} > 1", "{\"métrique\"}", Above, 1.0),
        ("x > - -2", "x", Above, 2.0),
    ] {
        assert_eq!(
            apart(expression),
            Some((value, sign, limit)),
            "{expression}"
        );
    }
}

#[test]
fn without_such_a_comparison_there_is_no_threshold() {
    for expression in [
        "",
        "up",
        "absent(up)",
        "vector(1)",
        "a > b",
        "a > on (x) group_left () b",
        "a > 1 and b < 2",
        "a > 1 OR b",
        "a unless b > 1",
        "a default b > 1",
        "a if b > 1",
        "a IFNOT b > 1",
        "1 < a default 0",
        "a > 1 > 0",
        "x <= bool 10",
        "1 > 0",
        "count(x > 5)",
        "x{a>\"1\"}",
        "x[5m",
        "x > 1)",
        "x > 'a",
        "x > ",
        "> 1",
        "x > NaN",
        "x > Inf",
        "x > 1/0",
        "x > 5 * y",
        "x > 10 % 3",
        "x > (1",
        "x > (1]",
        "-(x > 1)",
        "x > scalar(y)",
        "x > 5q",
    ] {
        assert_eq!(apart(expression), None, "{expression}");
    }
}

#[test]
fn deep_brackets_end_in_nothing_rather_than_in_a_crash() {
    let deep = format!("x > {}1{}", "(".repeat(5000), ")".repeat(5000));
    assert_eq!(apart(&deep), None);
    let around = format!("{}x > 1{}", "(".repeat(1000), ")".repeat(1000));
    assert_eq!(apart(&around), Some(("x", CompareOp::Above, 1.0)));
    assert_eq!(apart(&format!("{} > 1", "x".repeat(20_000))), None);
}

#[test]
fn a_threshold_tells_which_values_fire() {
    let holds = |sign, value| {
        Threshold {
            op: sign,
            limit: 10.0,
        }
        .holds(value)
    };
    assert!(holds(CompareOp::AtMost, 10.0) && !holds(CompareOp::AtMost, 10.1));
    assert!(holds(CompareOp::Below, 9.9) && !holds(CompareOp::Below, 10.0));
    assert!(holds(CompareOp::AtLeast, 10.0) && !holds(CompareOp::Above, 10.0));
    assert!(holds(CompareOp::Equal, 10.0) && holds(CompareOp::NotEqual, 9.0));
}

/// Random PromQL for property tests. Outside of brackets, it has neither a comparison nor an operator of lower
/// precedence.
fn value() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "[a-z_]{1,6}".prop_filter("keywords", |word| {
            !LOOSER_OPERATORS.contains(&word.as_str()) && word != "bool"
        }),
        Just("x{a=\"< 1 and )\",b!='2'}".to_owned()),
        Just("rate(y{c=~`>= 3`}[5m])".to_owned()),
        Just("z[1h:5m] offset 5m".to_owned()),
    ];
    leaf.prop_recursive(3, 12, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} + {b}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} and {b})")),
            (inner.clone(), 0..9).prop_map(|(a, n)| format!("sum by (n) ({a} > {n})")),
            inner.prop_map(|a| format!("({a} <= bool 2)")),
        ]
    })
}

fn sign() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["<=", "<", ">=", ">", "==", "!="])
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in ".*") {
        let _ = split_comparison(&text);
    }

    #[test]
    fn nor_what_looks_like_promql(text in "[a-z0-9<>=!(){}\\[\\]\"'`#\\\\ .+*/\n-]{0,60}") {
        if let Some(ComparisonParts { operand: value, threshold }) = split_comparison(&text) {
            prop_assert!(text.contains(value) && !value.trim().is_empty());
            prop_assert!(threshold.limit.is_finite());
        }
    }

    #[test]
    fn only_the_comparison_at_the_top_is_taken_off(value in value(), sign in sign(), limit in -999..999_i32) {
        let right = format!("{value} {sign} {limit}");
        let found = split_comparison(&right).unwrap();
        prop_assert_eq!(found.operand, &value);
        prop_assert_eq!(found.threshold.limit, f64::from(limit));
        let left = format!("({limit} {sign} {value})");
        let flipped = split_comparison(&left).unwrap();
        prop_assert_eq!(flipped.operand, &value);
        prop_assert_eq!(flipped.threshold.op, found.threshold.op.mirrored());
        prop_assert_eq!(split_comparison(&value), None);
        for other in [format!("{right} and {value}"), format!("sum({right})")] {
            prop_assert_eq!(split_comparison(&other), None);
        }
    }
}
