//! `[display]`: how this screen shows things to its user.

use crate::domain::zone::Zone;
use serde::Deserialize;

use super::super::problem::{Problem, Problems};
use super::Text;
use super::team::zone;
use super::values::value_or;
use crate::domain::settings::TerminalBackground;

/// The text of `config.example.toml` that explains these keys.
pub(super) const EXAMPLE: &str = r#"[display]
# The zone of the times on this screen: "local" ($TZ, else the machine's) or an IANA name. Verdict and
# deadlines use the zone of [team].
zone = "local"
# Your terminal's background: "dark", "light", or "auto", which asks the terminal. If the terminal does not answer
# (mosh, GNU screen, tmux before 3.4), only the verdict is coloured and all else is bold or dim: set it here then.
background = "auto"
"#;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawDisplay {
    pub zone: Option<Text>,
    pub background: Option<Text>,
}

/// The time zone of the times on this screen. The default is `local`.
pub(super) fn display_zone(display: &RawDisplay, local: Zone, problems: &mut Problems) -> Zone {
    let rule = |text: &Text| match text.get_ref().as_str() {
        "local" => Ok(local),
        _ => zone(text),
    };
    value_or(local, display.zone.as_ref(), rule, problems)
}

/// The terminal's background. By default hubwatch asks the terminal.
pub(super) fn display_background(
    display: &RawDisplay,
    problems: &mut Problems,
) -> TerminalBackground {
    let rule = |text: &Text| match text.get_ref().as_str() {
        "auto" => Ok(TerminalBackground::Auto),
        "dark" => Ok(TerminalBackground::Dark),
        "light" => Ok(TerminalBackground::Light),
        other => {
            let problem = Problem::new(text.span(), format!("there is no background {other:?}"));
            Err(problem.with_hint("\"auto\" (the terminal is asked), \"dark\" or \"light\""))
        }
    };
    let default = TerminalBackground::default();
    value_or(default, display.background.as_ref(), rule, problems)
}
