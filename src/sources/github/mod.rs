//! GitHub's REST API, read only: the issues about outages, and the folder of published reports.
//!
//! The data is kept between runs with the tag of each page. An unchanged page costs no request of the budget, and the
//! data stays while the tracker does not answer. `kept` is the file with that data, `client` sends requests and obeys
//! the limits, `listing` reads a list page by page, and `wire` has the wire types.

mod client;
mod kept;
mod listing;
mod rate_limit;
mod read;
mod references;
mod report_date;
mod vanished;
mod wire;

pub use read::{kept_tracker, read_tracker};

use super::secret::WantedSecret;
use crate::domain::settings::TrackerSettings;

/// The secret that the tracker needs.
pub fn wanted_secret(settings: &TrackerSettings) -> Option<WantedSecret> {
    let token = settings.token.as_ref()?;
    Some(WantedSecret::new("tracker.token", token))
}
