//! What the handlers of all the demo's sockets share: requests in, responses out.

mod basic_auth;
mod params;
pub mod shared;
#[cfg(test)]
pub mod testing;
