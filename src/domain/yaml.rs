//! YAML texts. Their errors name the position.

use serde::de::DeserializeOwned;

/// Why a YAML text cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct YamlError {
    /// The line and the column, each from 1. `None` if the position is not known.
    place: Option<(u64, u64)>,
    /// The parser's message, without the position and the surrounding lines.
    reason: String,
}

impl YamlError {
    /// The position as it follows a file's name: `:3:7`. Empty if it is not known.
    pub fn position(&self) -> String {
        let shown = self.place.map(|(line, column)| format!(":{line}:{column}"));
        shown.unwrap_or_default()
    }
}

/// Reads a YAML text.
///
/// # Errors
/// If the text is not valid YAML, or has another structure than `T`.
pub fn parse<T: DeserializeOwned>(text: &str) -> Result<T, YamlError> {
    serde_saphyr::from_str(text).map_err(|error| {
        let place = error.location();
        let place = place.map(|place| (place.line(), place.column()));
        // The message begins with the position, and ends with the surrounding lines.
        let message = error.to_string();
        let first = message.lines().next().unwrap_or_default();
        let position = place.map(|(line, column)| format!("error: line {line} column {column}: "));
        let reason = position.and_then(|position| first.strip_prefix(&*position));
        YamlError {
            place,
            reason: reason.unwrap_or(first).to_owned(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_its_position_once() {
        let error = parse::<Vec<u8>>("\n  7\n").unwrap_err();
        assert_eq!(error.position(), ":2:3");
        assert!(!error.to_string().contains("line"), "{error}");
        let error = parse::<Vec<u8>>("[1, 2").unwrap_err();
        assert_eq!(error.position(), ":1:1");
        assert!(!error.to_string().contains("line"), "{error}");
    }
}
