//! All tests that need more than one module, in one binary: a module for each subject.
#![cfg(test)]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "everything here is a test: it may fail loudly, helpers included"
)]

mod acting;
mod aloud;
mod configs;
mod house;
mod openapi;
mod scenarios;
mod screens;
mod sources;
mod terminal;
mod until;
mod upstream;
mod whole;
