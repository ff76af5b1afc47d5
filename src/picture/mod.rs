//! Answers in, a picture out: joins, clocks, freshness, verdict. Pure.
