//! The verdict as text, JSON and one line. Pure.
