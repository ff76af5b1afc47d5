//! The demo's world without a screen, for other programs.

use std::path::Path;
use std::process::ExitCode;

use super::demo::{options, start};
use super::{Surroundings, failed, out};
use crate::cli;
use crate::runtime::private_dir::{PrivateDir, write};
use crate::runtime::signals::{Asked, Signals};

/// `hubwatch demo --serve --write-config PATH`: answers until a signal ends it.
pub async fn run(around: &Surroundings, demo: &cli::Demo) -> ExitCode {
    let (options, file) = match (options(demo), &demo.write_config) {
        (Ok(options), Some(file)) => (options, file),
        (Err(code), _) => return code,
        (Ok(_), None) => return failed(&"--serve needs --write-config PATH"),
    };
    let place = match PrivateDir::temporary("hubwatch-demo") {
        Ok(place) => place,
        Err(error) => return failed(&error),
    };
    let text = match start(around, options, place.path()).await {
        Ok(text) => text,
        Err(error) => return failed(&format!("the demo's world does not stand: {error}")),
    };
    match answer(file, &text).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&format!("{}: {error}", file.display())),
    }
}

async fn answer(file: &Path, text: &str) -> std::io::Result<()> {
    let mut signals = Signals::listen()?;
    write(file, text.as_bytes())?;
    out::print(&format!("ready: {}\n", file.display()));
    while signals.next().await != Asked::End {}
    Ok(())
}
