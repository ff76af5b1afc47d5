//! Compares a picture with the expected values of a situation. Values that the situation does not name are ignored.
//! Lists and strings must match as a whole. `false` in place of a case means that the picture must not contain the
//! case.

use serde_json::Value;

/// Describes each difference in one line, which begins with the path of the value.
pub fn differences(told: &Value, seen: &Value) -> Vec<String> {
    let mut found = Vec::new();
    walk("", told, seen, &mut found);
    found
}

fn walk(way: &str, told: &Value, seen: &Value, found: &mut Vec<String>) {
    let (Value::Object(told), Value::Object(seen)) = (told, seen) else {
        if !is_same(told, seen) {
            found.push(format!("{way}: told {told}, seen {seen}"));
        }
        return;
    };
    for (name, told) in told {
        let way = if way.is_empty() {
            name.clone()
        } else {
            format!("{way}.{name}")
        };
        match (seen.get(name), told) {
            (None, Value::Bool(false)) => {}
            (None, _) => {
                let there: Vec<&String> = seen.keys().collect();
                found.push(format!("{way}: not there, but {there:?}"));
            }
            (Some(Value::Object(_)), Value::Bool(false)) => {
                found.push(format!("{way}: told to be absent"));
            }
            (Some(seen), told) => walk(&way, told, seen, found),
        }
    }
}

// TOML has no null: `"none"` stands for it.
fn is_same(told: &Value, seen: &Value) -> bool {
    told == seen || (seen.is_null() && told == "none")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_is_told_is_compared() {
        let seen =
            json!({ "verdict": "ok", "cases": { "pd:Q1": { "unowned": true, "clock": null } } });
        assert!(differences(&json!({ "verdict": "ok" }), &seen).is_empty());
        assert!(differences(&json!({ "cases": { "pd:Q2": false } }), &seen).is_empty());
        assert!(
            differences(&json!({ "cases": { "pd:Q1": { "clock": "none" } } }), &seen).is_empty()
        );
    }

    #[test]
    fn what_differs_is_named_with_its_way() {
        let seen = json!({ "cases": { "pd:Q1": { "unowned": true } } });
        let told = json!({ "cases": { "pd:Q1": { "unowned": false }, "pd:Q2": {} } });
        let found = differences(&told, &seen);
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!(found[0], "cases.pd:Q1.unowned: told false, seen true");
        assert!(differences(&json!({ "cases": { "pd:Q1": false } }), &seen)[0].ends_with("absent"));
    }
}
