//! The number of incidents of each kind in each month before the story.

#[derive(Clone, Copy, Debug)]
pub(super) struct MonthPlan {
    pub outages: usize,
    /// The outages that a person reported before any alert fired.
    pub reported: usize,
    /// P1s that people later found to be no outages.
    pub taken_back: usize,
    /// Incidents without a P1. Two merged incidents count as one.
    pub routine: usize,
}

/// The number of incidents without a P1 in the whole month of the story. Only the incidents before the story's start
/// are played.
pub(super) const ROUTINE_THIS_MONTH: usize = 64;

/// The whole calendar months before the story's month, oldest first.
///
/// The outages of the last five months are published figures of a real team, for whose way of working hubwatch is made:
/// 7, 7, 9, 0 and 1, on average 4.8 a month. A community reported one of the first seven and one of the second seven.
/// All other numbers are invented for this fixture: which of the other outages a person reported, and everything about
/// earlier months.
pub(super) const MONTHS: [MonthPlan; 18] = [
    month(3, 1, 1, 112),
    month(5, 0, 0, 118),
    month(4, 1, 2, 106),
    month(6, 1, 1, 97),
    month(2, 0, 0, 88),
    month(5, 1, 1, 79),
    month(4, 0, 1, 67),
    month(7, 1, 2, 64),
    month(3, 0, 0, 65),
    month(6, 1, 1, 64),
    month(8, 1, 1, 62),
    month(5, 0, 0, 63),
    month(6, 1, 1, 61),
    month(7, 1, 1, 63),
    month(7, 1, 2, 66),
    month(9, 2, 1, 68),
    month(0, 0, 1, 66),
    month(1, 0, 0, 67),
];

const fn month(outages: usize, reported: usize, taken_back: usize, routine: usize) -> MonthPlan {
    MonthPlan {
        outages,
        reported,
        taken_back,
        routine,
    }
}
