//! The capabilities of the terminal, derived from the environment.

/// The colours that may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ColorSupport {
    /// No colours: bold, reverse and symbols carry the meaning.
    None,
    /// The sixteen colours that every colour terminal has.
    Ansi16,
    /// The 256 indexed colours.
    Ansi256,
    /// 24-bit colours.
    TrueColor,
}

/// The capabilities of the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    pub color: ColorSupport,
    /// Whether hubwatch may draw only ASCII.
    pub ascii: bool,
    /// Whether hubwatch may ask the terminal for its background. The Linux console would print the query.
    pub background_query: bool,
}

/// The environment variables and options that decide the capabilities.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TerminalEnv {
    /// `--no-color`.
    pub no_color_flag: bool,
    /// `--ascii`.
    pub ascii_flag: bool,
    /// `NO_COLOR`, which counts if it is not empty (no-color.org).
    pub no_color: Option<String>,
    /// `TERM`.
    pub term: Option<String>,
    /// `COLORTERM`.
    pub colorterm: Option<String>,
    /// `LC_ALL`.
    pub lc_all: Option<String>,
    /// `LC_CTYPE`.
    pub lc_ctype: Option<String>,
    /// `LANG`.
    pub lang: Option<String>,
}

impl TerminalEnv {
    /// Reads the environment. Called only once, at the start.
    pub fn from_process(no_color_flag: bool, ascii_flag: bool) -> Self {
        let read = |name| std::env::var(name).ok();
        Self {
            no_color_flag,
            ascii_flag,
            no_color: read("NO_COLOR"),
            term: read("TERM"),
            colorterm: read("COLORTERM"),
            lc_all: read("LC_ALL"),
            lc_ctype: read("LC_CTYPE"),
            lang: read("LANG"),
        }
    }
}

/// The `TERM` of terminals without colour. The empty text stands for an unset `TERM`.
const COLORLESS_TERMS: [&str; 6] = ["", "dumb", "vt100", "vt102", "vt220", "xterm-mono"];

/// The `TERM` of the Linux console. The console has sixteen colours, and its font lacks hubwatch's symbols.
const LINUX_CONSOLE: &str = "linux";

impl Capabilities {
    /// Derives the capabilities from the environment and the options.
    pub fn detect(hints: &TerminalEnv) -> Self {
        Self {
            color: color(hints),
            background_query: color(hints) != ColorSupport::None
                && term(hints) != LINUX_CONSOLE
                && !term(hints).contains("16color"),
            ascii: hints.ascii_flag || term(hints) == LINUX_CONSOLE || !is_utf8(hints),
        }
    }
}

fn term(hints: &TerminalEnv) -> &str {
    hints.term.as_deref().unwrap_or_default()
}

fn color(hints: &TerminalEnv) -> ColorSupport {
    let term = term(hints);
    let refused = hints.no_color_flag || is_set(&hints.no_color);
    if refused || COLORLESS_TERMS.contains(&term) {
        ColorSupport::None
    } else if term == LINUX_CONSOLE {
        ColorSupport::Ansi16
    } else if claims_true_color(hints) || term.ends_with("-direct") {
        ColorSupport::TrueColor
    } else if term.contains("256color") {
        ColorSupport::Ansi256
    } else {
        ColorSupport::Ansi16
    }
}

fn claims_true_color(hints: &TerminalEnv) -> bool {
    let promise = hints.colorterm.as_deref().unwrap_or_default();
    promise.eq_ignore_ascii_case("truecolor") || promise.eq_ignore_ascii_case("24bit")
}

/// Whether the locale uses UTF-8. As in POSIX, the first variable that is set counts; without any, the locale is C.
fn is_utf8(hints: &TerminalEnv) -> bool {
    let locale = [&hints.lc_all, &hints.lc_ctype, &hints.lang]
        .into_iter()
        .find(|value| is_set(value))
        .and_then(Option::as_deref)
        .unwrap_or_default()
        .to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

fn is_set(value: &Option<String>) -> bool {
    value.as_deref().is_some_and(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hints(term: &str, colorterm: &str, lang: &str) -> TerminalEnv {
        TerminalEnv {
            term: Some(term.to_owned()),
            colorterm: Some(colorterm.to_owned()),
            lang: Some(lang.to_owned()),
            ..TerminalEnv::default()
        }
    }

    #[test]
    fn colours_follow_the_terminal() {
        let cases = [
            ("xterm-256color", "truecolor", ColorSupport::TrueColor),
            ("xterm-256color", "24bit", ColorSupport::TrueColor),
            ("xterm-direct", "", ColorSupport::TrueColor),
            ("tmux-256color", "", ColorSupport::Ansi256),
            ("xterm", "", ColorSupport::Ansi16),
            ("linux", "truecolor", ColorSupport::Ansi16),
            ("dumb", "truecolor", ColorSupport::None),
            ("vt100", "", ColorSupport::None),
            ("", "", ColorSupport::None),
        ];
        for (term, colorterm, expected) in cases {
            let found = Capabilities::detect(&hints(term, colorterm, "C.UTF-8"));
            assert_eq!(found.color, expected, "{term} {colorterm}");
        }
    }

    #[test]
    fn colour_can_be_refused_two_ways() {
        let mut by_env = hints("xterm-256color", "", "C.UTF-8");
        by_env.no_color = Some("1".to_owned());
        assert_eq!(Capabilities::detect(&by_env).color, ColorSupport::None);
        by_env.no_color = Some(String::new());
        assert_eq!(Capabilities::detect(&by_env).color, ColorSupport::Ansi256);
        by_env.no_color_flag = true;
        assert_eq!(Capabilities::detect(&by_env).color, ColorSupport::None);
    }

    #[test]
    fn only_a_utf8_locale_gets_more_than_ascii() {
        for (lang, ascii) in [
            ("en_GB.UTF-8", false),
            ("de_DE.utf8", false),
            ("C", true),
            ("de_DE.ISO-8859-1", true),
            ("", true),
        ] {
            let found = Capabilities::detect(&hints("xterm", "", lang));
            assert_eq!(found.ascii, ascii, "{lang}");
        }
        assert!(Capabilities::detect(&hints("linux", "", "C.UTF-8")).ascii);
    }

    #[test]
    fn the_narrower_locale_variable_wins() {
        let mut hints = hints("xterm", "", "en_GB.UTF-8");
        hints.lc_all = Some("C".to_owned());
        assert!(Capabilities::detect(&hints).ascii);
        hints.lc_all = Some(String::new());
        assert!(!Capabilities::detect(&hints).ascii);
        hints.ascii_flag = true;
        assert!(Capabilities::detect(&hints).ascii);
    }
}
