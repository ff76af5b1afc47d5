//! A store for bytes that must survive a restart.

use futures_util::future::BoxFuture;

/// A store for named bytes that must survive a restart. The bytes only save time: unreadable bytes count as absent, and
/// if a write fails, the next run takes a little longer. Neither is an error.
pub trait Cache: Send + Sync {
    /// Returns the bytes kept under `name`, unchecked; empty if there are none.
    fn load<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Vec<u8>>;

    /// Replaces the bytes kept under `name`.
    fn save<'a>(&'a self, name: &'a str, bytes: Vec<u8>) -> BoxFuture<'a, ()>;

    /// Does the same as [`Self::save`], and tells the user once if the bytes cannot be written.
    fn save_or_report<'a>(&'a self, name: &'a str, bytes: Vec<u8>) -> BoxFuture<'a, ()> {
        self.save(name, bytes)
    }

    /// Moves invalid bytes aside so that the next save does not overwrite them, and tells the user why. Does nothing if
    /// other bytes are kept under `name` by now.
    fn set_aside<'a>(&'a self, _name: &'a str, _bytes: Vec<u8>, _why: String) -> BoxFuture<'a, ()> {
        Box::pin(async {})
    }
}
