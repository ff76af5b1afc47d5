//! The header's two lines. The first line is the verdict in a sentence, worst reason first, and the number of fresh
//! sources. The second line has counts for a quick look.
//!
//! ```text
//!  ✖ CRITICAL  leap/prod down 12m, nobody awake owns it    sources 32 of 33, oldest 4m  03:12 UTC
//!  P1 1   P2 2   P3 2   1 unowned   2 yours   164 ●  1 ◐  5 ?  1 ✖   you are on call until 17:00
//! ```

use ratatui::layout::Rect;

use crate::app::model::Model;
use crate::domain::source::SourceKind;
use crate::domain::verdict::VerdictLevel;
use crate::picture::{MeView, MyShift, NextOnCall, Picture};
use crate::text::Line;
use crate::text::sanitize::{clean, width as cells};
use crate::text::{ExpiringText, Meaning, Symbols, TextContext, TextLength, dates, durations};
use crate::ui::widgets::columns::{row, skip_columns, trim_right};
use crate::ui::widgets::painter::Painter;
use crate::wording::{change, operation, source, verdict};

use super::{counts, empty_pane, owed};

/// On screens that are narrower than this, texts are shortened.
const NARROW: u16 = 72;

/// On screens of this width or more, nothing is left out.
const WIDE: u16 = 100;

pub fn draw(painter: &mut Painter<'_>, area: Rect, model: &Model) {
    draw_first_line(painter, row(area, 0), model);
    draw_second_line(painter, row(area, 1), model);
}

fn draw_first_line(painter: &mut Painter<'_>, area: Rect, model: &Model) {
    let trust = status_line(painter, model, area.width);
    let taken = painter.line_right(trim_right(area, 1), &trust);
    let room = trim_right(area, taken.saturating_add(2));
    let form = if area.width < NARROW {
        TextLength::Short
    } else {
        TextLength::Long
    };
    let used = draw_badge(painter, skip_columns(room, 1), model, form);
    let room = skip_columns(room, used.saturating_add(2));
    painter.line(room, &verdict_line(model, room.width, &painter.ctx));
}

/// Draws the verdict's symbol and word. Returns their width in cells.
pub fn draw_badge(painter: &mut Painter<'_>, area: Rect, model: &Model, form: TextLength) -> u16 {
    let level = shown_level(model);
    let (level_symbol, level_name) = (
        verdict::level_symbol(level, painter.ctx.symbols),
        verdict::level_name(level, form),
    );
    painter.text(
        area,
        Meaning::badge(level),
        &format!(" {level_symbol} {level_name} "),
    )
}

/// The level that the header shows. Without a picture, the level is UNKNOWN. If the picture lags, CRITICAL stays
/// CRITICAL, and every other level becomes UNKNOWN.
pub fn shown_level(model: &Model) -> VerdictLevel {
    match model.picture.as_deref() {
        Some(picture) if model.lagging_since.is_none() => picture.verdict.level,
        Some(picture) if picture.verdict.level == VerdictLevel::Critical => VerdictLevel::Critical,
        _ => VerdictLevel::Unknown,
    }
}

/// The reasons for the verdict, in a line of `room` cells.
pub fn verdict_line(model: &Model, room: u16, ctx: &TextContext) -> Line {
    let Some(picture) = model.picture.as_deref() else {
        return Line::styled(
            Meaning::Plain,
            match model.lagging_since {
                None => "asking, nothing is known yet",
                Some(_) => "the sources' answers cannot be evaluated",
            },
        );
    };
    let line = Line::new();
    let line = match model.lagging_since {
        None => line,
        Some(_) => line
            .with(Meaning::Unknown, lag_text(picture, ctx))
            .with(Meaning::Unknown, ": "),
    };
    let taken: usize = line.parts().map(|(said, _)| cells(&said.text)).sum();
    let left = usize::from(room).saturating_sub(taken);
    let said = verdict::sentence_within(picture, left, ctx);
    line.with(Meaning::Title, said)
}

// The age of a picture that lags. Without it, the picture would look up to date, since ages on the screen keep
// counting.
fn lag_text(picture: &Picture, ctx: &TextContext) -> ExpiringText {
    durations::age(picture.at, ctx.now).map(|age| format!("stuck: this data is {age} old"))
}

// The markers, the number of fresh sources, and the time of day. The time shows that the screen is alive.
fn status_line(painter: &Painter<'_>, model: &Model, width: u16) -> Line {
    let ctx = &painter.ctx;
    let mut line = if width < WIDE {
        Line::new()
    } else {
        markers(model, TextLength::Long)
    };
    if let Some(picture) = model.picture.as_deref() {
        line = line.join_spaced(2, source_counts(picture, ctx, width));
        line = line.join_spaced(2, wrong_clock(picture, width));
    }
    if model.refreshing_since.is_some() && width >= WIDE {
        line = line.gap(2).with(Meaning::Dim, "asking…");
    }
    line.gap(2).with(Meaning::Plain, dates::current_time(ctx))
}

