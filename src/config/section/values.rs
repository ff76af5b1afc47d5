//! Rules for single values: durations, addresses, names, paths.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use reqwest::Url;

use super::super::ParseContext;
use super::super::problem::{Problem, Problems};
use super::Text;

/// The shortest interval. A shorter one must be a mistake in the unit.
const MIN_INTERVAL: Duration = Duration::from_millis(100);

/// A duration with its unit. Zero is allowed.
pub(super) fn duration(text: &Text) -> Result<Duration, Problem> {
    humantime::parse_duration(text.get_ref()).map_err(|_| {
        let message = format!("{:?} is not a duration", text.get_ref());
        Problem::new(text.span(), message)
            .with_hint("a number with its unit: \"30s\", \"10m\", \"1h 30m\"")
    })
}

/// A duration of at least [`MIN_INTERVAL`], for waits and time limits.
pub(super) fn interval(text: &Text) -> Result<Duration, Problem> {
    let value = duration(text)?;
    if value >= MIN_INTERVAL {
        return Ok(value);
    }
    Err(
        Problem::new(text.span(), "this is shorter than a tenth of a second")
            .with_hint("at least \"100ms\""),
    )
}

/// A duration of at least [`MIN_INTERVAL`], or `None` for "none".
pub(super) fn duration_or_none(text: &Text) -> Result<Option<Duration>, Problem> {
    match text.get_ref().as_str() {
        "none" => Ok(None),
        _ => interval(text).map(Some).map_err(|problem| {
            problem.with_hint("a number with its unit, such as \"30m\", or \"none\"")
        }),
    }
}

/// The value that a rule returns, or the default if the key is missing or breaks the rule.
pub(super) fn value_or<T, V>(
    default: T,
    value: Option<&V>,
    rule: impl FnOnce(&V) -> Result<T, Problem>,
    problems: &mut Problems,
) -> T {
    value
        .and_then(|value| problems.ok_or_add(rule(value)))
        .unwrap_or(default)
}

/// An email address of a person or a mailbox. Keeps upper and lower case.
pub(super) fn email(text: &Text) -> Result<String, Problem> {
    let value = text.get_ref().trim();
    let has_both_sides = value
        .split_once('@')
        .is_some_and(|(who, host)| !who.is_empty() && !host.is_empty() && !host.contains('@'));
    if has_both_sides && !value.contains(char::is_whitespace) {
        return Ok(value.to_owned());
    }
    Err(
        Problem::new(text.span(), format!("{value:?} is not an e-mail address"))
            .with_hint("as PagerDuty knows it: \"ada@example.org\""),
    )
}

/// The email address, if the key is set.
pub(super) fn optional_email(text: Option<&Text>, problems: &mut Problems) -> Option<String> {
    text.and_then(|text| problems.ok_or_add(email(text)))
}

/// The email addresses in lower case, without duplicates.
pub(super) fn emails(texts: &[Text], problems: &mut Problems) -> BTreeSet<String> {
    texts
        .iter()
        .filter_map(|text| problems.ok_or_add(email(text)))
        .map(|address| address.to_lowercase())
        .collect()
}

/// A text that is not only white space.
pub(super) fn not_empty(text: &Text) -> Result<String, Problem> {
    if text.get_ref().trim().is_empty() {
        Err(Problem::new(text.span(), "this is empty"))
    } else {
        Ok(text.get_ref().clone())
    }
}

/// Texts that are not only white space.
pub(super) fn all_not_empty(texts: &[Text], problems: &mut Problems) -> Vec<String> {
    texts
        .iter()
        .filter_map(|text| problems.ok_or_add(not_empty(text)))
        .collect()
}

/// The name of a source, cluster or hub. The name must be usable in `CLUSTER/HUB`.
pub(super) fn name(text: &Text) -> Result<String, Problem> {
    let value = not_empty(text)?;
    if value.contains('/')
        || value.contains(char::is_whitespace)
        || value.contains(char::is_control)
    {
        let message = format!("{value:?} cannot be a name here");
        return Err(Problem::new(text.span(), message).with_hint("without spaces and slashes"));
    }
    Ok(value)
}

/// A path. `~` is the home directory. A relative path starts at the configuration file's directory.
pub(super) fn path(text: &Text, around: &ParseContext) -> Result<PathBuf, Problem> {
    let value = not_empty(text)?;
    let home = || {
        around.home.clone().ok_or_else(|| {
            Problem::new(
                text.span(),
                "no home directory is known, so ~ cannot be used",
            )
            .with_hint("write the whole path")
        })
    };
    if value == "~" {
        return home();
    }
    if let Some(rest) = value.strip_prefix("~/") {
        return home().map(|home| home.join(rest));
    }
    let directory = around
        .file
        .parent()
        .map_or_else(PathBuf::new, PathBuf::from);
    Ok(directory.join(value))
}

/// An `http` or `https` address, without a trailing slash.
pub(super) fn url(text: &Text) -> Result<String, Problem> {
    address(text, &["https", "http"], "an http or https address")
}

/// The address of an HTTP or SOCKS proxy.
pub(super) fn proxy_url(text: &Text) -> Result<String, Problem> {
    let schemes = ["http", "https", "socks5h", "socks5", "socks4a", "socks4"];
    address(text, &schemes, "an http, https or socks address")
}

fn address(text: &Text, schemes: &[&str], what: &str) -> Result<String, Problem> {
    let value = text.get_ref().trim();
    let may_hold_secret = value.contains(['@', '?', '#']);
    let problem = |message: &str| Problem::new(text.span(), message).with_secret(may_hold_secret);
    let parsed = Url::parse(value).map_err(|_| {
        problem(&format!("this is not {what}"))
            .with_hint("\"https://HOST\" or \"https://HOST/PATH\"")
    })?;
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return Err(problem("a user or password stands in the address")
            .with_hint("use username = \"…\" and password = { … }"));
    }
    if !schemes.contains(&parsed.scheme()) || parsed.host_str().is_none_or(str::is_empty) {
        let begins: Vec<String> = schemes
            .iter()
            .map(|scheme| format!("\"{scheme}://\""))
            .collect();
        let message = match may_hold_secret {
            true => format!("this is not {what}"),
            false => format!("{value:?} is not {what}"),
        };
        return Err(problem(&message).with_hint(format!("it begins with {}", begins.join(" or "))));
    }
    if parsed.query().is_some() || parsed.fragment().is_some() {
        return Err(problem("the address has a part after ? or #").with_hint("leave that part out"));
    }
    Ok(value.trim_end_matches('/').to_owned())
}
