//! The style of each meaning. The default themes are `assets/themes/*.toml`, embedded in the binary.

use std::collections::BTreeMap;

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;

use crate::text::{Meaning, Symbols};

const DEFAULT: &str = include_str!("../../assets/themes/default.toml");
const NO_COLOR: &str = include_str!("../../assets/themes/no-color.toml");

/// How many colours the terminal has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ColorLevel {
    /// No colours, only attributes such as bold, reversed and underlined.
    None,
    /// The sixteen colours of the terminal's own palette.
    Ansi16,
    /// 256 colours or more.
    Ansi256,
}

/// The terminal's background.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Background {
    /// The background is not known, or is neither dark nor light. On such a background, theme colours may be
    /// unreadable.
    #[default]
    Unknown,
    /// Nearly black.
    Dark,
    /// Nearly white.
    Light,
}

impl Background {
    /// The class of a background with this relative luminance. The luminance is 0 for black and 1 for white.
    pub fn from_luminance(luminance: f64) -> Self {
        match luminance {
            ..0.08 => Self::Dark,
            0.6.. => Self::Light,
            _ => Self::Unknown,
        }
    }
}

/// A style for each meaning, and the symbols.
#[derive(Clone, Debug)]
pub struct Theme {
    styles: BTreeMap<Meaning, Style>,
    symbols: &'static Symbols,
}

// A colour of a theme file. For a name that is not a colour, the parser reports the line.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
struct ThemeColor(Color);

impl TryFrom<String> for ThemeColor {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let color = name.parse().map(Self);
        color.map_err(|_| {
            format!("`{name}` is not a colour: write a name such as `red`, a number up to 255, or `#rrggbb`")
        })
    }
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
    fg: Option<ThemeColor>,
    bg: Option<ThemeColor>,
    fg_light: Option<ThemeColor>,
    mods: Vec<TextModifier>,
}

impl Theme {
    /// The default theme for these capabilities. The background is not known.
    pub fn new(color: ColorLevel, ascii: bool) -> Self {
        Self::on_background(color, Background::Unknown, ascii)
    }

    /// The default theme for these capabilities of the terminal. Tests check that text in its colours is readable.
    /// Without colours, symbols and words say everything.
    ///
    /// The sixteen colours come from the terminal's palette, and any of them may be unreadable on the terminal's
    /// background. The theme's own colours may be unreadable if the background is not known. In both cases the theme
    /// uses attributes such as bold in place of colours, as it does without colours.
    pub fn on_background(color: ColorLevel, background: Background, ascii: bool) -> Self {
        let symbols = Symbols::for_terminal(ascii);
        let styles = match (color, background) {
            (ColorLevel::None | ColorLevel::Ansi16, _) => parse(NO_COLOR, background),
            (ColorLevel::Ansi256, Background::Unknown) => parse(NO_COLOR, background)
                .and_then(|plain| Ok(with_own_background(plain, parse(DEFAULT, background)?))),
            (ColorLevel::Ansi256, _) => parse(DEFAULT, background),
        };
        Self {
            styles: styles.unwrap_or_default(),
            symbols,
        }
    }

    /// The style of a meaning.
    pub fn style(&self, meaning: Meaning) -> Style {
        self.styles.get(&meaning).copied().unwrap_or_default()
    }

    pub fn symbols(&self) -> &'static Symbols {
        self.symbols
    }
}

// Parses a theme. A meaning that the theme does not mention has a plain style.
fn parse(text: &str, background: Background) -> Result<BTreeMap<Meaning, Style>, toml::de::Error> {
    let looks: BTreeMap<Meaning, StyleSpec> = toml::from_str(text)?;
    let styles = looks.into_iter();
    let styles = styles.map(|(meaning, look)| (meaning, style(&look, background)));
    Ok(styles.collect())
}

// Adds the colours of styles that set their own background. Such styles are readable on any background.
fn with_own_background(
    mut plain: BTreeMap<Meaning, Style>,
    coloured: BTreeMap<Meaning, Style>,
) -> BTreeMap<Meaning, Style> {
    plain.extend(coloured.into_iter().filter(|(_, style)| style.bg.is_some()));
    plain
}