/// On a narrow screen, draws the markers at the right end of `area`, the last line, so that they take no room from the
/// verdict. Returns the rest of the line.
pub fn draw_markers_below(painter: &mut Painter<'_>, area: Rect, model: &Model) -> Rect {
    let markers = markers(model, TextLength::Long);
    if area.width >= WIDE || markers.is_empty() {
        return area;
    }
    let taken = painter.line_right(area, &markers);
    trim_right(area, taken.saturating_add(1))
}

/// The markers of a demo and of a read-only session.
pub fn markers(model: &Model, form: TextLength) -> Line {
    let words = match form {
        TextLength::Long => [" DEMO ", " READ-ONLY "],
        TextLength::Short => ["DEMO", "RO"],
    };
    let set = [model.session.demo, model.session.read_only];
    let shown = words.into_iter().zip(set).filter(|(_, set)| *set);
    shown.fold(Line::new(), |line, (level_name, _)| {
        line.gap(1).with(Meaning::Marker, level_name)
    })
}

// The warning about this machine's clock. A narrow screen leaves it out, since times on the screen are corrected by the
// servers' clocks.
fn wrong_clock(picture: &Picture, width: u16) -> Line {
    let told = source::clock_skew(picture).filter(|_| width >= WIDE);
    told.map_or_else(Line::new, |text| Line::styled(Meaning::Warning, text))
}

/// How many sources are fresh, in a form that fits into `width` cells.
pub fn source_counts(picture: &Picture, ctx: &TextContext, width: u16) -> Line {
    let all = picture.sources.len();
    let fresh = picture
        .sources
        .iter()
        .filter(|source| source.state.is_fresh())
        .count();
    let missing = source::missing_parts(picture);
    let look = if fresh == all && missing.is_none() {
        Meaning::Dim
    } else {
        Meaning::Unknown
    };
    let counts = match width {
        ..NARROW if missing.is_some() => ExpiringText::fixed(format!("{fresh}/{all}")),
        ..WIDE => ExpiringText::fixed(format!("{fresh}/{all} sources")),
        _ => source::summary(picture, ctx),
    };
    let missing = missing.map_or_else(String::new, |missing| format!(", {missing}"));
    Line::new().with(look, counts.map(|counts| format!("{counts}{missing}")))
}

fn draw_second_line(painter: &mut Painter<'_>, area: Rect, model: &Model) {
    let Some(picture) = model.picture.as_deref() else {
        return;
    };
    let on_call = on_call(picture, &painter.ctx);
    let gap = if area.width < NARROW { 2 } else { 3 };
    // If there is not enough room for both, the count of unsent drafts is shown and the shift is not, since the count
    // is shown nowhere else.
    let not_done = draft_count(model).join_spaced(gap, owed::count(model, &painter.ctx));
    let counts = counts::line(painter, picture, gap, not_done);
    let room = trim_right(skip_columns(area, 1), 1);
    let with_news = counts
        .clone()
        .join_spaced(gap, change_count(model, painter.symbols()));
    let fits = |painter: &Painter<'_>, line: &Line| {
        let beside = painter.width(line).saturating_add(painter.width(&on_call));
        beside.saturating_add(3) <= room.width
    };
    if fits(painter, &counts) {
        painter.line_right(room, &on_call);
    }
    // The number of changes is shown only if there is room for it beside the shift and the other counts.
    let has_room = fits(painter, &with_news)
        || !fits(painter, &counts) && painter.width(&with_news) <= room.width;
    let line = if has_room { with_news } else { counts };
    let symbols = painter.symbols();
    painter.line(room, &line.whole_clauses(usize::from(room.width), symbols));
}

fn draft_count(model: &Model) -> Line {
    match model.unsent_draft_count() {
        0 => Line::new(),
        count => Line::styled(Meaning::Warning, operation::unsent_drafts(count)),
    }
}

fn change_count(model: &Model, symbols: &Symbols) -> Line {
    match model.unseen.marked_count() {
        0 => Line::new(),
        count => Line::styled(Meaning::Changed, symbols.changed)
            .gap(1)
            .with(Meaning::Title, change::changed_count(count)),
    }
}

const ON_CALL_NOT_KNOWN: &str = "on call: not known";

fn on_call(picture: &Picture, ctx: &TextContext) -> Line {
    let Some(me) = &picture.me else {
        return Line::new();
    };
    if me.shift == MyShift::NotKnown {
        return Line::styled(Meaning::Unknown, ON_CALL_NOT_KNOWN);
    }
    let line = Line::new();
    let line = match empty_pane::sources_not_fresh(picture, |kind| kind == SourceKind::Pagerduty)
        .is_empty()
    {
        true => line,
        // PagerDuty's last answer may be out of date.
        false => line.with(Meaning::Unknown, format!("{} ", ctx.symbols.stale)),
    };
    line.with(Meaning::Dim, shift_text(me, ctx))
}

