//! What packagers take along: completions and the manual page, both made from the definition.

use std::io::{self, Write};

use clap::CommandFactory as _;
use clap_mangen::Man;

use super::Cli;

/// Writes a shell's completions.
///
/// # Errors
/// When they cannot be written.
pub fn write_completions(shell: clap_complete::Shell, out: &mut dyn Write) -> io::Result<()> {
    // Into memory first: the generator panics where it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "hubwatch", &mut script);
    out.write_all(&script)
}

/// Writes the manual page in roff, with a section for each command.
///
/// # Errors
/// When it cannot be written.
pub fn write_man(out: &mut dyn Write) -> io::Result<()> {
    let page = Man::new(Cli::command());
    page.render_title(out)?;
    page.render_name_section(out)?;
    page.render_synopsis_section(out)?;
    page.render_description_section(out)?;
    page.render_options_section(out)?;
    for command in Cli::command().get_subcommands() {
        write_command(command.clone(), out)?;
    }
    out.write_all(LAST_SECTIONS.as_bytes())?;
    page.render_version_section(out)
}

// A section of the one page: the generator would give each command a page of its own.
fn write_command(command: clap::Command, out: &mut dyn Write) -> io::Result<()> {
    let title = format!("hubwatch {}", command.get_name()).to_uppercase();
    let about = command.get_about().cloned().unwrap_or_default();
    writeln!(out, ".SH \"{title}\"\n{}", escape_roff(&about.to_string()))?;
    let page = Man::new(command.disable_help_flag(true));
    let mut options = Vec::new();
    page.render_options_section(&mut options)?;
    let options = String::from_utf8_lossy(&options);
    let below_heading = options.lines().skip_while(|line| !line.starts_with(".SH"));
    for line in below_heading.skip(1) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

fn escape_roff(text: &str) -> String {
    text.replace('\\', "\\e").replace('-', "\\-")
}

const LAST_SECTIONS: &str = r#".SH "EXIT STATUS"
2 for a usage or configuration error.
.PP
.B hubwatch check
follows the convention of monitoring plugins instead:
0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN; a usage or configuration error and a time\-out are 3.
.PP
The commands that act on incidents: 0 all done or already so, 1 something was refused,
3 whether something was done is not known.
.SH ENVIRONMENT
.TP
.B HUBWATCH_CONFIG
The configuration, where \-\-config names none.
.TP
.B NO_COLOR
Set and not empty: no colours.
.SH FILES
.TP
.I $XDG_CONFIG_HOME/hubwatch/config.toml
The configuration, where nothing names another.
"#;
