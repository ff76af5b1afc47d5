//! Whether "there is none" may be said: only where every source that would show one is fresh.

use crate::app::model::Model;
use crate::domain::source::SourceKind;

/// How far the sources of a kind can be trusted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KindFreshness {
    /// All of them are live or late.
    Fresh,
    /// One of them is not: what is not seen may still be there.
    NotFresh,
    /// There is none of the kind.
    NotConfigured,
}

/// How far those of `kind` can be trusted.
pub fn freshness_of(model: &Model, kind: SourceKind) -> KindFreshness {
    let Some(picture) = model.picture.as_deref() else {
        return KindFreshness::NotFresh;
    };
    let mut fresh = picture
        .sources
        .iter()
        .filter(|view| view.id.kind == kind)
        .map(|view| view.state.is_fresh());
    match fresh.next() {
        None => KindFreshness::NotConfigured,
        Some(first) if first && fresh.all(|fresh| fresh) => KindFreshness::Fresh,
        Some(_) => KindFreshness::NotFresh,
    }
}
