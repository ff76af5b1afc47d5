//! Checks requests to PagerDuty and GitHub, and the responses, against the OpenAPI files of PagerDuty and GitHub. Where
//! the files are missing, nothing is checked.

mod exceptions;
mod required;
mod samples;
mod schemas;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};

use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

use crate::aloud;
use required::Side;

const FILE: &str = "../shared/data/pagerduty-rest-openapiv3.json";
const GITHUB_FILE: &str = "../shared/data/github-issues-openapi.json";

/// A published OpenAPI file. A request or an answer with a key that the file does not describe violates it.
#[derive(Clone, Copy)]
pub struct OpenApi(&'static Loaded);

struct Loaded {
    document: Value,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

/// One operation of the file: `GET /incidents/{id}`.
struct Operation<'a> {
    name: String,
    said: &'a Value,
}

impl OpenApi {
    /// Reads PagerDuty's OpenAPI file once for all tests. If the file is missing, returns `None` and prints that the
    /// checks are skipped.
    pub fn load() -> Option<Self> {
        static LOADED: OnceLock<Option<Loaded>> = OnceLock::new();
        let loaded = LOADED.get_or_init(|| {
            let document = read(FILE, "PagerDuty's OpenAPI file")?;
            Some(Loaded::new(document, exceptions::exceptions()))
        });
        loaded.as_ref().map(Self)
    }

    /// Reads GitHub's OpenAPI file of issues and contents once for all tests. If the file is missing, returns `None`
    /// and prints that the checks are skipped.
    pub fn load_github() -> Option<Self> {
        static LOADED: OnceLock<Option<Loaded>> = OnceLock::new();
        let loaded = LOADED.get_or_init(|| {
            let document = read(GITHUB_FILE, "GitHub's OpenAPI file")?;
            Some(Loaded::new(document, Vec::new()))
        });
        loaded.as_ref().map(Self)
    }

    /// Whether a request conforms to the OpenAPI file: its path, its query parameters (names with brackets, values as
    /// text), the required headers, and the body. `Err` lists every violation.
    pub fn check_request(
        self,
        method: &str,
        path: &str,
        query: &[(String, String)],
        headers: &[(String, String)],
        body: Option<&Value>,
    ) -> Result<(), Vec<String>> {
        let operation = self.0.operation(method, path)?;
        let mut wrongs = self.0.query_wrongs(&operation, query);
        wrongs.extend(self.0.header_wrongs(&operation, headers, body.is_some()));
        wrongs.extend(self.0.body_wrongs(&operation, body));
        if wrongs.is_empty() {
            Ok(())
        } else {
            Err(wrongs)
        }
    }

    /// Whether an answer to `method path` conforms to the OpenAPI file. `Err` lists every violation.
    pub fn check_response(
        self,
        method: &str,
        path: &str,
        status: u16,
        body: &Value,
    ) -> Result<(), Vec<String>> {
        let operation = self.0.operation(method, path)?;
        let wrongs = self.0.answer_wrongs(&operation, status, body);
        if wrongs.is_empty() {
            Ok(())
        } else {
            Err(wrongs)
        }
    }
}

fn read(file: &str, name: &str) -> Option<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let Ok(text) = std::fs::read_to_string(&path) else {
        aloud::skipped(&format!("{name} is not at {file}"));
        return None;
    };
    Some(serde_json::from_str(&text).expect("the file is JSON"))
}

impl Loaded {
    fn new(mut document: Value, exceptions: Vec<exceptions::Exception>) -> Self {
        for exception in exceptions {
            let (parent, key) = exception.at.rsplit_once('/').expect("a pointer");
            let place = document.pointer_mut(parent);
            let place =
                place.unwrap_or_else(|| panic!("{} is gone ({})", exception.at, exception.why));
            place[key] = exception.instead;
        }
        let validators = Mutex::default();
        Self {
            document,
            validators,
        }
    }

