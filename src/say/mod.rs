//! The only place that words durations, verdicts and mismatches. Pure.
