//! Serves the demo's world to other programs, without a screen.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::ExitCode;

use super::demo::{start_world, world_options};
use super::{CommandContext, fail, out};
use crate::cli;
use crate::config;
use crate::runtime::private_dir::PrivateDir;
use crate::runtime::signals::{SignalRequest, Signals};
use crate::store::durable;

/// `hubwatch demo --serve --write-config PATH`: serves the world until a signal ends the program.
pub async fn run(context: &CommandContext, demo: &cli::Demo) -> ExitCode {
    let (options, file) = match (world_options(demo), &demo.write_config) {
        (Ok(options), Some(file)) => (options, config::expand_home(file)),
        (Err(code), _) => return code,
        (Ok(_), None) => return fail(&"--serve needs --write-config PATH"),
    };
    let dir = match PrivateDir::create_temporary("hubwatch-demo") {
        Ok(dir) => dir,
        Err(error) => return fail(&error),
    };
    let text = match start_world(context, options, dir.path()).await {
        Ok(text) => text,
        Err(error) => return fail(&format!("the demo's world cannot start: {error}")),
    };
    match serve_until_signal(&file, &text).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&format!("{}: {error}", file.display())),
    }
}

async fn serve_until_signal(file: &Path, text: &str) -> std::io::Result<()> {
    let mut signals = Signals::listen()?;
    if is_standard_output(file) {
        let text = "this is standard output: name a file";
        return Err(std::io::Error::other(text));
    }
    durable::write_shared(file, text.as_bytes(), true)?;
    out::print(&format!("ready: {}\n", file.display()))?;
    while signals.next().await != SignalRequest::Terminate {}
    Ok(())
}

// The configuration cannot be written to the file that standard output goes to. Writing the configuration replaces that
// file, so the line `ready:` would be lost.
fn is_standard_output(file: &Path) -> bool {
    let named = std::fs::metadata(file);
    let output = rustix::fs::fstat(rustix::stdio::stdout());
    matches!((named, output), (Ok(named), Ok(output))
        if (named.dev(), named.ino()) == (output.st_dev, output.st_ino))
}
