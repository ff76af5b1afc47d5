//! PagerDuty as a client sees it: reading.

mod reading;
mod refusing;
mod writing;
