//! The limit holds, and what is dropped comes back.

use proptest::prelude::*;

use super::*;

#[test]
fn what_is_dropped_comes_back() {
    let budget = ByteBudget::new(10);
    let mut first = budget.reserve();
    first.grow(7).unwrap();
    let mut second = budget.reserve();
    assert_eq!(second.grow(4), Err(Exhausted));
    assert_eq!(budget.reserved(), 7);
    drop(first);
    second.grow(10).unwrap();
    drop(second);
    assert_eq!(budget.reserved(), 0);
}

proptest! {
    #[test]
    fn the_limit_is_never_passed(limit in 0..1000u64, parts in proptest::collection::vec(0..300u64, 0..20)) {
        let budget = ByteBudget::new(limit);
        let mut held = Vec::new();
        for part in parts {
            let mut reservation = budget.reserve();
            let grown = reservation.grow(part);
            prop_assert!(budget.reserved() <= limit);
            prop_assert_eq!(grown.is_ok(), reservation.bytes == part);
            held.push(reservation);
        }
        prop_assert_eq!(budget.reserved(), held.iter().map(|one| one.bytes).sum::<u64>());
    }
}
