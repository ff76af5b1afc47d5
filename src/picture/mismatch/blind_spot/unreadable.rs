//! Items in an answer that cannot be read, so their content is not known.

use super::BlindSpot;
use crate::domain::post::PageOwnership;
use crate::domain::source::{AnySlot, ItemKind, SourceKind, UnreadableItem};
use crate::picture::mismatch::{Mismatch, RuleInput};

/// Unreadable items in the fresh data of all sources. A status page that is surely not ours is skipped.
pub fn find(input: &RuleInput<'_>) -> impl Iterator<Item = Mismatch> {
    let now = input.context.now;
    let policy = input.context.policy;
    let is_foreign = |slot: &dyn AnySlot| {
        slot.id().kind == SourceKind::StatusPage
            && policy.page_ownership(&slot.id().name) == PageOwnership::Foreign
    };
    let slots = input.context.answers.slots();
    slots
        .filter(move |slot| !is_foreign(*slot))
        .flat_map(move |slot| {
            let items = slot.unreadable(now).into_iter();
            items.map(|item| {
                Mismatch::about(
                    slot.id(),
                    BlindSpot::ItemUnreadable {
                        source: slot.id().clone(),
                        item,
                    },
                )
            })
        })
}

/// The item's name, as the beginning of a sentence.
pub fn subject(item: &UnreadableItem) -> String {
    let UnreadableItem {
        kind, name, count, ..
    } = item;
    match (count, name, kind) {
        (1, Some(name), ItemKind::Alert) => format!("an alert of the rule '{name}'"),
        (_, Some(name), ItemKind::Alert) => format!("{count} alerts of the rule '{name}'"),
        (1, Some(name), kind) => format!("the {kind} '{name}'"),
        (_, Some(name), kind) => format!("{count} {kind}s '{name}'"),
        (1, None, ItemKind::Alert | ItemKind::Incident | ItemKind::IncidentField) => format!("an {kind}"),
        (1, None, kind) => format!("a {kind}"),
        (_, None, kind) => format!("{count} {kind}s"),
    }
}

/// Whether the item could hide a firing alert with this name.
pub fn hides_alert(item: &UnreadableItem, alert: &str) -> bool {
    match item.kind {
        ItemKind::RuleGroup => true,
        ItemKind::Rule | ItemKind::Alert => item.name.as_deref().is_none_or(|name| name == alert),
        ItemKind::Incident
        | ItemKind::IncidentField
        | ItemKind::Post
        | ItemKind::PostField
        | ItemKind::MaintenancePost
        | ItemKind::Component => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(kind: ItemKind, name: Option<&str>, count: usize) -> UnreadableItem {
        UnreadableItem {
            kind,
            name: name.map(str::to_owned),
            problem: "its state is 'odd'".to_owned(),
            count,
        }
    }

    #[test]
    fn an_item_is_named_as_far_as_its_name_can_be_read() {
        let subject = |kind, name, count| subject(&item(kind, name, count));
        assert_eq!(
            subject(ItemKind::Alert, Some("Disk"), 1),
            "an alert of the rule 'Disk'"
        );
        assert_eq!(subject(ItemKind::Alert, None, 1), "an alert");
        assert_eq!(subject(ItemKind::RuleGroup, Some("hubs"), 1), "the rule group 'hubs'");
        assert_eq!(subject(ItemKind::Post, None, 3), "3 posts");
    }

    #[test]
    fn an_item_hides_the_alerts_that_it_may_be() {
        let hides = |kind, name| hides_alert(&item(kind, name, 1), "Disk");
        assert!(hides(ItemKind::Alert, Some("Disk")) && hides(ItemKind::Alert, None));
        assert!(!hides(ItemKind::Rule, Some("Pods")));
        assert!(hides(ItemKind::RuleGroup, Some("anything")));
        assert!(!hides(ItemKind::Post, None));
    }
}
