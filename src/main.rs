//! Arguments, then the configuration, then the chosen command; its result is the exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    hubwatch::commands::main()
}
