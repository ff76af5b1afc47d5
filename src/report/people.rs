//! The words for people in a text for others: their roles or their names.

use crate::domain::directory::PersonKind;
use crate::domain::ids::UserId;
use crate::domain::incident::Person;
use crate::text::sanitize::clean;

/// The roles of people, numbered in the order in which the people appear.
pub struct Roles<'a> {
    kind: &'a dyn Fn(&Person) -> PersonKind,
    with_names: bool,
    humans: Vec<UserId>,
}

impl<'a> Roles<'a> {
    /// Gives roles to the people in `appearing`, in their order. If `with_names` is set, people are called by name
    /// instead.
    pub fn new<'p>(
        appearing: impl Iterator<Item = &'p Person>,
        kind: &'a dyn Fn(&Person) -> PersonKind,
        with_names: bool,
    ) -> Self {
        let mut humans: Vec<UserId> = Vec::new();
        for who in appearing {
            if kind(who) == PersonKind::Human && !humans.contains(&who.id) {
                humans.push(who.id.clone());
            }
        }
        Self {
            kind,
            with_names,
            humans,
        }
    }

    /// A person's role ("responder 2", "the placeholder", "a bot") or name.
    pub fn name(&self, who: &Person) -> String {
        if self.with_names {
            return clean(&who.name).into_owned();
        }
        match (self.kind)(who) {
            PersonKind::Placeholder => "the placeholder".to_owned(),
            PersonKind::Bot => "a bot".to_owned(),
            PersonKind::Human => {
                let at = self.humans.iter().position(|id| *id == who.id);
                at.map_or("a responder".to_owned(), |at| {
                    format!("responder {}", at + 1)
                })
            }
        }
    }

    /// Several roles or names: "responder 1, responder 2"; "nobody" if there are none.
    pub fn names(&self, people: &[Person]) -> String {
        let names: Vec<String> = people.iter().map(|who| self.name(who)).collect();
        match names.is_empty() {
            true => "nobody".to_owned(),
            false => names.join(", "),
        }
    }
}
