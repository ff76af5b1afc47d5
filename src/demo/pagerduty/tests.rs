//! PagerDuty, seen by a client.

mod past;
mod reading;
mod refusing;
mod writing;
