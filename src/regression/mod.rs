//! Judges for `check --wait` what got worse since a baseline. This module is pure: it turns observations and times into
//! changes and an outcome.

mod baseline;
mod blind_spot_course;
mod case_course;
mod hub_course;
mod observation;
mod options;
mod outcome;
mod run;
mod source_course;
mod start_rules;
mod start_times;
mod watch;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;

pub use baseline::{Baseline, HubBefore};
pub use observation::{
    BlindSpotObservation, CaseObservation, GoodProbe, HubObservation, HubState, Observation,
    SourceObservation,
};
pub use options::WaitOptions;
pub use outcome::{
    BlindSpotOutcome, CaseOutcome, ClusterStarts, Doubt, HubOutcome, Outcome, SlowStarts,
    SourceOutcome, StartTimesCompared, WaitEnd, WaitVerdict, Worsening,
};
pub use start_times::MIN_STARTS;
pub use watch::{Change, RegressionWatch};
