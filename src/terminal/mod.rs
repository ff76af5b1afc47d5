//! The terminal: taken, drawn to, and always given back.
