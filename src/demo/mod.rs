//! The embedded world: a scripted shift that speaks the real protocols on loopback.
