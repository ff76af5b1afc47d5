//! A review of past incidents: which were outages, who found them, and their figures by month and by alert. This module
//! is pure. Its input is whole incidents with their logs.

pub mod evidence;
pub mod follow_up_form;
pub mod night_pages;
pub mod outage;
pub mod overrun;
pub mod owed;
pub mod ownership;
pub mod past_incident;
pub mod postmortem;
pub mod published;
pub mod trends;
pub mod untold;

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod tests;
