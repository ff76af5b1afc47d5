//! The whole screen in several sizes, in Unicode with colours and in ASCII without colours.

use std::num::NonZeroU16;
use std::time::Duration;

use hubwatch::app::model::{Model, Notice, Pane};
use hubwatch::app::text_line::TextLine;
use hubwatch::ui::theme::{ColorLevel, Theme};

use super::dump::{ansi, colours, screen, styled, text};
use super::fixture::{model, now, scenes};

const SIZES: [(u16, u16); 5] = [(200, 50), (120, 30), (80, 24), (60, 12), (30, 4)];

#[test]
fn a_night_at_every_size() {
    let model = model(Some(scenes::night()));
    for size in SIZES {
        let name = format!("night_{}x{}", size.0, size.1);
        let buffer = screen(&model, now(), size, &colours());
        insta::assert_snapshot!(format!("{name}_unicode"), styled(&buffer));
        let plain = Theme::new(ColorLevel::None, true);
        let ascii = text(&screen(&model, now(), size, &plain));
        assert!(ascii.is_ascii(), "{name}");
        insta::assert_snapshot!(format!("{name}_ascii"), ascii);
    }
}

#[test]
fn small_screens_show_the_pane_that_has_the_keys() {
    let mut model = model(Some(scenes::night()));
    for focus in [Pane::Hubs, Pane::Owners, Pane::Status] {
        model.focus = focus;
        let buffer = screen(&model, now(), (60, 12), &colours());
        insta::assert_snapshot!(format!("night_60x12_{focus:?}"), text(&buffer));
    }
}

#[test]
fn all_is_well_only_when_it_is() {
    for (name, picture) in [
        ("calm", Some(scenes::calm())),
        ("waiting", Some(scenes::waiting())),
        ("stale", Some(scenes::stale())),
        ("error", Some(scenes::error())),
        ("storm", Some(scenes::storm())),
        ("before", None),
    ] {
        let is_ok = name == "calm";
        let model = model(picture);
        for size in [(120, 30), (30, 4)] {
            let text = text(&screen(&model, now(), size, &colours()));
            assert_eq!(text.contains("● OK"), is_ok, "{name}");
            let name = format!("whole_{name}_{}x{}", size.0, size.1);
            insta::assert_snapshot!(name, text);
        }
    }
}

#[test]
fn markers_and_lines_of_the_person() {
    let mut model = model(Some(scenes::night()));
    model.session.demo = true;
    model.session.read_only = true;
    model.refreshing_since = Some(now());
    model.filter.input = TextLine::from_text("bo");
    let buffer = screen(&model, now(), (120, 30), &colours());
    insta::assert_snapshot!("filtered", text(&buffer));
    model.filter.editing = true;
    let buffer = screen(&model, now(), (80, 24), &colours());
    insta::assert_snapshot!("typing_a_filter", text(&buffer));
    for size in SIZES {
        let text = text(&screen(&model, now(), size, &colours()));
        assert!(text.contains("DEMO"), "{size:?}: {text}");
        assert!(text.contains("leap/prod down 13m"), "{size:?}: {text}");
    }
}

/// A terminal shows exactly what was drawn, including wide characters. If `HUBWATCH_SCREENS` names a directory, the
/// test writes the screens to files there, so that a person can look at them in a terminal.
#[test]
fn a_terminal_shows_what_was_drawn() {
    let keep = std::env::var_os("HUBWATCH_SCREENS").map(std::path::PathBuf::from);
    let looks = [
        ("colour", colours()),
        ("plain", Theme::new(ColorLevel::None, false)),
        ("ascii", Theme::new(ColorLevel::Ansi16, true)),
    ];
    for (name, picture) in scenes() {
        let model = model(Some(picture));
        for (size, (look, theme)) in SIZES
            .iter()
            .flat_map(|size| looks.iter().map(move |it| (size, it)))
        {
            let buffer = screen(&model, now(), *size, theme);
            let escapes = ansi(&buffer);
            let [columns, lines] = [size.0, size.1].map(|n| NonZeroU16::new(n).unwrap());
            let mut terminal = vt100::Parser::new(lines, columns, 0);
            terminal.process(escapes.as_bytes());
            let shown: Vec<String> = terminal.screen().rows(0, size.0).collect();
            let drawn = text(&buffer);
            let drawn: Vec<&str> = drawn.lines().collect();
            let shown: Vec<&str> = shown.iter().map(|line| line.trim_end()).collect();
            assert_eq!(shown, drawn, "{name} {look} {size:?}");
            if let Some(dir) = &keep {
                let file = format!("{name}_{}x{}_{look}.ans", size.0, size.1);
                std::fs::write(dir.join(file), escapes).unwrap();
            }
        }
    }
}

fn scenes() -> [(&'static str, hubwatch::picture::Picture); 6] {
    [
        ("night", scenes::night()),
        ("calm", scenes::calm()),
        ("waiting", scenes::waiting()),
        ("stale", scenes::stale()),
        ("error", scenes::error()),
        ("storm", scenes::storm()),
    ]
}

#[test]
fn the_smallest_panel_shows_what_keys_act_on_and_what_is_typed() {
    let mut model = model(Some(scenes::night()));
    let small = |model: &Model| text(&screen(model, now(), (30, 4), &colours()));
    let untouched = small(&model);
    let rows = model.visible_rows();
    let last = rows.iter().rfind(|row| row.is_open()).unwrap().key();
    model.cases.selected = Some(last);
    assert_eq!(small(&model), untouched, "nobody has pressed a key");
    model.cases.touched = true;
    let held = small(&model);
    model.notice = Some(Notice {
        text: "cannot snooze".to_owned(),
        until: now().plus(Duration::from_secs(6)).wall,
    });
    let told = small(&model);
    model.notice = None;
    model.filter.input = TextLine::from_text("bo");
    let kept = small(&model);
    model.filter.editing = true;
    let all = [untouched, held, told, kept, small(&model)];
    insta::assert_snapshot!("smallest", all.join("\n----\n"));
}
