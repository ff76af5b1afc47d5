//! The items that hubwatch cannot read in an answer. The answer's body lacks these items. Each unreadable item is a
//! blind spot.

use serde::{Deserialize, Serialize};

use crate::domain::text_limit::cut_words;

/// The kinds of items.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::Display,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "lowercase")]
pub enum ItemKind {
    /// A rule group of a Prometheus.
    #[strum(serialize = "rule group")]
    RuleGroup,
    /// An alerting rule.
    Rule,
    /// An alert of a Prometheus or an Alertmanager. The item has the name of the rule.
    Alert,
    /// A PagerDuty incident. It is not shown.
    Incident,
    /// A field of a PagerDuty incident. The rest of the incident is shown.
    #[strum(serialize = "incident")]
    IncidentField,
    /// A post of a status page.
    Post,
    /// A field of a post. The rest of the post is shown.
    #[strum(serialize = "post")]
    PostField,
    /// A post about planned maintenance, on a page that lists such posts separately.
    #[strum(serialize = "maintenance post")]
    MaintenancePost,
    /// A component of a status page.
    Component,
}

/// One unreadable item, or several with the same name and problem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnreadableItem {
    pub kind: ItemKind,
    /// The item's name or id, if it could be read.
    pub name: Option<String>,
    /// The reason why the item is unreadable.
    pub problem: String,
    /// The number of items with the same kind, name and problem.
    pub count: usize,
}

/// The unreadable items of an answer. The list stays short even if there are many items.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnreadableItems(Vec<UnreadableItem>);

/// The most entries with a name and a problem. Further items are only counted by kind.
const MAX_ITEMS: usize = 20;

impl UnreadableItems {
    /// Whether all items could be read.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The entries, in the order in which they first occurred.
    pub fn iter(&self) -> impl Iterator<Item = &UnreadableItem> {
        self.0.iter()
    }

    /// Adds an item.
    pub fn push(&mut self, kind: ItemKind, name: Option<&str>, problem: impl Into<String>) {
        self.add(UnreadableItem {
            kind,
            name: name.map(|name| cut_words(name).into_owned()),
            problem: cut_words(problem.into()).into_owned(),
            count: 1,
        });
    }

    /// Adds `count` items that are not even JSON objects.
    pub fn push_shapeless(&mut self, kind: ItemKind, count: usize) {
        if count > 0 {
            self.add(UnreadableItem {
                kind,
                name: None,
                problem: "not an object".to_owned(),
                count,
            });
        }
    }

    /// Adds the unreadable items from another piece of the same answer.
    pub fn extend(&mut self, more: Self) {
        more.0.into_iter().for_each(|item| self.add(item));
    }

    fn add(&mut self, item: UnreadableItem) {
        let is_alike = |other: &&mut UnreadableItem| {
            (other.kind, &other.name, &other.problem) == (item.kind, &item.name, &item.problem)
        };
        if let Some(known) = self.0.iter_mut().find(is_alike) {
            known.count = known.count.saturating_add(item.count);
        } else if self.0.len() < MAX_ITEMS {
            self.0.push(item);
        } else {
            self.add_to_rest(item);
        }
    }

    fn add_to_rest(&mut self, item: UnreadableItem) {
        const REST: &str = "for several reasons";
        let is_rest =
            |other: &&mut UnreadableItem| other.kind == item.kind && other.problem == REST;
        match self.0.iter_mut().find(is_rest) {
            Some(rest) => rest.count = rest.count.saturating_add(item.count),
            None => self.0.push(UnreadableItem {
                name: None,
                problem: REST.to_owned(),
                ..item
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(name: Option<&str>, problem: &str, count: usize) -> UnreadableItem {
        UnreadableItem {
            kind: ItemKind::Alert,
            name: name.map(str::to_owned),
            problem: problem.to_owned(),
            count,
        }
    }

    #[test]
    fn items_that_are_alike_are_counted() {
        let mut items = UnreadableItems::default();
        items.push(ItemKind::Alert, Some("a"), "x");
        items.push(ItemKind::Alert, Some("b"), "x");
        let mut more = UnreadableItems::default();
        more.push(ItemKind::Alert, Some("a"), "x");
        more.push_shapeless(ItemKind::Alert, 3);
        more.push_shapeless(ItemKind::Rule, 0);
        items.extend(more);
        let all: Vec<_> = items.iter().cloned().collect();
        assert_eq!(
            all,
            [
                item(Some("a"), "x", 2),
                item(Some("b"), "x", 1),
                item(None, "not an object", 3)
            ]
        );
    }

    #[test]
    fn however_many_there_are_the_list_stays_short_and_counts_all() {
        let mut items = UnreadableItems::default();
        for number in 0..10_000 {
            items.push(ItemKind::Alert, Some(&number.to_string()), "x");
        }
        assert_eq!(items.iter().count(), MAX_ITEMS + 1);
        assert_eq!(items.iter().map(|item| item.count).sum::<usize>(), 10_000);
        assert_eq!(items.iter().last().unwrap().name, None);
    }
}
