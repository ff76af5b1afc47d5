//! Finds the person who hands over among PagerDuty's users.

use crate::domain::directory::{Directory, User};
use crate::domain::incident::Person;
use crate::text::sanitize::clean;

/// Why no single user was found.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PersonError {
    /// No user has this name, address or id.
    #[error("PagerDuty has no user '{0}'")]
    NotFound(String),
    /// Several users have this name, address or id.
    #[error("'{0}' is the name of several users, name one by address or id: {list}", list = .1.join(", "))]
    Several(String, Vec<String>),
}

/// Finds the user whose id, address or name is `wanted`. If there is none, finds the user whose name contains `wanted`
/// as a word.
///
/// # Errors
/// No user matches, or several do.
pub fn find_person(directory: &Directory, wanted: &str) -> Result<Person, PersonError> {
    let folded = wanted.trim().to_lowercase();
    let is_it = |text: &str| text.trim().to_lowercase() == folded;
    let is_exact = |user: &&User| {
        is_it(user.person.id.as_str())
            || user.email.as_deref().is_some_and(is_it)
            || is_it(&user.person.name)
    };
    let has_word = |user: &&User| user.person.name.split_whitespace().any(is_it);
    let mut found: Vec<&User> = directory.users.iter().filter(is_exact).collect();
    if found.is_empty() {
        found = directory.users.iter().filter(has_word).collect();
    }
    match found.as_slice() {
        [one] => Ok(one.person.clone()),
        [] => Err(PersonError::NotFound(clean(wanted).into_owned())),
        several => Err(PersonError::Several(
            clean(wanted).into_owned(),
            several.iter().map(|user| label(user)).collect(),
        )),
    }
}

fn label(user: &User) -> String {
    let name = clean(&user.person.name);
    let email = user.email.as_deref().map(clean);
    match email {
        Some(email) => format!("{name} <{email}>"),
        None => format!("{name} ({})", clean(user.person.id.as_str())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directory() -> Directory {
        let user = |id: &str, name: &str, email: Option<&str>| User {
            person: Person {
                id: id.into(),
                name: name.into(),
            },
            email: email.map(str::to_owned),
            zone: None,
        };
        Directory {
            users: vec![
                user("U1", "Ada Field", Some("ada@hubs.example")),
                user("U2", "Ada Stone", None),
                user("U3", "Bo", Some("bo@hubs.example")),
            ],
            ..Directory::default()
        }
    }

    #[test]
    fn a_person_is_found_by_name_address_id_or_a_word_of_the_name() {
        let directory = directory();
        for (wanted, id) in [
            ("bo", "U3"),
            ("BO@hubs.example", "U3"),
            ("u2", "U2"),
            ("Ada Field", "U1"),
            ("stone", "U2"),
        ] {
            let found = find_person(&directory, wanted);
            assert_eq!(found.map(|it| it.id), Ok(id.into()), "{wanted}");
        }
    }

    #[test]
    fn several_are_listed_and_none_is_said() {
        let several = find_person(&directory(), "Ada").unwrap_err().to_string();
        assert!(
            several.ends_with("Ada Field <ada@hubs.example>, Ada Stone (U2)"),
            "{several}"
        );
        let none = find_person(&directory(), "Caro\u{1b}[2J").unwrap_err();
        assert_eq!(none.to_string(), "PagerDuty has no user 'Caro'");
    }
}