fn style(look: &StyleSpec, background: Background) -> Style {
    let fg = match background {
        Background::Light => look.fg_light.or(look.fg),
        Background::Dark | Background::Unknown => look.fg,
    };
    let mut style = Style::new().add_modifier(modifiers(&look.mods));
    style.fg = fg.map(|color| color.0);
    style.bg = look.bg.map(|color| color.0);
    style
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
    use crate::terminal::background::Rgb;

    const ALL: [Background; 3] = [Background::Unknown, Background::Dark, Background::Light];

    /// Common background colours: black and white, and the dark and the light one of Solarized.
    const BACKGROUNDS: [(Background, &str); 4] = [
        (Background::Dark, "#000000"),
        (Background::Dark, "#002b36"),
        (Background::Light, "#ffffff"),
        (Background::Light, "#fdf6e3"),
    ];

    /// The smallest contrast ratio for text (WCAG 2, AA).
    const TEXT: f64 = 4.5;

    /// The smallest contrast ratio for frames.
    const LINES: f64 = 3.0;

    fn contrast(one: f64, other: f64) -> f64 {
        let (bright, dark) = if one > other {
            (one, other)
        } else {
            (other, one)
        };
        (bright + 0.05) / (dark + 0.05)
    }

    fn luminance(rgb: &str) -> f64 {
        Rgb::parse(rgb).unwrap().luminance()
    }

    /// The luminance of a palette entry. From 16 on, all terminals have the same palette: a colour cube, and grays.
    fn palette_luminance(color: Color) -> f64 {
        let Color::Indexed(index @ 16..) = color else {
            panic!("{color:?} is the terminal's own");
        };
        let step = |at: u8| if at == 0 { 0 } else { 55 + 40 * at };
        let (red, green, blue) = match index {
            232.. => {
                let gray = 8 + 10 * (index - 232);
                (gray, gray, gray)
            }
            _ => {
                let index = index - 16;
                (step(index / 36), step(index / 6 % 6), step(index % 6))
            }
        };
        Rgb { red, green, blue }.luminance()
    }

    #[test]
    fn a_wrong_theme_says_what_is_wrong_and_in_which_line() {
        let says = |text: &str| parse(text, Background::Dark).unwrap_err().to_string();
        let colour = says("[dim]\nfg = \"blueish\"");
        assert!(
            colour.contains("`blueish` is not a colour") && colour.contains("line 2"),
            "{colour}"
        );
        let meaning = says("[dim]\nfg = \"red\"\n[dimm]\nfg = \"red\"");
        assert!(
            meaning.contains("dimm") && meaning.contains("line 3"),
            "{meaning}"
        );
    }

    #[test]
    fn every_text_can_be_read_on_every_background() {
        for (background, rgb) in BACKGROUNDS {
            assert_eq!(Background::from_luminance(luminance(rgb)), background);
            let theme = Theme::on_background(ColorLevel::Ansi256, background, false);
            for meaning in Meaning::iter() {
                let style = theme.style(meaning);
                // Text in the terminal's own colour needs no contrast check.
                let Some(fg) = style.fg else {
                    assert_eq!(
                        style.bg, None,
                        "{meaning}: sets a background but no text colour"
                    );
                    continue;
                };
                let under = style.bg.map_or_else(|| luminance(rgb), palette_luminance);
                let found = contrast(palette_luminance(fg), under);
                let needed = if meaning == Meaning::Border {
                    LINES
                } else {
                    TEXT
                };
                assert!(found >= needed, "{meaning} on {rgb}: {found:.1}:1");
            }
        }
    }

    #[test]
    fn where_the_background_is_not_known_nothing_is_coloured_that_does_not_bring_its_own() {
        let theme = Theme::new(ColorLevel::Ansi256, false);
        let plain = Theme::new(ColorLevel::None, false);
        let mut coloured = 0;
        for meaning in Meaning::iter() {
            match theme.style(meaning) {
                Style {
                    fg: Some(fg),
                    bg: Some(bg),
                    ..
                } => {
                    let found = contrast(palette_luminance(fg), palette_luminance(bg));
                    assert!(found >= TEXT, "{meaning}: {found:.1}:1");
                    coloured += 1;
                }
                style => assert_eq!(style, plain.style(meaning), "{meaning}"),
            }
        }
        assert!(coloured >= 4, "the verdict has its colours everywhere");
    }

    #[test]
    fn no_colour_of_the_terminals_own_sixteen_and_no_dimness_carries_a_meaning() {
        for (level, background) in [ColorLevel::None, ColorLevel::Ansi16]
            .into_iter()
            .flat_map(|level| ALL.map(|background| (level, background)))
        {
            let theme = Theme::on_background(level, background, true);
            for meaning in Meaning::iter() {
                let style = theme.style(meaning);
                assert_eq!((style.fg, style.bg), (None, None), "{meaning}");
                assert!(!style.add_modifier.contains(Modifier::DIM), "{meaning}");
            }
        }
        assert!(!NO_COLOR.contains("fg") && !NO_COLOR.contains("bg"));
    }

    #[test]
    fn what_must_be_acted_on_weighs_more_than_the_rest_without_colours_too() {
        for (level, background) in [
            (ColorLevel::Ansi16, Background::Unknown),
            (ColorLevel::Ansi256, Background::Unknown),
            (ColorLevel::Ansi256, Background::Dark),
            (ColorLevel::Ansi256, Background::Light),
        ] {
            let theme = Theme::on_background(level, background, false);
            let is_bold = |meaning| theme.style(meaning).add_modifier.contains(Modifier::BOLD);
            for meaning in [
                Meaning::Critical,
                Meaning::BadgeCritical,
                Meaning::Rank1,
                Meaning::Nobody,
                Meaning::ClockOver,
            ] {
                assert!(is_bold(meaning), "{meaning} at {level:?} on {background:?}");
            }
            assert!(!is_bold(Meaning::Dim) && !is_bold(Meaning::Plain));
        }
    }

    #[test]
    fn the_shipped_themes_name_every_meaning() {
        for text in [DEFAULT, NO_COLOR] {
            let styles = parse(text, Background::Light).unwrap();
            for meaning in Meaning::iter() {
                assert!(styles.contains_key(&meaning), "{meaning}");
            }
        }
    }

    #[test]
    fn a_colour_that_there_is_not_is_named() {
        let error = parse("[ok]\nfg = \"grue\"", Background::Dark).unwrap_err();
        assert!(error.to_string().contains("`grue`"));
    }
}
