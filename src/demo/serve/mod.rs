//! Code that the handlers of all the demo's sockets share: reading requests and making responses.

mod basic_auth;
pub mod params;
pub mod shared;
#[cfg(test)]
pub mod testing;
