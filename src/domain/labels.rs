//! Label sets, sorted and cheap to clone. Thousands of alerts contain the same few words, so each source interns the
//! words that it reads.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::ids::Fingerprint;
use super::text_limit::{cut_key, is_cut_key};

/// A sorted set of labels (or annotations), cheap to clone.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Labels(Arc<[(Arc<str>, Arc<str>)]>);

impl Labels {
    /// Builds a set from pairs. If a name occurs twice, the later pair is kept.
    pub fn new(pairs: impl IntoIterator<Item = (Arc<str>, Arc<str>)>) -> Self {
        let sorted: BTreeMap<_, _> = pairs.into_iter().collect();
        Self(sorted.into_iter().collect())
    }

    /// The value of the label `name`. `None` if the label is missing or empty; Prometheus does not distinguish the two.
    pub fn get(&self, name: &str) -> Option<&str> {
        let at = self.0.binary_search_by(|(key, _)| (**key).cmp(name)).ok()?;
        let (_, value) = self.0.get(at)?;
        (!value.is_empty()).then_some(value)
    }

    /// All pairs, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds the labels of `more` that this set lacks. Prometheus adds its external labels in the same way when it sends
    /// alerts to an Alertmanager.
    pub fn with_defaults(&self, more: &Labels) -> Labels {
        if more.is_empty() {
            return self.clone();
        }
        let added = more.0.iter().filter(|(name, _)| self.get(name).is_none());
        Self::new(self.0.iter().chain(added).cloned())
    }

    /// Whether a name or a value was too long and was cut.
    pub fn are_cut(&self) -> bool {
        self.iter()
            .any(|(name, value)| is_cut_key(name) || is_cut_key(value))
    }

    /// Whether `other` has every label of this set.
    pub fn is_subset_of(&self, other: &Labels) -> bool {
        self.iter()
            .all(|(name, value)| value.is_empty() || other.get(name) == Some(value))
    }

    /// Alertmanager's fingerprint (`common/model/fingerprinting.go`): FNV-1a over names and values, each followed by
    /// 0xFF, without empty labels. Tests compare the result with Alertmanager's own test vectors.
    pub fn fingerprint(&self) -> Fingerprint {
        const OFFSET: u64 = 14_695_981_039_346_656_037;
        const PRIME: u64 = 1_099_511_628_211;
        let bytes = self
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .flat_map(|(name, value)| [name, value])
            .flat_map(|word| word.bytes().chain([0xFF]));
        Fingerprint(bytes.fold(OFFSET, |sum, byte| {
            (sum ^ u64::from(byte)).wrapping_mul(PRIME)
        }))
    }
}

impl<N: AsRef<str>, V: AsRef<str>> FromIterator<(N, V)> for Labels {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Self::new(
            pairs
                .into_iter()
                .map(|(name, value)| (name.as_ref().into(), value.as_ref().into())),
        )
    }
}

impl Serialize for Labels {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for Labels {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        BTreeMap::<String, String>::deserialize(from).map(|map| map.into_iter().collect())
    }
}

/// Keeps one shared copy of each word. An interner can be dropped at any time; words that are interned later then get
/// new copies.
#[derive(Debug, Default)]
pub struct Interner(HashSet<Arc<str>>);

impl Interner {
    /// The shared copy of `word`.
    pub fn intern(&mut self, word: &str) -> Arc<str> {
        if let Some(kept) = self.0.get(word) {
            return kept.clone();
        }
        let kept: Arc<str> = word.into();
        self.0.insert(kept.clone());
        kept
    }

    /// Builds a label set from shared words. Words that are too long are cut.
    pub fn labels<'a>(&mut self, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Labels {
        Labels::new(
            pairs
                .into_iter()
                .map(|(name, value)| (self.intern_key(name), self.intern_key(value))),
        )
    }

    /// As [`Self::intern`], for a word that is compared with others, such as a label's value. A word that is too long
    /// is cut.
    pub fn intern_key(&mut self, word: &str) -> Arc<str> {
        self.intern(&cut_key(word))
    }

    /// Drops the words that no label set uses any more, so that the interner does not grow over time.
    pub fn drop_unused(&mut self) {
        self.0.retain(|word| Arc::strong_count(word) > 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> Labels {
        pairs.iter().copied().collect()
    }

    #[test]
    fn fingerprints_are_alertmanagers() {
        let vectors = [
            (
                labels(&[("job", "foo"), ("severity", "warning")]),
                "9266ef3da838ad95",
            ),
            (
                labels(&[("job", "foo"), ("severity", "critical")]),
                "3b15fd163d36582e",
            ),
            (
                labels(&[("severity", "critical"), ("alertname", "alert1")]),
                "0223b772b51c29e1",
            ),
            (labels(&[]), "cbf29ce484222325"),
        ];
        for (set, expected) in vectors {
            assert_eq!(set.fingerprint().to_string(), expected);
        }
    }

    #[test]
    fn external_labels_only_fill_gaps() {
        let own = labels(&[("cluster", "leap"), ("zone", "")]);
        let with = own.with_defaults(&labels(&[("cluster", "other"), ("zone", "b"), ("x", "y")]));
        assert_eq!(
            with,
            labels(&[("cluster", "leap"), ("x", "y"), ("zone", "b")])
        );
    }

    #[test]
    fn a_word_is_kept_once_and_shed_when_unused() {
        let mut interner = Interner::default();
        let first = interner.intern("leap");
        assert!(Arc::ptr_eq(&first, &interner.intern("leap")));
        drop(first);
        interner.drop_unused();
        assert!(interner.0.is_empty());
    }
}