    /// The operation that a request matches. A path without parameters is preferred: `/users/me` is not `/users/{id}`.
    fn operation(&self, method: &str, path: &str) -> Result<Operation<'_>, Vec<String>> {
        let paths = self.document["paths"].as_object().expect("paths");
        let fitting = paths.iter().filter(|(template, _)| fits(template, path));
        let Some((template, item)) =
            fitting.min_by_key(|(template, _)| template.matches('{').count())
        else {
            return Err(vec![format!("{path}: no such path")]);
        };
        let Some(said) = item.get(method.to_ascii_lowercase()) else {
            return Err(vec![format!("{method} {template}: no such method")]);
        };
        let name = format!("{} {template}", method.to_ascii_uppercase());
        Ok(Operation { name, said })
    }

    fn parameters<'a>(&'a self, operation: &Operation<'a>, place: &str) -> Vec<&'a Value> {
        let listed = operation.said["parameters"]
            .as_array()
            .into_iter()
            .flatten();
        let resolved = listed.map(|raw| schemas::resolved(&self.document, raw));
        resolved
            .filter(|parameter| parameter["in"] == place)
            .collect()
    }

    fn query_wrongs(&self, operation: &Operation<'_>, query: &[(String, String)]) -> Vec<String> {
        let declared = self.parameters(operation, "query");
        let is_excepted = |name: &str| {
            exceptions::PARAMETERS
                .iter()
                .any(|(endpoint, known, _)| *endpoint == operation.name && *known == name)
        };
        let mut wrongs = Vec::new();
        for (name, value) in query.iter().filter(|(name, _)| !is_excepted(name)) {
            match declared
                .iter()
                .find(|parameter| parameter["name"] == name.as_str())
            {
                None => wrongs.push(format!("{}: no query parameter `{name}`", operation.name)),
                Some(parameter) => wrongs.extend(value_wrong(&parameter["schema"], name, value)),
            }
        }
        let demanded = declared
            .iter()
            .filter(|parameter| parameter["required"] == true);
        let absent = demanded.filter(|parameter| {
            !query
                .iter()
                .any(|(name, _)| parameter["name"] == name.as_str())
        });
        wrongs.extend(
            absent.map(|parameter| format!("query parameter {} is missing", parameter["name"])),
        );
        wrongs
    }

    fn header_wrongs(
        &self,
        operation: &Operation<'_>,
        headers: &[(String, String)],
        has_body: bool,
    ) -> Vec<String> {
        let sent = |wanted: &str| {
            headers
                .iter()
                .any(|(name, value)| name.eq_ignore_ascii_case(wanted) && !value.is_empty())
        };
        let declared = self.parameters(operation, "header");
        let demanded = declared
            .iter()
            .filter(|parameter| parameter["required"] == true);
        let names = demanded.filter_map(|parameter| parameter["name"].as_str());
        names
            .filter(|name| !exceptions::is_header_demanded_in_vain(name, has_body))
            .chain(["Authorization"])
            .filter(|name| !sent(name))
            .map(|name| format!("{}: header {name} is missing", operation.name))
            .collect()
    }

    fn body_wrongs(&self, operation: &Operation<'_>, body: Option<&Value>) -> Vec<String> {
        let declared = operation
            .said
            .get("requestBody")
            .map(|raw| schemas::resolved(&self.document, raw));
        match (declared, body) {
            (None, None) => Vec::new(),
            (None, Some(_)) => vec![format!("{}: takes no body", operation.name)],
            (Some(_), None) => vec![format!("{}: its body is missing", operation.name)],
            (Some(declared), Some(body)) => {
                self.wrongs(operation, Side::Request, "body", declared, body)
            }
        }
    }

    fn answer_wrongs(&self, operation: &Operation<'_>, status: u16, body: &Value) -> Vec<String> {
        if exceptions::is_anyones_answer(status) {
            return Vec::new();
        }
        let code = status.to_string();
        let Some(declared) = operation.said["responses"].get(&code) else {
            return vec![format!("{}: no answer {code}", operation.name)];
        };
        let declared = schemas::resolved(&self.document, declared);
        self.wrongs(operation, Side::Answer, &code, declared, body)
    }

    fn wrongs(
        &self,
        operation: &Operation<'_>,
        side: Side,
        what: &str,
        declared: &Value,
        body: &Value,
    ) -> Vec<String> {
        let mut wrongs = Vec::new();
        match declared.pointer("/content/application~1json/schema") {
            Some(raw) => {
                let key = format!("{} {what}", operation.name);
                let validator = self.validator(key, raw, side);
                wrongs.extend(validator.iter_errors(body).map(|error| in_words(&error)));
            }
            None if body.is_null() => return wrongs,
            None => wrongs.push(format!("{} {what}: has no JSON body", operation.name)),
        }
        // In an error response, no field is required, since hubwatch does not rely on its fields.
        if side == Side::Request || what.starts_with('2') {
            wrongs.extend(required::missing(&operation.name, side, body));
        }
        wrongs
    }

    fn validator(&self, key: String, raw: &Value, side: Side) -> Arc<Validator> {
        let mut validators = self
            .validators
            .lock()
            .expect("no test panics while it holds this");
        let built = validators.entry(key).or_insert_with(|| {
            let schema = schemas::strict(&self.document, raw, side);
            let options = jsonschema::draft202012::options().should_validate_formats(true);
            Arc::new(options.build(&schema).expect("a schema"))
        });
        Arc::clone(built)
    }
}

fn fits(template: &str, path: &str) -> bool {
    let is_same =
        |(want, got): (&str, &str)| want == got || (want.starts_with('{') && !got.is_empty());
    template.split('/').count() == path.split('/').count()
        && template.split('/').zip(path.split('/')).all(is_same)
}

fn value_wrong(schema: &Value, name: &str, value: &str) -> Option<String> {
    let item = schema.get("items").unwrap_or(schema);
    let words = item["enum"].as_array();
    let is_known = words.is_none_or(|words| words.iter().any(|word| word == value));
    let is_typed = match item["type"].as_str() {
        Some("integer") => value.parse::<i64>().is_ok(),
        Some("boolean") => ["0", "1", "true", "false"].contains(&value),
        _ => item["format"] != "date-time" || chrono::DateTime::parse_from_rfc3339(value).is_ok(),
    };
    let is_page = name != "limit" || value.parse().is_ok_and(|limit| (1..=100).contains(&limit));
    (!(is_known && is_typed && is_page)).then(|| format!("query parameter {name}: not `{value}`"))
}

/// The place of an error, and what is wrong there. If the value may have one of several forms, the errors are those of
/// the form with the fewest errors.
fn in_words(error: &ValidationError<'_>) -> String {
    match error.kind() {
        ValidationErrorKind::AnyOf { context } => {
            let is_null_form = |errors: &[ValidationError<'_>]| {
                let is_at =
                    |error: &ValidationError<'_>| error.schema_path().as_str().ends_with("/type");
                errors.len() == 1 && errors.iter().all(is_at)
            };
            let forms = context
                .iter()
                .filter(|errors| !is_null_form(errors))
                .chain(context);
            let nearest = forms.min_by_key(|errors| (is_null_form(errors), errors.len()));
            nearest
                .and_then(|errors| errors.first())
                .map_or_else(|| plainly(error), in_words)
        }
        _ => plainly(error),
    }
}

fn plainly(error: &ValidationError<'_>) -> String {
    format!("{}: {}", error.instance_path(), error.masked())
}
