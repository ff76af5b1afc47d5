//! Groups mismatches of one kind that are in one cluster or about sources of one kind. Ninety-three hubs that are not
//! in the inventory are one task, not ninety-three.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::{Finding, Mismatch, StalePost};
use crate::domain::case::{Case, Place};
use crate::domain::ids::{CaseId, ClusterName};
use crate::domain::mismatch::MismatchKind;
use crate::domain::source::SourceKind;
use crate::picture::model::Picture;
use crate::text::context::{ExpiringText, TextContext, TextLength};
use crate::text::sanitize::clean;

/// The fewest mismatches that share a line.
const MIN_FOLDED: usize = 3;

/// The most members of a group that are named.
const MAX_NAMED: usize = 3;

/// All mismatches of a picture, by group.
pub struct MismatchGroups<'a> {
    groups: Vec<MismatchGroup<'a>>,
    group_by_index: Vec<usize>,
}

/// One mismatch, or several that are shown as one.
pub struct MismatchGroup<'a> {
    members: Vec<(usize, &'a Mismatch)>,
    scope: Scope,
    names: BTreeSet<String>,
}

/// What a group's mismatches have in common besides their kind.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Scope {
    HubsOf(ClusterName),
    Clusters,
    CasesOf(Option<ClusterName>),
    Sources(SourceKind),
    Others,
}

/// Mismatches with the same key are shown as one.
type Key = (MismatchKind, bool, bool, Scope, Option<String>);

impl<'a> MismatchGroups<'a> {
    /// The groups of a picture, in the order of their first mismatches.
    pub fn of_picture(picture: &'a Picture) -> Self {
        let cases = picture.cases.iter();
        let cases: HashMap<&CaseId, &Arc<Case>> = cases.map(|case| (&case.id, case)).collect();
        let mut groups: Vec<MismatchGroup<'a>> = Vec::new();
        let mut by_key: HashMap<Key, usize> = HashMap::new();
        let mut group_by_index = Vec::new();
        for (index, mismatch) in picture.mismatches.iter().enumerate() {
            let case = mismatch.case.as_ref().and_then(|id| cases.get(id));
            let scope = scope(mismatch, case.map(|case| &***case));
            let words = mismatch.sentence_of_many("");
            let stands_alone = words.is_none();
            let key = (
                mismatch.kind(),
                mismatch.muted,
                mismatch.cannot_tell,
                scope.clone(),
                words,
            );
            let new = groups.len();
            let at = match stands_alone {
                true => new,
                false => *by_key.entry(key).or_insert(new),
            };
            let names = name(mismatch, case.map(|case| &***case));
            match groups.get_mut(at) {
                Some(group) => {
                    group.members.push((index, mismatch));
                    group.names.extend(names);
                }
                None => groups.push(MismatchGroup {
                    members: vec![(index, mismatch)],
                    scope,
                    names: names.into_iter().collect(),
                }),
            }
            group_by_index.push(at);
        }
        Self {
            groups,
            group_by_index,
        }
    }

    /// Returns all groups.
    pub fn iter(&self) -> impl Iterator<Item = &MismatchGroup<'a>> + Clone {
        self.groups.iter()
    }

    /// The group of the picture's mismatch with this index.
    pub fn group_at(&self, index: usize) -> Option<&MismatchGroup<'a>> {
        self.groups.get(*self.group_by_index.get(index)?)
    }
}

impl<'a> MismatchGroup<'a> {
    /// Whether the group is shown as one line. Otherwise each of its mismatches has its own line.
    pub fn is_folded(&self) -> bool {
        self.members.len() >= MIN_FOLDED
    }

    /// The group's mismatches.
    pub fn members(&self) -> impl Iterator<Item = &'a Mismatch> {
        self.members.iter().map(|(_, mismatch)| *mismatch)
    }

    /// The mismatches' indices in the picture.
    pub fn indices(&self) -> impl Iterator<Item = usize> {
        self.members.iter().map(|(index, _)| *index)
    }

    /// The group's first mismatch.
    pub fn first(&self) -> Option<&'a Mismatch> {
        self.members().next()
    }

    /// A sentence about the whole group. The long form also names some members.
    pub fn describe(&self, length: TextLength, ctx: &TextContext) -> ExpiringText {
        let Some(first) = self.first() else {
            return ExpiringText::fixed("");
        };
        let many = match self.is_folded() {
            true => first.sentence_of_many(&self.who()),
            false => None,
        };
        match (many, length) {
            (None, length) => first.describe(length, ctx),
            (Some(text), TextLength::Short) => ExpiringText::fixed(clean(&text).into_owned()),
            // The sentence already names the source that all members have.
            (Some(text), TextLength::Long) => {
                let named = self.named();
                let text = match text.contains(&named) {
                    true => text,
                    false => format!("{text}: {named}"),
                };
                ExpiringText::fixed(clean(&text).into_owned())
            }
        }
    }

    // Returns texts such as "93 hubs of commons" and "30 Prometheuses".
    fn who(&self) -> String {
        let count = match &self.scope {
            Scope::Others | Scope::CasesOf(_) => self.members.len(),
            Scope::HubsOf(_) | Scope::Clusters | Scope::Sources(_) => self.names.len(),
        };
        match &self.scope {
            Scope::HubsOf(cluster) => format!("{count} hubs of {cluster}"),
            Scope::Clusters => format!("{count} clusters"),
            Scope::CasesOf(Some(cluster)) => format!("{count} cases of {cluster}"),
            Scope::CasesOf(None) => format!("{count} cases"),
            Scope::Sources(_) if count == 1 => self.names.iter().cloned().collect(),
            Scope::Sources(kind) => format!("{count} {}", kind.plural()),
            Scope::Others => count.to_string(),
        }
    }

    fn named(&self) -> String {
        let first: Vec<&str> = self
            .names
            .iter()
            .map(String::as_str)
            .take(MAX_NAMED)
            .collect();
        match self.names.len().saturating_sub(MAX_NAMED) {
            0 => first.join(", "),
            more => format!("{} and {more} more", first.join(", ")),
        }
    }
}

fn scope(mismatch: &Mismatch, case: Option<&Case>) -> Scope {
    if mismatch.case.is_some() {
        return Scope::CasesOf(case.and_then(common_cluster));
    }
    match (mismatch.source(), mismatch.place()) {
        (Some(source), _) => Scope::Sources(source.kind),
        (
            None,
            Some(Place {
                cluster: Some(cluster),
                hub: Some(_),
            }),
        ) => Scope::HubsOf(cluster),
        (None, Some(_)) => Scope::Clusters,
        (None, None) => Scope::Others,
    }
}

fn common_cluster(case: &Case) -> Option<ClusterName> {
    let first = case.places.first()?.cluster.as_ref()?;
    let mut others = case.places.iter();
    let is_one = others.all(|place| place.cluster.as_ref() == Some(first));
    is_one.then(|| first.clone())
}

// The name of the thing that a mismatch is about. A post is named by its title, since its id means nothing to a person.
fn name(mismatch: &Mismatch, case: Option<&Case>) -> Option<String> {
    match (case, &mismatch.finding) {
        (Some(case), _) => {
            let hub = case.places.first().and_then(Place::hub_key);
            Some(hub.map_or_else(|| case.title.clone(), |hub| hub.to_string()))
        }
        (None, Finding::StalePost(StalePost::Post { title, .. })) if !title.is_empty() => {
            Some(format!("'{title}'"))
        }
        (None, _) => mismatch.subject.clone(),
    }
}
