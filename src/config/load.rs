//! Finds the configuration file and reads its text.

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};

use crate::domain::zone::Zone;
use directories::{BaseDirs, ProjectDirs};

use super::{Config, ConfigError, ParseContext, parse};
use crate::domain::route::{MAX_ROUTES_BYTES, RoutesError};
use crate::files;

const CONFIG_VARIABLE: &str = "HUBWATCH_CONFIG";

/// The file to read: the one on the command line, otherwise `$HUBWATCH_CONFIG`, otherwise
/// `$XDG_CONFIG_HOME/hubwatch/config.toml`. The file may not exist.
///
/// # Errors
/// [`ConfigError::NoHomeDirectory`] when no file is named and there is no home directory.
pub fn find_file(named: Option<&Path>) -> Result<PathBuf, ConfigError> {
    let variable = env::var_os(CONFIG_VARIABLE).map(PathBuf::from);
    let xdg = env::var_os("XDG_CONFIG_HOME").map(PathBuf::from);
    let found = first_path(named, variable, xdg.or_else(config_home));
    found
        .map(|path| expand_home(&path))
        .ok_or(ConfigError::NoHomeDirectory)
}

/// Replaces a leading `~` of `path` by the home directory, since a shell does not expand `--config=~/x`.
pub fn expand_home(path: &Path) -> PathBuf {
    expand(path, BaseDirs::new().as_ref().map(BaseDirs::home_dir))
}

fn expand(path: &Path, home: Option<&Path>) -> PathBuf {
    match (path.strip_prefix("~"), home) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path.to_owned(),
    }
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

/// Reads and checks a configuration file.
///
/// # Errors
/// When the file is missing, cannot be read, or contains anything wrong.
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
            let text = files::read_text(&path, MAX_ROUTES_BYTES as u64);
            (path, text.map_err(|error| unreadable_text(&error)))
        })
        .collect()
}

// Describes the error. A file that is too large gets the same words as fetched routes that are too large.
fn unreadable_text(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::FileTooLarge => format!("it {}", RoutesError::TooLarge),
        std::io::ErrorKind::IsADirectory => "it is a directory".to_owned(),
        _ => error.to_string(),
    }
}

/// The facts about this machine that affect the meaning of a file.
pub fn parse_context(file: &Path) -> ParseContext {
    ParseContext {
        file: file.to_owned(),
        home: BaseDirs::new().map(|dirs| dirs.home_dir().to_owned()),
        local_zone: local_zone(),
        files: BTreeMap::new(),
    }
}

// The machine's time zone. If neither `TZ` nor the system names one, it is UTC. People notice this, since every screen
// shows its zone.
fn local_zone() -> Zone {
    let variable = env::var("TZ").ok();
    let system = || iana_time_zone::get_timezone().ok()?.parse().ok();
    variable
        .as_deref()
        .and_then(zone_from_variable)
        .or_else(system)
        .unwrap_or(Zone::UTC)
}

/// The zone that `TZ` names. `TZ` may be `Europe/London`, `:Europe/London`, a file of the zone database, or a name with
/// whole hours behind UTC, such as `UTC0` and `<+03>-3`. Rules for summer time in `TZ` are not supported.
fn zone_from_variable(text: &str) -> Option<Zone> {
    let text = text.strip_prefix(':').unwrap_or(text);
    let name = text.rsplit_once("zoneinfo/").map_or(text, |(_, name)| name);
    match name {
        "" => Some(Zone::UTC),
        name => name.parse().ok().or_else(|| fixed_zone(name)),
    }
}

fn fixed_zone(text: &str) -> Option<Zone> {
    let hours = match text.strip_prefix('<') {
        Some(quoted) => quoted.split_once('>')?.1,
        None => text.trim_start_matches(|char: char| char.is_ascii_alphabetic()),
    };
    match hours.parse::<i8>().ok()? {
        0 => Some(Zone::UTC),
        hours => format!("Etc/GMT{hours:+}").parse().ok(),
    }
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
    fn a_tilde_that_the_shell_left_is_the_home_directory() {
        let expanded = |path: &str| expand(Path::new(path), Some(Path::new("/home/ada")));
        assert_eq!(expanded("~/x.toml"), Path::new("/home/ada/x.toml"));
        assert_eq!(expanded("~"), Path::new("/home/ada"));
        assert_eq!(expanded("~bo/x.toml"), Path::new("~bo/x.toml"));
        assert_eq!(expanded("a/~/x.toml"), Path::new("a/~/x.toml"));
    }

    #[test]
    fn the_variable_names_the_zone_in_every_form_that_is_in_use() {
        for (text, zone) in [
            (
                "Europe/London",
                Some("Europe/London".parse::<Zone>().unwrap()),
            ),
            (
                ":Europe/London",
                Some("Europe/London".parse::<Zone>().unwrap()),
            ),
            (
                "/usr/share/zoneinfo/Asia/Tokyo",
                Some("Asia/Tokyo".parse::<Zone>().unwrap()),
            ),
            ("EST5EDT", Some("EST5EDT".parse::<Zone>().unwrap())),
            ("", Some(Zone::UTC)),
            ("UTC0", Some(Zone::UTC)),
            ("UTC-3", Some("Etc/GMT-3".parse::<Zone>().unwrap())),
            ("<+03>-3", Some("Etc/GMT-3".parse::<Zone>().unwrap())),
            ("EST5", Some("Etc/GMT+5".parse::<Zone>().unwrap())),
            ("CET-1CEST,M3.5.0,M10.5.0/3", None),
            ("Nowhere/Town", None),
        ] {
            assert_eq!(zone_from_variable(text), zone, "{text}");
        }
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
    fn routes_from_a_file_have_the_bounds_of_fetched_ones_and_block_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("config.toml");
        let routes = directory.path().join("routes.yml");
        let text = "[[prometheus]]\nname = \"leap\"\nurl = \"http://127.0.0.1:1\"\ncluster = \"leap\"\n\
                    alertmanager_config = \"routes.yml\"\n";
        std::fs::write(&file, text).unwrap();
        let refused = |why: &str| {
            let error = load(&file).unwrap_err().to_string();
            assert!(error.contains(":5:") && error.contains(why), "{error}");
        };
        std::fs::write(&routes, format!("#{}", " ".repeat(1 << 20))).unwrap();
        refused("routes.yml cannot be read: it is larger than 1 MiB");
        let many = "{},".repeat(10_000);
        std::fs::write(
            &routes,
            format!("route: {{ receiver: a, routes: [{many}] }}"),
        )
        .unwrap();
        refused("routes.yml: it has more than 10000 routes");
        std::fs::remove_file(&routes).unwrap();
        std::fs::create_dir(&routes).unwrap();
        refused("routes.yml cannot be read: it is a directory");
        std::fs::remove_dir(&routes).unwrap();
        crate::files::make_fifo(&routes);
        refused("routes.yml cannot be read: not a regular file");
    }

    #[test]
    fn an_empty_file_is_a_configuration() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("config.toml");
        std::fs::write(&file, "").unwrap();
        assert_eq!(load(&file).unwrap().file, file);
    }
}
