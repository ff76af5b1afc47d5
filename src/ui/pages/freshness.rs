//! Whether a page may say "none". A page may do so only if every source that could show something is fresh.

use crate::app::model::Model;
use crate::domain::source::SourceKind;

/// Whether all sources of one kind are fresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KindFreshness {
    /// All sources of the kind are live or late.
    Fresh,
    /// At least one source of the kind is neither live nor late. Something may exist that the page does not show.
    NotFresh,
    /// There is no source of the kind.
    NotConfigured,
}

/// Whether all sources of `kind` are fresh.
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
