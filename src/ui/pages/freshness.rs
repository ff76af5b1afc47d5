//! Whether a page may say that there is nothing: only if every source that would show something is fresh.

use crate::app::model::Model;
use crate::domain::source::SourceKind;

/// How far the sources of one kind can be trusted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KindFreshness {
    /// All sources of the kind are live or late.
    Fresh,
    /// At least one source of the kind is neither, so something may exist that is not shown.
    NotFresh,
    /// There is no source of the kind.
    NotConfigured,
}

/// How far the sources of `kind` can be trusted.
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
