//! A review of past incidents: which were outages, who found them, and their figures by month and by alert. Pure. It
//! takes whole incidents with their logs; open incidents belong to the picture.

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
