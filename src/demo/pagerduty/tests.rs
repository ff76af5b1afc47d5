//! PagerDuty as a client sees it: reading.

mod past;
mod reading;
mod refusing;
mod writing;
