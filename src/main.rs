//! Arguments, then the configuration, then the chosen command; its result is the exit code.

fn main() {}
