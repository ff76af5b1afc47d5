//! What past incidents tell: which of them were outages, who found them, and how they went by month and by alert.
//! Pure, and of whole incidents with their logs: what is open now is the picture's.

pub mod outage;
pub mod past_incident;
pub mod trends;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;
