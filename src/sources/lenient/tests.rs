//! JSON as documented, and JSON that differs.

use std::borrow::Cow;

use super::*;
use crate::sources::scalar::Scalar;

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
struct Thing {
    name: Field<String>,
    sizes: List<u8>,
    part: Field<Part>,
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
struct Part {
    colour: Field<String>,
}

fn read(text: &str) -> serde_json::Result<Page<Thing>> {
    parse_page(text.as_bytes(), "things")
}

fn read_one(text: &str) -> Thing {
    serde_json::from_str(text).unwrap()
}

#[test]
fn absent_unreadable_and_a_value_are_three_things() {
    let thing = read_one(r#"{"name":"a","sizes":[1,2],"part":{"colour":"red"}}"#);
    assert_eq!(thing.name, Field::Value("a".into()));
    assert_eq!(thing.part.value().unwrap().colour.text().unwrap(), "red");
    assert!(thing.sizes.is_whole());
    assert_eq!(thing.sizes.items, [1, 2]);
    for absent in ["{}", r#"{"name":null,"sizes":null,"part":null}"#] {
        assert_eq!(read_one(absent), Thing::default(), "{absent}");
    }
    for wrong in [
        "7",
        "true",
        "1.5",
        "[]",
        r#"["a"]"#,
        "{}",
        r#"{"a":[{"b":1}]}"#,
    ] {
        let thing = read_one(&format!(r#"{{"name":{wrong},"sizes":[3]}}"#));
        assert_eq!(thing.name, Field::Unreadable, "{wrong}");
        assert_eq!(thing.sizes.items, [3], "what follows {wrong}");
    }
}

#[test]
fn a_list_is_no_object_that_lacks_everything() {
    assert_eq!(read_one(r#"{"part":[]}"#).part, Field::Unreadable);
    assert_eq!(
        read_one(r#"{"part":{}}"#).part,
        Field::Value(Part::default())
    );
}

#[test]
fn an_element_that_cannot_be_read_is_counted_and_leaves_the_others() {
    let list = read_one(r#"{"sizes":[1,"2",300,null,[4],{"a":5},6]}"#).sizes;
    assert_eq!((list.items.as_slice(), list.unreadable), (&[1, 6][..], 5));
    assert!(list.is_present && !list.is_whole());
    for wrong in ["{}", "7", r#""[1]""#, "null"] {
        let list = read_one(&format!(r#"{{"sizes":{wrong}}}"#)).sizes;
        assert_eq!(list, List::default(), "{wrong}");
    }
}

#[test]
fn texts_are_borrowed_where_they_can_be() {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Borrowing<'a> {
        #[serde(borrow)]
        names: List<Scalar<'a>>,
        #[serde(borrow)]
        name: Field<Scalar<'a>>,
    }
    let text = r#"{"names":["plain","a\nb"],"name":"plain"}"#;
    let read: Borrowing<'_> = serde_json::from_str(text).unwrap();
    let borrowed = Scalar::Text(Cow::Borrowed("plain"));
    assert_eq!(
        read.names.items,
        [borrowed.clone(), Scalar::Text("a\nb".into())]
    );
    for found in [read.names.items.first(), read.name.as_ref()] {
        assert!(matches!(found, Some(Scalar::Text(Cow::Borrowed("plain")))));
    }
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
        r#"{"things":[]"#,
        r#"{"things":[{"name":"a"#,
        r#"{"things":[]} more"#,
    ] {
        assert!(read(text).is_err(), "{text}");
    }
    let page = read(r#"{"things":[1,{"name":"a"},null]}"#).unwrap();
    assert_eq!((page.items.len(), page.unreadable), (1, 2));
}

#[test]
fn more_is_said_in_any_order() {
    let next = |text: &str, size| read(text).unwrap().has_next(size);
    assert!(next(r#"{"more":true,"total":null,"things":[{}]}"#, 100));
    assert!(!next(r#"{"things":[{}],"more":false}"#, 1));
    for unsaid in [r#"{"things":[{},7]}"#, r#"{"things":[{},7],"more":null}"#] {
        assert!(next(unsaid, 2), "a page that is just full: {unsaid}");
        assert!(!next(unsaid, 3) && !next(unsaid, 1), "{unsaid}");
    }
    assert!(!next(r#"{"things":[],"more":true}"#, 100));
    assert!(parse_object::<Thing>(br#"{"thing":{"name":"a"}}"#, "thing").is_ok());
    assert!(parse_object::<Thing>(br#"{"thing":null}"#, "thing").is_err());
}
