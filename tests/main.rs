//! All tests that need more than one module, in one binary: a module for each subject.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "everything here is a test: it may fail loudly, helpers included"
)]
#![cfg(test)]

mod aloud;
mod configs;
mod house;
mod openapi;
mod terminal;
mod sources;
mod until;
mod upstream;
