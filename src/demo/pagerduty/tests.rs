//! Tests of PagerDuty's API with an HTTP client.

mod past;
mod reading;
mod refusing;
mod writing;
