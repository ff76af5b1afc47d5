//! Parses the arguments, loads the configuration, and runs the chosen command. The command's result is the exit code.

use std::process::ExitCode;

// This allocator uses a third less memory at rest. glibc keeps a heap for each thread and gives little of it back.
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

fn main() -> ExitCode {
    hubwatch::commands::main()
}
