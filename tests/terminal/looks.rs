//! No colour where none is wanted, and ASCII where nothing else can be relied on.

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
