//! Arguments, then the configuration, then the chosen command; its result is the exit code.

use std::process::ExitCode;

// glibc keeps a heap for each thread and gives little of it back. This one is a third smaller at rest.
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

fn main() -> ExitCode {
    hubwatch::commands::main()
}
