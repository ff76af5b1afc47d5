//! Overlapping pages are joined into one list.

use super::*;

fn join(joined: &mut MergedPages<u32>, page: &[u32], overlaps: bool) -> bool {
    joined.merge_page(page.to_vec(), u32::to_string, overlaps)
}

#[test]
fn pages_that_share_an_element_are_one_listing() {
    let mut joined = MergedPages::default();
    assert!(join(&mut joined, &[1, 2, 3], false));
    assert!(join(&mut joined, &[3, 4], true));
    assert_eq!(joined.items, [1, 2, 3, 4]);
}

#[test]
fn pages_that_share_none_have_shifted() {
    let mut joined = MergedPages::default();
    join(&mut joined, &[1, 2, 3], false);
    assert!(!join(&mut joined, &[5, 6], true));
    assert!(
        join(&mut joined, &[2, 3, 4], false),
        "read again from the start"
    );
    assert_eq!(joined.items, [1, 2, 3, 5, 6, 4]);
}
