//! The theme, which fits the terminal's capabilities and, once it is known, the terminal's background.

use crate::domain::settings::TerminalBackground;
use crate::terminal::background::Rgb;
use crate::terminal::capabilities::{Capabilities, ColorSupport};
use crate::ui::theme::{Background, ColorLevel, Theme};

/// The theme, and the settings that it depends on.
pub struct Appearance {
    color: ColorLevel,
    ascii: bool,
    asks_background: bool,
    theme: Theme,
}

impl Appearance {
    /// The appearance for a terminal's capabilities and the configured background. With `Auto` the terminal is asked
    /// later.
    pub fn new(can: Capabilities, background: TerminalBackground) -> Self {
        let color = match can.color {
            ColorSupport::None => ColorLevel::None,
            ColorSupport::Ansi16 => ColorLevel::Ansi16,
            ColorSupport::Ansi256 | ColorSupport::TrueColor => ColorLevel::Ansi256,
        };
        let known = match background {
            TerminalBackground::Auto => Background::Unknown,
            TerminalBackground::Dark => Background::Dark,
            TerminalBackground::Light => Background::Light,
        };
        Self {
            color,
            ascii: can.ascii,
            asks_background: can.background_query && background == TerminalBackground::Auto,
            theme: Theme::on_background(color, known, can.ascii),
        }
    }

    pub fn theme(&self) -> &Theme {
        &self.theme
    }

    /// Whether the terminal's answer about its background would change the theme.
    pub fn asks_background(&self) -> bool {
        self.asks_background
    }

    /// Uses the background that the terminal reported. A terminal that answers can draw 256 colours, whatever its
    /// `TERM` says.
    pub fn set_background(&mut self, color: Rgb) {
        if self.asks_background {
            self.color = ColorLevel::Ansi256;
            let background = Background::from_luminance(color.luminance());
            self.theme = Theme::on_background(self.color, background, self.ascii);
        }
    }
}

#[cfg(test)]
mod tests {
    use ratatui::style::Color;

    use super::*;
    use crate::terminal::capabilities::TerminalEnv;
    use crate::text::Meaning;

    fn appearance(term: &str, background: TerminalBackground) -> Appearance {
        let env = TerminalEnv {
            term: Some(term.to_owned()),
            lang: Some("C.UTF-8".to_owned()),
            ..TerminalEnv::default()
        };
        Appearance::new(Capabilities::detect(&env), background)
    }

    fn critical(it: &Appearance) -> Option<Color> {
        it.theme().style(Meaning::Critical).fg
    }

    fn answer(it: &mut Appearance, rgb: &str) {
        it.set_background(Rgb::parse(rgb).unwrap());
    }

    #[test]
    fn colours_come_with_the_answer_and_suit_it() {
        for term in ["xterm", "xterm-256color"] {
            let mut it = appearance(term, TerminalBackground::Auto);
            assert!(it.asks_background());
            assert_eq!(critical(&it), None, "nothing is guessed");
            answer(&mut it, "#ffffff");
            let light = critical(&it);
            answer(&mut it, "#002b36");
            assert!(light.is_some() && critical(&it).is_some() && critical(&it) != light);
            answer(&mut it, "#808080");
            assert_eq!(critical(&it), None, "neither suits");
        }
    }

    #[test]
    fn what_the_configuration_says_is_not_asked() {
        let mut it = appearance("xterm-256color", TerminalBackground::Light);
        let light = critical(&it);
        assert!(!it.asks_background() && light.is_some());
        answer(&mut it, "#000000");
        assert_eq!(critical(&it), light);
    }

    #[test]
    fn a_terminal_that_could_do_nothing_with_it_is_not_asked() {
        for term in ["dumb", "vt100", "linux", "xterm-16color"] {
            let it = appearance(term, TerminalBackground::Auto);
            assert!(!it.asks_background(), "{term}");
        }
    }
}
