//! Parses the arguments, loads the configuration, and runs the chosen command. The command's result is the exit code.

use std::process::ExitCode;

// At rest, this allocator uses a third less memory than glibc's, which keeps a heap for each thread and gives little
// back.
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

fn main() -> ExitCode {
    hubwatch::commands::main()
}