fn shift_text(me: &MeView, ctx: &TextContext) -> ExpiringText {
    match me.shift {
        MyShift::NotKnown => ExpiringText::fixed(ON_CALL_NOT_KNOWN.to_owned()),
        MyShift::Off => ExpiringText::fixed(format!("{}, not on call", clean(&me.name))),
        MyShift::Always => ExpiringText::fixed("you are on call"),
        MyShift::Until(until) => {
            let until = dates::short_time(until, ctx);
            let until = until.map(|until| format!("you are on call until {until}"));
            match &me.next {
                None => until,
                Some(next) => until.append(next_text(next, ctx)),
            }
        }
    }
}

fn next_text(next: &NextOnCall, ctx: &TextContext) -> ExpiringText {
    let name = clean(&next.name);
    match next.from {
        None => ExpiringText::fixed(format!(", then {name}")),
        Some(from) => dates::short_time(from, ctx).map(|from| match next.nobody_before {
            true => format!(", then nobody until {from}"),
            false => format!(", then {name} at {from}"),
        }),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use ratatui::buffer::Buffer;

    use super::*;
    use crate::app::fixture::{model_showing, now, picture, source_view};
    use crate::domain::source::{PartName, SourceState};
    use crate::picture::PartView;
    use crate::ui::theme::{ColorLevel, Theme};
    use crate::ui::view;

    fn screen(model: &Model, width: u16, height: u16) -> String {
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
        let theme = Theme::new(ColorLevel::None, false);
        let later = now().plus(Duration::from_secs(180));
        view::draw(&mut buffer, model, &theme, later);
        buffer.content.iter().map(|cell| cell.symbol()).collect()
    }

    fn at_level(level: VerdictLevel) -> Model {
        let mut picture = picture();
        picture.verdict.level = level;
        model_showing(picture)
    }

    #[test]
    fn a_picture_that_is_stuck_is_not_ok_and_says_how_old_it_is() {
        let mut model = at_level(VerdictLevel::Ok);
        assert!(screen(&model, 120, 30).contains(" OK "));
        model.lagging_since = Some(now());
        let stuck = screen(&model, 120, 30);
        assert!(stuck.contains("UNKNOWN"), "{stuck}");
        assert!(stuck.contains("stuck: this data is 3m old"), "{stuck}");
        let narrow = screen(&model, 30, 4);
        assert!(narrow.contains("stuck"), "{narrow}");
    }

    #[test]
    fn parts_that_judgement_lacks_are_said_at_every_size() {
        let mut model = at_level(VerdictLevel::Critical);
        let shown = |model: &Model| {
            [(120, 30), (80, 24), (60, 12), (60, 10), (30, 5), (30, 4)]
                .map(|(width, height)| screen(model, width, height).contains("parts missing"))
        };
        assert_eq!(shown(&model), [false; 6]);
        let picture = Arc::make_mut(model.picture.as_mut().unwrap());
        let part = |name| PartView {
            name,
            state: SourceState::Down,
            problem: None,
            is_missing: true,
        };
        picture
            .sources
            .push(source_view(SourceKind::Pagerduty, "", SourceState::Live));
        picture.sources[0].parts = [PartName::Log, PartName::Alerts].map(part).to_vec();
        assert_eq!(shown(&model), [true; 6]);
    }

    #[test]
    fn a_shift_that_a_gap_follows_says_so() {
        let at = |hours| now().wall + chrono::TimeDelta::hours(hours);
        let mut model = at_level(VerdictLevel::Ok);
        let mut shown = |nobody_before| {
            Arc::make_mut(model.picture.as_mut().unwrap()).me = Some(MeView {
                name: "Ada".to_owned(),
                shift: MyShift::Until(at(1)),
                next: Some(NextOnCall {
                    name: "Bo".to_owned(),
                    from: Some(at(3)),
                    nobody_before,
                }),
                cases: 0,
            });
            screen(&model, 160, 40)
        };
        let alone = shown(true);
        assert!(alone.contains(", then nobody until "), "{alone}");
        let other_level = shown(false);
        assert!(other_level.contains(", then Bo at "), "{other_level}");
    }

    #[test]
    fn what_was_critical_stays_so_while_nothing_new_is_known() {
        let mut model = at_level(VerdictLevel::Critical);
        model.lagging_since = Some(now());
        let stuck = screen(&model, 120, 30);
        assert!(
            stuck.contains("CRITICAL") && stuck.contains("stuck"),
            "{stuck}"
        );
    }
}
