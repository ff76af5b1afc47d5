//! Generates the shell completions and the manual page from the definition of the commands. Packagers use both.

use std::io::{self, Write};

use clap::CommandFactory as _;
use clap_mangen::Man;

use super::Cli;

/// Writes a shell's completions.
///
/// # Errors
/// When the completions cannot be written.
pub fn write_completions(shell: clap_complete::Shell, out: &mut dyn Write) -> io::Result<()> {
    // The script is first written into memory, since the generator panics if it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "hubwatch", &mut script);
    out.write_all(&script)
}

/// The date in the manual page.
const MAN_DATE: &str = "2026-11-28";

/// The longest line of text. Longer lines are not portable, as `mandoc -T lint` says.
const MAX_ROFF_COLUMNS: usize = 80;

/// Writes the manual page in roff, with a section for each command.
///
/// # Errors
/// When the page cannot be written.
pub fn write_man(out: &mut dyn Write) -> io::Result<()> {
    let mut roff = Vec::new();
    render_man(&mut roff)?;
    out.write_all(tidy_roff(&String::from_utf8_lossy(&roff)).as_bytes())
}

fn render_man(out: &mut dyn Write) -> io::Result<()> {
    let page = Man::new(Cli::command());
    let version = env!("CARGO_PKG_VERSION");
    writeln!(out, ".TH HUBWATCH 1 {MAN_DATE} \"hubwatch {version}\"")?;
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

// Repairs the generator's output: removes empty lines between two breaks, and wraps long lines.
fn tidy_roff(roff: &str) -> String {
    let mut tidy = String::new();
    for line in roff.replace(".br\n\n.br\n", ".sp\n").lines() {
        let line = line.trim_end();
        if line.starts_with('.') {
            tidy.push_str(line);
        } else {
            wrap_text(line, &mut tidy);
        }
        tidy.push('\n');
    }
    tidy
}

// Wraps a line, but never before a dot or a quote. A line that begins with one of these would be a roff request.
fn wrap_text(line: &str, out: &mut String) {
    let mut column = 0;
    for word in line.split(' ') {
        let width = word.chars().count();
        let fits = column + 1 + width <= MAX_ROFF_COLUMNS;
        if column > 0 {
            let breaks = !fits && !word.starts_with(['.', '\'', ' ']) && !word.is_empty();
            out.push(if breaks { '\n' } else { ' ' });
            column = if breaks { 0 } else { column + 1 };
        }
        out.push_str(word);
        column += width;
    }
}

// Writes a command's section of the manual page. The generator alone would make a page for each command.
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
2: a usage or configuration error.
.PP
.B hubwatch check
follows the convention of monitoring plugins instead:
0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN; a usage or configuration error is 3,
and so is a poll that ran out of time, unless what it read is critical.
.PP
The commands that act on incidents: 0 all done or already so, 1 something refused,
3 an outcome not known.
.SH ENVIRONMENT
.TP
.B HUBWATCH_CONFIG
The configuration file, unless \-\-config names one.
.TP
.B NO_COLOR
No colours if set and not empty.
.TP
.B TZ
The local time zone [else: the machine's].
.TP
.BR http_proxy ", " https_proxy ", " all_proxy ", " no_proxy
The proxy to the sources, unless the configuration names one.
.SH FILES
.TP
.I $XDG_CONFIG_HOME/hubwatch/config.toml
The configuration file, unless another one is named.
"#;
