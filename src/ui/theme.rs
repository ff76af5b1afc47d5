//! How each meaning looks. The shipped themes are `assets/themes/*.toml`, in the binary.

use std::collections::BTreeMap;

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;

use crate::text::{Meaning, Symbols};

const DEFAULT: &str = include_str!("../../assets/themes/default.toml");
const NO_COLOR: &str = include_str!("../../assets/themes/no-color.toml");

/// How many colours there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ColorLevel {
    /// None: weight, reversal and underlining only.
    None,
    /// The sixteen that the terminal's own palette gives.
    Ansi16,
    /// 256 and more.
    Ansi256,
}

/// A look for each meaning, and the symbols.
#[derive(Clone, Debug)]
pub struct Theme {
    styles: BTreeMap<Meaning, Style>,
    symbols: &'static Symbols,
}

/// A theme that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ThemeError {
    /// It is not TOML of the shape that is meant, or names a meaning that there is not.
    #[error("{0}")]
    Toml(#[from] toml::de::Error),
    /// A colour that there is not.
    #[error("`{0}` is no colour: write a name such as `red`, a number up to 255, or `#rrggbb`")]
    UnknownColor(String),
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum TextModifier {
    Bold,
    Dim,
    Italic,
    Underlined,
    Reversed,
    CrossedOut,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct StyleSpec {
    fg: Option<String>,
    bg: Option<String>,
    fg16: Option<String>,
    bg16: Option<String>,
    mods: Vec<TextModifier>,
}

impl Theme {
    /// The shipped theme for what the terminal can do. That it can be read is tested; were it not,
    /// everything would be plain, and the symbols and words still say it all.
    pub fn new(color: ColorLevel, ascii: bool) -> Self {
        let text = match color {
            ColorLevel::None => NO_COLOR,
            ColorLevel::Ansi16 | ColorLevel::Ansi256 => DEFAULT,
        };
        Self::parse(text, color, ascii).unwrap_or_else(|_| Self {
            styles: BTreeMap::new(),
            symbols: Symbols::for_terminal(ascii),
        })
    }

    /// A theme from its text. A meaning that it does not name is plain.
    pub fn parse(text: &str, color: ColorLevel, ascii: bool) -> Result<Self, ThemeError> {
        let looks: BTreeMap<Meaning, StyleSpec> = toml::from_str(text)?;
        let styles = looks
            .iter()
            .map(|(meaning, look)| Ok((*meaning, style(look, color)?)))
            .collect::<Result<_, ThemeError>>()?;
        Ok(Self {
            styles,
            symbols: Symbols::for_terminal(ascii),
        })
    }

    /// How a meaning looks.
    pub fn style(&self, meaning: Meaning) -> Style {
        self.styles.get(&meaning).copied().unwrap_or_default()
    }

    /// The symbols.
    pub fn symbols(&self) -> &'static Symbols {
        self.symbols
    }
}

fn style(look: &StyleSpec, level: ColorLevel) -> Result<Style, ThemeError> {
    let few = level < ColorLevel::Ansi256;
    let pick = |many: &Option<String>, sixteen: &Option<String>| {
        let chosen = sixteen.as_ref().filter(|_| few).or(many.as_ref());
        chosen.map(|name| color(name)).transpose()
    };
    let (fg, bg) = (pick(&look.fg, &look.fg16)?, pick(&look.bg, &look.bg16)?);
    let mut style = Style::new().add_modifier(modifiers(&look.mods));
    if level > ColorLevel::None {
        style.fg = fg;
        style.bg = bg;
    }
    Ok(style)
}

fn color(name: &str) -> Result<Color, ThemeError> {
    name.parse()
        .map_err(|_| ThemeError::UnknownColor(name.to_owned()))
}

fn modifiers(mods: &[TextModifier]) -> Modifier {
    let one = |it: &TextModifier| match it {
        TextModifier::Bold => Modifier::BOLD,
        TextModifier::Dim => Modifier::DIM,
        TextModifier::Italic => Modifier::ITALIC,
        TextModifier::Underlined => Modifier::UNDERLINED,
        TextModifier::Reversed => Modifier::REVERSED,
        TextModifier::CrossedOut => Modifier::CROSSED_OUT,
    };
    mods.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator;

    use super::*;

    #[test]
    fn the_shipped_themes_name_every_meaning() {
        for (text, level) in [(DEFAULT, ColorLevel::Ansi16), (NO_COLOR, ColorLevel::None)] {
            let theme = Theme::parse(text, level, false).unwrap();
            for meaning in Meaning::iter() {
                assert!(theme.styles.contains_key(&meaning), "{meaning}");
            }
        }
    }

    #[test]
    fn without_colours_there_is_none() {
        let theme = Theme::parse(DEFAULT, ColorLevel::None, true).unwrap();
        let colours = |style: &Style| style.fg.or(style.bg);
        assert!(theme.styles.values().all(|style| colours(style).is_none()));
        assert!(!NO_COLOR.contains("fg") && !NO_COLOR.contains("bg"));
    }

    #[test]
    fn sixteen_colours_are_kept_to() {
        let theme = Theme::parse(DEFAULT, ColorLevel::Ansi16, false).unwrap();
        let indexed = |style: &Style| matches!(style.fg, Some(Color::Indexed(_) | Color::Rgb(..)));
        assert!(!theme.styles.values().any(indexed));
    }

    #[test]
    fn a_colour_that_there_is_not_is_named() {
        let error = Theme::parse("[ok]\nfg = \"grue\"", ColorLevel::Ansi256, false).unwrap_err();
        assert!(error.to_string().contains("`grue`"));
    }
}
