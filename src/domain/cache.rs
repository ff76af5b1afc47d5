//! Bytes that outlive the program.

use futures_util::future::BoxFuture;

/// Bytes that outlive the program, by name. They only save time: unreadable bytes count as absent, and bytes that
/// cannot be written cost the next run a little time. Neither is an error.
pub trait Cache: Send + Sync {
    /// The bytes kept under a name, unchecked; empty if there are none.
    fn load<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Vec<u8>>;

    /// Keeps these bytes under a name in place of what was there.
    fn save<'a>(&'a self, name: &'a str, bytes: Vec<u8>) -> BoxFuture<'a, ()>;

    /// As [`Self::save`], and tells the person once if they cannot be written.
    fn save_or_report<'a>(&'a self, name: &'a str, bytes: Vec<u8>) -> BoxFuture<'a, ()> {
        self.save(name, bytes)
    }

    /// Moves bytes that are not what they should be out of the way of the next save, and tells the person why. Nothing
    /// happens if others are kept under the name by now.
    fn set_aside<'a>(&'a self, _name: &'a str, _bytes: Vec<u8>, _why: String) -> BoxFuture<'a, ()> {
        Box::pin(async {})
    }
}
