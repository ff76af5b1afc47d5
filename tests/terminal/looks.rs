//! The screen has no colours if they are not wanted or may be unreadable. Otherwise the colours suit the background.
//! The screen is ASCII if nothing else is safe.

use super::Demo;

fn written(args: &[&str], env: &[(&str, &str)]) -> String {
    let mut demo = Demo::start(args, env, (120, 30));
    demo.pty.wait_for("sources live");
    for overlay in [b"?", b"s"] {
        demo.pty.send(overlay);
        demo.pty.wait_for("esc ");
    }
    demo.pty.send(b"\x03");
    assert_eq!(demo.pty.wait_for_exit(), 0);
    demo.pty.text()
}

/// The parameters of every SGR sequence.
fn styles(text: &str) -> Vec<u32> {
    let sequences = text.split("\x1b[").skip(1);
    sequences
        .filter_map(|rest| rest.split_once(|c: char| c.is_ascii_alphabetic() || c == '\x1b'))
        .zip(text.split("\x1b[").skip(1))
        .filter(|((parameters, _), rest)| {
            rest.get(parameters.len()..)
                .is_some_and(|end| end.starts_with('m'))
        })
        .flat_map(|((parameters, _), _)| {
            parameters.split(';').map(str::to_owned).collect::<Vec<_>>()
        })
        .filter_map(|number| number.parse().ok())
        .collect()
}

fn is_colour(style: &u32) -> bool {
    matches!(style, 30..=38 | 40..=48 | 90..=97 | 100..=107)
}

#[test]
fn colours_go_where_they_are_not_wanted() {
    assert!(styles(&written(&[], &[])).iter().any(is_colour));
    for (args, env) in [
        (&[][..], &[("NO_COLOR", "1")][..]),
        (&["--no-color"], &[]),
        (&[], &[("TERM", "vt100")]),
    ] {
        let styles = styles(&written(args, env));
        assert!(!styles.is_empty(), "bold and reverse carry the meaning");
        let colours: Vec<_> = styles.into_iter().filter(is_colour).collect();
        assert!(colours.is_empty(), "{args:?} {env:?}: {colours:?}");
    }
}

#[test]
fn only_ascii_is_written_where_nothing_else_can_be_relied_on() {
    assert!(!written(&[], &[]).is_ascii());
    for (args, env) in [
        (&["--ascii"][..], &[][..]),
        (&[], &[("LANG", "C")]),
        (&[], &[("LC_ALL", "C")]),
    ] {
        let text = written(args, env);
        let others: String = text.chars().filter(|c| !c.is_ascii()).collect();
        assert!(others.is_empty(), "{args:?} {env:?}: {others}");
    }
}

/// The sixteen colours come from the terminal's palette and may be unreadable on its background, so none is used.
#[test]
fn a_terminal_of_sixteen_colours_shows_its_own_text_colour_alone() {
    let text = written(&[], &[("TERM", "xterm"), ("COLORTERM", "")]);
    let colours: Vec<_> = styles(&text).into_iter().filter(is_colour).collect();
    assert!(colours.is_empty(), "{colours:?}");
}

/// The terminal's answers to the queries for its background and its attributes.
fn answer(rgb: &str) -> Vec<u8> {
    format!("\x1b]11;{rgb}\x1b\\\x1b[?62;22c").into_bytes()
}

#[test]
fn colours_suit_the_background_that_the_terminal_tells() {
    // The red and the green of the palette for dark backgrounds, then those of the palette for light backgrounds.
    let (dark, light) = (["203", "114"], ["160", "22"]);
    for (term, rgb, [red, green], others) in [
        ("xterm", "rgb:ffff/ffff/ffff", light, dark),
        ("xterm-256color", "rgb:fdfd/f6f6/e3e3", light, dark),
        ("xterm-256color", "rgb:0000/2b2b/3636", dark, light),
    ] {
        let env = [("TERM", term), ("COLORTERM", "")];
        let mut demo = Demo::start(&[], &env, (120, 30));
        demo.pty
            .wait_until("the question", |pty| pty.text().contains("\x1b]11;?\x1b\\"));
        demo.pty.send(&answer(rgb));
        // Ends with `;`, since the background's colour follows in the same escape sequence.
        let colour = |index: &str| format!("38;5;{index};");
        demo.pty.wait_until("colours", |pty| {
            let text = pty.text();
            text.contains(&colour(red)) && text.contains(&colour(green))
        });
        let text = demo.pty.text();
        assert!(
            !others.iter().any(|other| text.contains(&colour(other))),
            "{term} {rgb}"
        );
        // If hubwatch read the terminal's answer as keys, its `/` would open the filter, and `?` would not open the
        // help.
        demo.pty.send(b"?");
        demo.pty.wait_for("esc ");
        demo.pty.send(b"\x03");
        assert_eq!(demo.pty.wait_for_exit(), 0);
    }
}

#[test]
fn a_terminal_without_colours_is_asked_nothing() {
    for env in [
        &[("TERM", "vt100")][..],
        &[("NO_COLOR", "1")],
        &[("TERM", "linux")],
    ] {
        assert!(!written(&[], env).contains("\x1b]11;"), "{env:?}");
    }
}
