//! The words for a P1 of which the public was not told.

use crate::domain::case::Case;
use crate::picture::mismatch::{Finding, Mismatch, PublicNotTold};
use crate::picture::{Picture, PublicTold};

/// Added to a P1 if the status page does not announce the outage.
pub const PUBLIC_NOT_TOLD: &str = "public not told";

/// Whether a mismatch proves that the public was not told of the case.
pub fn is_case_untold(case: &Case, picture: &Picture) -> bool {
    let mut all = picture.mismatches.iter();
    all.any(|one| one.case.as_ref() == Some(&case.id) && is_public_not_told(one))
}

/// Whether the mismatch proves that the public was not told. A post that was published and then closed did tell the
/// public.
pub fn is_public_not_told(mismatch: &Mismatch) -> bool {
    let finding = &mismatch.finding;
    mismatch.counts()
        && matches!(
            finding,
            Finding::PublicNotTold(PublicNotTold {
                told: PublicTold::No,
                ..
            })
        )
}
