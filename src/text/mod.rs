//! Building blocks of every text on the screen: texts that expire, the context that they are rendered in, durations,
//! dates, symbols and meanings.
//!
//! Text that comes from outside (titles, names, errors) is made safe for a terminal by [`sanitize`].

pub mod context;
pub mod dates;
pub mod durations;
pub mod line;
pub mod meaning;
pub mod plot;
pub mod sanitize;
pub mod symbols;

pub use context::{ExpiringText, TextContext, TextLength};
pub use line::{IntoExpiringText, Line};
pub use meaning::Meaning;
pub use symbols::{ASCII, Symbols, UNICODE};
