//! A store for bytes that are kept across restarts.

use futures_util::future::BoxFuture;

/// A store for named bytes that are kept across restarts. The bytes only save time, so failures are not errors.
/// Unreadable bytes count as absent. If a write fails, the next run takes a little longer.
pub trait Cache: Send + Sync {
    /// Returns the bytes stored under `name`, unchecked. Empty if there are none.
    fn load<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Vec<u8>>;

    /// Replaces the bytes stored under `name`.
    fn save<'a>(&'a self, name: &'a str, bytes: Vec<u8>) -> BoxFuture<'a, ()>;

    /// Does the same as [`Self::save`]. Also reports to the user if the bytes cannot be written, once for each name.
    fn save_or_report<'a>(&'a self, name: &'a str, bytes: Vec<u8>) -> BoxFuture<'a, ()> {
        self.save(name, bytes)
    }

    /// Moves invalid bytes aside, so that the next save does not overwrite them, and tells the user why. Does nothing
    /// if the bytes under `name` have changed since they were loaded.
    fn set_aside<'a>(&'a self, _name: &'a str, _bytes: Vec<u8>, _why: String) -> BoxFuture<'a, ()> {
        Box::pin(async {})
    }
}
