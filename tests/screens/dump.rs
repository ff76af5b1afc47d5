//! A buffer as text, and its styles in a compact form: one line for each run that is not plain.

use std::fmt::Write;

use hubwatch::app::model::Model;
use hubwatch::domain::now::Now;
use hubwatch::ui::theme::{Background, ColorLevel, Theme};
use hubwatch::ui::view::draw;
use hubwatch::ui::widgets::painter::Painter;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Modifier, Style};

/// The whole screen of a model.
pub fn screen(model: &Model, now: Now, size: (u16, u16), theme: &Theme) -> Buffer {
    let mut buffer = Buffer::empty(Rect::new(0, 0, size.0, size.1));
    draw(&mut buffer, model, theme, now);
    buffer
}

/// A buffer over which `paint` draws one pane.
pub fn pane(
    model: &Model,
    now: Now,
    size: (u16, u16),
    paint: impl FnOnce(&mut Painter<'_>, Rect),
) -> Buffer {
    pane_in(&colours(), model, now, size, paint)
}

/// As [`pane`], in a theme.
pub fn pane_in(
    theme: &Theme,
    model: &Model,
    now: Now,
    size: (u16, u16),
    paint: impl FnOnce(&mut Painter<'_>, Rect),
) -> Buffer {
    let mut buffer = Buffer::empty(Rect::new(0, 0, size.0, size.1));
    let area = buffer.area;
    paint(
        &mut Painter::new(&mut buffer, theme, model.session.zone, now),
        area,
    );
    buffer
}

/// The theme of a terminal with 256 colours and a dark background.
pub fn colours() -> Theme {
    Theme::on_background(ColorLevel::Ansi256, Background::Dark, false)
}

/// The text alone, lines without their trailing blanks.
pub fn text(buffer: &Buffer) -> String {
    let mut out = String::new();
    for row in buffer.area.rows() {
        let mut skip = 0;
        let mut line = String::new();
        for position in row.positions() {
            let symbol = buffer[position].symbol();
            if skip == 0 {
                line.push_str(symbol);
                skip = unicode_width::UnicodeWidthStr::width(symbol).saturating_sub(1);
            } else {
                skip -= 1;
            }
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// Text, then styles: `row:column+cells style`.
pub fn styled(buffer: &Buffer) -> String {
    let mut out = text(buffer);
    out.push_str("---\n");
    for row in buffer.area.rows() {
        let cells: Vec<Position> = row.positions().collect();
        let runs = cells.chunk_by(|a, b| look(&buffer[*a]) == look(&buffer[*b]));
        for run in runs {
            let look = look(&buffer[run[0]]);
            if !look.is_empty() {
                writeln!(out, "{}:{}+{} {look}", run[0].y, run[0].x, run.len()).unwrap();
            }
        }
    }
    out
}

fn look(cell: &Cell) -> String {
    let style: Style = cell.style();
    let mut words = Vec::new();
    for (mark, color) in [("", style.fg), ("on ", style.bg)] {
        if let Some(color) = color.filter(|color| *color != Color::Reset) {
            words.push(format!("{mark}{}", shade(color)));
        }
    }
    words.extend(
        style
            .add_modifier
            .iter_names()
            .map(|(name, _)| name.to_lowercase()),
    );
    words.join(" ")
}

/// The name of a colour in the snapshots. Other tests check the palette's index of each colour. The snapshots still
/// call two grays `245` and `240`, which were their indexes before a change of the theme.
fn shade(color: Color) -> String {
    const SHADES: [(u8, &str); 7] = [
        (203, "red"),
        (177, "magenta"),
        (221, "yellow"),
        (114, "green"),
        (80, "cyan"),
        (247, "245"),
        (244, "240"),
    ];
    let named = SHADES
        .iter()
        .find(|(index, _)| color == Color::Indexed(*index));
    named.map_or_else(
        || color.to_string().to_lowercase(),
        |(_, name)| (*name).to_owned(),
    )
}

/// The buffer as escape sequences, from which a picture of the screen can be made.
pub fn ansi(buffer: &Buffer) -> String {
    let mut out = String::from("\u{1b}[2J");
    for row in buffer.area.rows() {
        write!(out, "\u{1b}[{};1H", row.y + 1).unwrap();
        let mut skip = 0;
        for position in row.positions() {
            let cell = &buffer[position];
            if skip > 0 {
                skip -= 1;
                continue;
            }
            skip = unicode_width::UnicodeWidthStr::width(cell.symbol()).saturating_sub(1);
            write!(out, "\u{1b}[0{}m{}", codes(cell), cell.symbol()).unwrap();
        }
    }
    out + "\u{1b}[0m"
}

fn codes(cell: &Cell) -> String {
    let mut codes = match cell.fg {
        Color::Indexed(n) => format!(";38;5;{n}"),
        Color::Red => ";31".to_owned(),
        Color::Green => ";32".to_owned(),
        Color::Yellow => ";33".to_owned(),
        Color::Magenta => ";35".to_owned(),
        Color::Cyan => ";36".to_owned(),
        Color::Gray => ";37".to_owned(),
        Color::DarkGray => ";90".to_owned(),
        _ => String::new(),
    };
    let all = [
        (Modifier::BOLD, ";1"),
        (Modifier::ITALIC, ";3"),
        (Modifier::UNDERLINED, ";4"),
        (Modifier::REVERSED, ";7"),
    ];
    let set = all
        .iter()
        .filter(|(modifier, _)| cell.modifier.contains(*modifier));
    codes.extend(set.map(|(_, code)| *code));
    codes
}
