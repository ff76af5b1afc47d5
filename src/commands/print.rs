//! `hubwatch print`: prints files that are built into the program, for people without the repository.

use std::borrow::Cow;
use std::process::ExitCode;

use super::out;
use crate::cli::{EXIT_USAGE, ShippedFile};
use crate::config;

/// Prints a file.
pub fn run(file: ShippedFile) -> ExitCode {
    out::print_and_exit(&text(file), 0, EXIT_USAGE)
}

fn text(file: ShippedFile) -> Cow<'static, str> {
    match file {
        ShippedFile::Example => config::example().into(),
        ShippedFile::Preset => include_str!("../../assets/presets/2i2c.toml").into(),
        ShippedFile::Rules => include_str!("../../assets/rules/hub-alerts.yml").into(),
        ShippedFile::Keymap => include_str!("../../assets/keymap.toml").into(),
        ShippedFile::Theme => include_str!("../../assets/themes/default.toml").into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::keymap::Keymap;
    use crate::config::{ParseContext, parse};

    #[test]
    fn what_is_printed_can_be_used_as_it_is() {
        let around = ParseContext {
            home: Some("/home/ada".into()),
            ..ParseContext::bare("config.toml")
        };
        for file in [ShippedFile::Example, ShippedFile::Preset] {
            parse(&text(file), &around).unwrap();
        }
        text(ShippedFile::Keymap).parse::<Keymap>().unwrap();
        assert!(text(ShippedFile::Rules).contains("\ngroups:\n"));
        assert!(text(ShippedFile::Theme).parse::<toml::Table>().is_ok());
    }

    // To update the file: `hubwatch print example > config.example.toml`.
    #[test]
    fn the_example_in_the_repository_is_what_the_sections_say() {
        let (ours, file) = (config::example(), include_str!("../../config.example.toml"));
        for (ours, theirs) in ours.lines().zip(file.lines()) {
            assert_eq!(ours, theirs);
        }
        assert_eq!(ours.len(), file.len());
    }
}
