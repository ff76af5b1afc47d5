//! Shared by the handlers of all the demo's sockets: requests in, responses out.

mod basic_auth;
pub mod params;
pub mod shared;
#[cfg(test)]
pub mod testing;
