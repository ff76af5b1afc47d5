//! Where the file stands, and its text.

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};

use chrono_tz::Tz;
use directories::{BaseDirs, ProjectDirs};

use super::{Config, ConfigError, ParseContext, parse};

const CONFIG_VARIABLE: &str = "HUBWATCH_CONFIG";

/// The file to read: the one named on the command line, else `$HUBWATCH_CONFIG`, else
/// `$XDG_CONFIG_HOME/hubwatch/config.toml`. Whether it is there is not asked.
///
/// # Errors
/// [`ConfigError::NoHomeDirectory`] when none is named and there is no home directory.
pub fn find_file(named: Option<&Path>) -> Result<PathBuf, ConfigError> {
    let variable = env::var_os(CONFIG_VARIABLE).map(PathBuf::from);
    let xdg = env::var_os("XDG_CONFIG_HOME").map(PathBuf::from);
    first_path(named, variable, xdg.or_else(config_home)).ok_or(ConfigError::NoHomeDirectory)
}

fn config_home() -> Option<PathBuf> {
    let dirs = ProjectDirs::from("", "", "hubwatch")?;
    dirs.config_dir().parent().map(Path::to_owned)
}

fn first_path(
    named: Option<&Path>,
    variable: Option<PathBuf>,
    directory: Option<PathBuf>,
) -> Option<PathBuf> {
    let given = |path: &PathBuf| !path.as_os_str().is_empty();
    named
        .map(Path::to_owned)
        .or_else(|| variable.filter(given))
        .or_else(|| {
            let directory = directory.filter(given)?;
            Some(directory.join("hubwatch").join("config.toml"))
        })
}

/// Reads and checks a file.
///
/// # Errors
/// When it is not there, cannot be read, or anything in it is wrong.
pub fn load(file: &Path) -> Result<Config, ConfigError> {
    let text = std::fs::read_to_string(file).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => ConfigError::Missing(file.to_owned()),
        _ => ConfigError::Unreadable {
            file: file.to_owned(),
            reason: error.to_string(),
        },
    })?;
    let around = parse_context(file);
    let config = parse(&text, &around)?;
    let files = read_referenced_files(&config);
    if files.is_empty() {
        return Ok(config);
    }
    parse(&text, &ParseContext { files, ..around })
}

fn read_referenced_files(config: &Config) -> BTreeMap<PathBuf, Result<String, String>> {
    let named = config.sources.prometheus.iter();
    let named = named.filter_map(|settings| settings.alertmanager_config.clone());
    named
        .map(|path| {
            let text = std::fs::read_to_string(&path).map_err(|error| error.to_string());
            (path, text)
        })
        .collect()
}

/// What the machine says that a file's meaning depends on.
pub fn parse_context(file: &Path) -> ParseContext {
    ParseContext {
        file: file.to_owned(),
        home: BaseDirs::new().map(|dirs| dirs.home_dir().to_owned()),
        local_zone: local_zone(),
        files: BTreeMap::new(),
    }
}

// A machine that does not know its zone shows UTC, and every screen says which zone it shows.
fn local_zone() -> Tz {
    iana_time_zone::get_timezone()
        .ok()
        .and_then(|name| name.parse().ok())
        .unwrap_or(Tz::UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_goes_before_the_variable_before_the_directory() {
        let path = |text: &str| Some(PathBuf::from(text));
        let named = Path::new("a.toml");
        assert_eq!(
            first_path(Some(named), path("b"), path("c")),
            path("a.toml")
        );
        assert_eq!(first_path(None, path("b"), path("c")), path("b"));
        assert_eq!(
            first_path(None, path(""), path("c")),
            path("c/hubwatch/config.toml")
        );
        assert_eq!(first_path(None, None, None), None);
    }

    #[test]
    fn a_file_that_is_not_there_is_missing_and_a_directory_unreadable() {
        let directory = tempfile::tempdir().unwrap();
        let absent = directory.path().join("config.toml");
        assert!(matches!(load(&absent), Err(ConfigError::Missing(path)) if path == absent));
        assert!(matches!(
            load(directory.path()),
            Err(ConfigError::Unreadable { .. })
        ));
    }

    #[test]
    fn routes_are_read_beside_the_file() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("config.toml");
        let text = "[[prometheus]]\nname = \"leap\"\nurl = \"http://127.0.0.1:1\"\ncluster = \"leap\"\n\
                    alertmanager_config = \"routes.yml\"\n";
        std::fs::write(&file, text).unwrap();
        let error = load(&file).unwrap_err().to_string();
        assert!(
            error.contains(":5:") && error.contains("cannot be read"),
            "{error}"
        );
        std::fs::write(
            directory.path().join("routes.yml"),
            "route: { receiver: a }",
        )
        .unwrap();
        assert_eq!(load(&file).unwrap().policy.routes.len(), 1);
    }

    #[test]
    fn an_empty_file_is_a_configuration() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("config.toml");
        std::fs::write(&file, "").unwrap();
        assert_eq!(load(&file).unwrap().file, file);
    }
}
