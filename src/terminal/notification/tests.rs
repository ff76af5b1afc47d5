use super::*;

fn signals(variables: &[(&str, &str)], choice: NotificationChoice) -> TerminalSignals {
    let env = |name: &str| {
        let found = variables.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).to_owned())
    };
    TerminalSignals::detect(&env, choice)
}

fn sent(variables: &[(&str, &str)]) -> Option<String> {
    signals(variables, NotificationChoice::Detect).notification("leap/prod is down")
}

#[test]
fn each_terminal_is_sent_what_it_knows_or_skips() {
    let osc9 = "\x1b]9;hubwatch: leap/prod is down\x1b\\";
    let osc777 = "\x1b]777;notify;hubwatch;leap/prod is down\x1b\\";
    for (variables, expected) in [
        (&[("TERM", "xterm-256color")][..], osc9),
        (&[("TERM", "xterm-kitty")], osc9),
        (&[("TERM", "foot")], osc777),
        (&[("TERM", "rxvt-unicode-256color")], osc777),
        (
            &[("TERM", "xterm-256color"), ("VTE_VERSION", "7600")],
            osc777,
        ),
        (
            &[
                ("TERM", "tmux-256color"),
                ("TMUX", "s,1,0"),
                ("VTE_VERSION", "7600"),
            ],
            "\x1bPtmux;\x1b\x1b]9;hubwatch: leap/prod is down\x1b\x1b\\\x1b\\",
        ),
        (
            &[("TERM", "screen"), ("STY", "1.tty")],
            "\x1bP\x1b]9;hubwatch: leap/prod is down\x07\x1b\\",
        ),
    ] {
        assert_eq!(sent(variables).as_deref(), Some(expected), "{variables:?}");
    }
}

#[test]
fn a_terminal_without_such_sequences_is_sent_none() {
    for term in ["linux", "dumb", "vt100", ""] {
        let variables = [("TERM", term)];
        let found = signals(
            &variables,
            NotificationChoice::Use(NotificationSequence::Osc9),
        );
        assert_eq!(found.notification("x"), None, "{term}");
        assert_eq!(found.title("x"), None, "{term}");
    }
    assert_eq!(sent(&[]), None);
    let off = signals(&[("TERM", "xterm")], NotificationChoice::Off);
    assert_eq!(off.notification("x"), None);
    assert_eq!(off.title("x").as_deref(), Some("\x1b]2;x\x1b\\"));
}

#[test]
fn words_from_outside_cannot_end_a_sequence() {
    let evil = "a\x07b\x1b]52;c;x\x1b\\\u{9c}\u{9d}\nc";
    let choice = NotificationChoice::Use(NotificationSequence::Osc777);
    for variables in [
        &[("TERM", "xterm")][..],
        &[("TERM", "screen"), ("STY", "1")],
        &[("TERM", "screen"), ("TMUX", "1")],
    ] {
        let found = signals(variables, choice);
        let all = [found.notification(evil), found.title(evil)];
        for text in all.into_iter().flatten() {
            assert!(text.contains("ab]52"), "{text:?}");
            assert!(
                !text.contains("\x1b]52") && !text.contains('\u{9c}'),
                "{text:?}"
            );
        }
    }
}

#[test]
fn a_sequence_fits_into_screens_buffer() {
    let found = signals(
        &[("TERM", "screen"), ("STY", "1")],
        NotificationChoice::Detect,
    );
    let text = found.notification(&"é".repeat(4000)).unwrap();
    assert!(text.len() < 240, "{}", text.len());
}
