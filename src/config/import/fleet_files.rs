//! The files of a fleet's folder that an import reads.

use std::fs;
use std::path::{Path, PathBuf};

use super::wire::is_encrypted;
use super::{FleetFiles, ImportError};
use crate::files;

/// Real ones have a few KiB.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// All unencrypted YAML files directly in the folders of `config/clusters`.
///
/// # Errors
/// When a folder or a file cannot be read.
pub fn read_fleet_files(fleet: &Path) -> Result<FleetFiles, ImportError> {
    let clusters = fleet.join("config").join("clusters");
    let mut files = FleetFiles::new();
    for folder in entries(&clusters)?.iter().filter(|path| path.is_dir()) {
        for file in entries(folder)?.iter().filter(|path| is_wanted(path)) {
            let text = files::read_text(file, MAX_FILE_BYTES);
            let text = text.map_err(|error| unreadable(file, &error))?;
            files.insert(relative_name(fleet, file), text);
        }
    }
    Ok(files)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, ImportError> {
    fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect())
        .map_err(|error| unreadable(folder, &error))
}

fn is_wanted(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| name.ends_with(".yaml") && !is_encrypted(name)) && path.is_file()
}

fn relative_name(fleet: &Path, file: &Path) -> String {
    let below = file.strip_prefix(fleet).unwrap_or(file);
    let parts = below
        .components()
        .map(|part| part.as_os_str().to_string_lossy());
    parts.collect::<Vec<_>>().join("/")
}

fn unreadable(path: &Path, error: &std::io::Error) -> ImportError {
    ImportError::Unreadable {
        path: path.display().to_string(),
        reason: error.to_string(),
    }
}
