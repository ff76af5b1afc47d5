//! JSON that keeps its promises, and JSON that does not.

use super::*;

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
struct Thing {
    name: Lenient<String>,
    sizes: LenientList<u8>,
}

fn read(text: &str) -> serde_json::Result<Page<Thing>> {
    parse_page(text.as_bytes(), "things")
}

#[test]
fn decoration_of_the_wrong_type_is_absent() {
    let page = read(r#"{"things":[{"name":7,"sizes":[1,"2",3]},{"sizes":null}]}"#).unwrap();
    assert_eq!(page.items[0].sizes.0, [1, 3]);
    assert_eq!(page.items[0].name, Lenient(None));
    assert_eq!(page.items[1], Thing::default());
    assert!(!page.more);
}

#[test]
fn the_list_that_was_asked_for_must_be_there() {
    for text in [
        "",
        "null",
        "[]",
        "<html>",
        "{}",
        r#"{"things":null}"#,
        r#"{"things":{}}"#,
        r#"{"things":[1]}"#,
        r#"{"things":[]"#,
        r#"{"things":[]} more"#,
    ] {
        assert!(read(text).is_err(), "{text}");
    }
}

#[test]
fn more_is_said_in_any_order() {
    assert!(
        read(r#"{"more":true,"total":null,"things":[]}"#)
            .unwrap()
            .more
    );
    assert!(parse_object::<Thing>(br#"{"thing":{"name":"a"}}"#, "thing").is_ok());
    assert!(parse_object::<Thing>(br#"{"thing":null}"#, "thing").is_err());
}
