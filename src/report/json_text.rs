//! JSON text that is safe to show on a terminal or to mail.

use std::fmt::Write;

use serde::Serialize;

/// The value as indented JSON, with escapes for all characters that control a terminal. JSON allows DEL, the C1
/// controls and direction marks, and their escapes have the same meaning.
///
/// # Errors
/// The value cannot be JSON, for example a map whose keys are not strings.
pub fn to_text(value: &impl Serialize) -> serde_json::Result<String> {
    Ok(escape_controls(&serde_json::to_string_pretty(value)?))
}

// Control characters occur only within strings. Between strings, JSON has printable ASCII, blanks and line ends.
fn escape_controls(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for char in json.chars() {
        if controls_terminal(char) {
            // Each character that controls a terminal is one UTF-16 unit, so one escape is enough.
            let _infallible = write!(text, "\\u{:04x}", u32::from(char));
        } else {
            text.push(char);
        }
    }
    text
}

fn controls_terminal(char: char) -> bool {
    matches!(char, '\u{7f}'..='\u{9f}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_it_controls_a_terminal_and_it_means_the_same() {
        let hostile: String = (0..=0xff_u8)
            .map(char::from)
            .chain(['\u{202e}', '\u{2066}', 'ä', '→', '🦀'])
            .collect();
        let text = to_text(&[&hostile]).unwrap();
        let raw: Vec<char> = text
            .chars()
            .filter(|char| {
                (char.is_control() && *char != '\n') || ('\u{2028}'..='\u{2069}').contains(char)
            })
            .collect();
        assert_eq!(raw, [] as [char; 0]);
        assert!(text.contains("\\u009b") && text.contains("\\u007f") && text.contains("→🦀"));
        let read: Vec<String> = serde_json::from_str(&text).unwrap();
        assert_eq!(read, [hostile]);
    }
}
