//! Reads the files of a fleet's folder that an import needs.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::ImportError;
use super::wire::is_encrypted;
use crate::files;

/// The largest file that is read. Real files have a few KiB.
const MAX_FILE_BYTES: u64 = 1 << 20;
/// Folders with files that name the wanted versions. Any of these folders may be missing.
const VERSION_FOLDERS: [&str; 3] = ["helm-charts", "eksctl", "terraform/gcp/projects"];

/// Files by their path relative to the fleet's folder, with `/` as the separator.
#[derive(Debug, Default)]
pub struct FleetFiles {
    texts: BTreeMap<String, String>,
    /// Files that exist but cannot be read, with the reason.
    unreadable: BTreeMap<String, String>,
}

impl FleetFiles {
    /// The files that could be read, in the order of their paths.
    pub(super) fn texts(&self) -> impl Iterator<Item = (&String, &String)> {
        self.texts.iter()
    }

    /// The text of one file; `None` if there is no such file.
    ///
    /// # Errors
    /// When the file exists but cannot be read. The error is a sentence.
    pub(super) fn text(&self, path: &str) -> Result<Option<&str>, String> {
        match self.unreadable.get(path) {
            Some(reason) => Err(format!("{path} cannot be read: {reason}")),
            None => Ok(self.texts.get(path).map(String::as_str)),
        }
    }

    /// Adds or replaces a file.
    #[cfg(test)]
    pub(super) fn insert(&mut self, path: &str, text: &str) {
        self.texts.insert(path.to_owned(), text.to_owned());
    }
}

/// Reads all unencrypted YAML files directly in the folders of `config/clusters`, and the files that name the wanted
/// versions.
///
/// # Errors
/// When a folder or a file of a cluster cannot be read.
pub fn read_fleet_files(fleet: &Path) -> Result<FleetFiles, ImportError> {
    let clusters = fleet.join("config").join("clusters");
    let mut files = FleetFiles::default();
    for folder in entries(&clusters)?.iter().filter(|path| path.is_dir()) {
        for file in entries(folder)?.iter().filter(|path| is_wanted(path)) {
            let text = files::read_text(file, MAX_FILE_BYTES);
            let text = text.map_err(|error| unreadable(file, &error))?;
            files.texts.insert(relative_name(fleet, file), text);
        }
    }
    for folder in VERSION_FOLDERS {
        read_folder(fleet, &fleet.join(folder), &mut files);
    }
    let charts = entries(&fleet.join("helm-charts")).unwrap_or_default();
    for chart in charts.iter().filter(|path| path.is_dir()) {
        read_folder(fleet, chart, &mut files);
    }
    Ok(files)
}

/// Reads the files of one folder. A file that cannot be read is only recorded, since an import works without these
/// files.
fn read_folder(fleet: &Path, folder: &Path, files: &mut FleetFiles) {
    let entries = entries(folder).unwrap_or_default();
    for file in entries.iter().filter(|path| is_wanted(path)) {
        let name = relative_name(fleet, file);
        match files::read_text(file, MAX_FILE_BYTES) {
            Ok(text) => files.texts.insert(name, text),
            Err(error) => files.unreadable.insert(name, error.to_string()),
        };
    }
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, ImportError> {
    fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect())
        .map_err(|error| unreadable(folder, &error))
}

fn is_wanted(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    let is_read = |name: &str| {
        let ends = [".yaml", ".jsonnet", ".tfvars"];
        ends.iter().any(|end| name.ends_with(end)) && !is_encrypted(name)
    };
    name.is_some_and(is_read) && path.is_file()
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
