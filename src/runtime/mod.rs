//! The loop, the effects, the clocks and the only place that spawns.
