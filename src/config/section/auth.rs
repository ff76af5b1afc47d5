//! How hubwatch authenticates to a source: the place of each secret, and headers.

use std::collections::BTreeMap;

use reqwest::header::{HeaderName, HeaderValue};
use serde::Deserialize;
use toml::Spanned;

use super::super::problem::{Problem, Problems};
use super::values::{not_empty, path};
use super::{ParseContext, Table, Text, TextMap, ValidationContext};
use crate::domain::settings::{AuthSettings, SecretRef};

/// The text of `config.example.toml` that explains these keys.
pub(super) const EXAMPLE: &str = r#"# Secrets are never written in this file. Name the place of each in one of three ways:
#   { env = "NAME" }                    an environment variable
#   { file = "PATH" }                   a file that holds it
#   { command = ["PROGRAM", "ARG"] }    a program that prints it, run once before the screen opens
"#;

/// The place of a secret. Exactly one of the three keys must be set.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawSecret {
    pub env: Option<Text>,
    pub file: Option<Text>,
    pub command: Option<Vec<Text>>,
}

const SECRET_FORMS: &str =
    "{ env = \"NAME\" }, { file = \"PATH\" } or { command = [\"PROGRAM\", \"ARGUMENT\"] }";

/// The place of a secret. An error unless exactly one of the three keys is set.
pub(super) fn secret_ref(
    raw: &Spanned<Table<RawSecret>>,
    around: &ParseContext,
) -> Result<SecretRef, Problem> {
    let places = raw.get_ref();
    match (&places.env, &places.file, &places.command) {
        (Some(name), None, None) => env_name(name).map(SecretRef::Env),
        (None, Some(file), None) => path(file, around).map(SecretRef::File),
        (None, None, Some(words)) => command(raw, words).map(SecretRef::Command),
        (None, None, None) => Err(Problem::new(
            raw.span(),
            "this does not say where the secret is",
        )
        .with_hint(SECRET_FORMS)),
        _ => Err(
            Problem::new(raw.span(), "the secret has more than one place")
                .with_hint(format!("one of {SECRET_FORMS}")),
        ),
    }
}

fn env_name(name: &Text) -> Result<String, Problem> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let value = not_empty(name)?;
    if value.chars().all(is_name) {
        return Ok(value);
    }
    Err(Problem::new(
        name.span(),
        "this is not the name of an environment variable",
    )
    .with_hint("the name, not the secret itself: { env = \"PAGERDUTY_TOKEN\" }")
    .with_secret(true))
}

fn command(raw: &Spanned<Table<RawSecret>>, words: &[Text]) -> Result<Vec<String>, Problem> {
    let words: Vec<String> = words.iter().map(|word| word.get_ref().clone()).collect();
    let has_program = words.first().is_some_and(|program| !program.is_empty());
    if has_program {
        return Ok(words);
    }
    Err(Problem::new(raw.span(), "the command names no program")
        .with_hint("{ command = [\"pass\", \"show\", \"pagerduty\"] }"))
}

/// The keys of a source's credentials.
pub(super) struct CredentialKeys<'a> {
    pub username: Option<&'a Text>,
    pub password: Option<&'a Spanned<Table<RawSecret>>>,
    pub bearer: Option<&'a Spanned<Table<RawSecret>>>,
}

/// The credentials: none, a user with a password, or a bearer token. Errors if a user or a password is given together
/// with a bearer token, or if only one of user and password is given.
pub(super) fn auth(
    given: &CredentialKeys<'_>,
    around: &ParseContext,
) -> Result<AuthSettings, Problem> {
    match (given.username, given.password, given.bearer) {
        (None, None, None) => Ok(AuthSettings::None),
        (None, None, Some(bearer)) => secret_ref(bearer, around).map(AuthSettings::Bearer),
        (Some(username), Some(password), None) => Ok(AuthSettings::Basic {
            username: user_name(username)?,
            password: secret_ref(password, around)?,
        }),
        (_, _, Some(bearer)) => Err(Problem::new(
            bearer.span(),
            "both a bearer token and a user or password are given",
        )
        .with_hint("leave one out")),
        (Some(username), None, None) => Err(Problem::new(
            username.span(),
            "there is a user without a password",
        )
        .with_hint(format!("add password = {SECRET_FORMS}"))),
        (None, Some(password), None) => Err(Problem::new(
            password.span(),
            "there is a password without a user",
        )
        .with_hint("add username = \"…\"")),
    }
}

// A user name must not contain a colon (RFC 7617).
fn user_name(text: &Text) -> Result<String, Problem> {
    let name = not_empty(text)?;
    if name.contains(':') {
        return Err(Problem::new(text.span(), "a user name cannot hold a colon")
            .with_hint("give the password as password = { … }")
            .with_secret(true));
    }
    Ok(name)
}

impl ValidationContext<'_> {
    /// How hubwatch authenticates to a source. If a rule is broken, the problem is recorded and the credentials are
    /// empty.
    pub(super) fn auth(&mut self, given: &CredentialKeys<'_>) -> AuthSettings {
        let auth = auth(given, self.parse_context);
        self.problems.ok_or_add(auth).unwrap_or_default()
    }
}

/// The headers. A name or value that is invalid in HTTP is a problem.
pub(super) fn headers(map: &TextMap, problems: &mut Problems) -> BTreeMap<String, String> {
    for (name, value) in map {
        if HeaderName::from_bytes(name.get_ref().as_bytes()).is_err() {
            let message = format!("{:?} is not a header's name", name.get_ref());
            problems.add(Problem::new(name.span(), message).with_secret(true));
        }
        if HeaderValue::from_str(value.get_ref()).is_err() {
            let message = "a header cannot hold this value";
            problems.add(Problem::new(value.span(), message).with_secret(true));
        }
    }
    plain_map(map)
}

/// The map without the positions of its keys and values in the text.
pub(super) fn plain_map(map: &TextMap) -> BTreeMap<String, String> {
    map.iter()
        .map(|(name, value)| (name.get_ref().clone(), value.get_ref().clone()))
        .collect()
}
