use proptest::prelude::*;

use super::*;
use crate::terminal::background::Rgb;

fn decoded(bytes: &[u8]) -> Vec<Input> {
    let mut decoder = Decoder::default();
    let mut inputs = decoder.feed(bytes);
    inputs.extend(decoder.flush());
    inputs
}

fn keys(bytes: &[u8]) -> String {
    let names: Vec<String> = decoded(bytes)
        .into_iter()
        .map(|input| match input {
            Input::Key(key) => key.to_string(),
            other => format!("{other:?}"),
        })
        .collect();
    names.join(" ")
}

#[test]
fn characters_are_keys() {
    assert_eq!(keys("qG?äé→".as_bytes()), "q G ? ä é →");
    assert_eq!(keys(b" "), "space");
}

#[test]
fn control_characters_are_keys() {
    assert_eq!(
        keys(b"\x03\x1a\r\t\x7f"),
        "ctrl-c ctrl-z enter tab backspace"
    );
    assert_eq!(keys(b"\x00\x1c"), "ctrl-space ctrl-\\");
}

#[test]
fn sequences_are_keys() {
    let cases: [(&[u8], &str); 14] = [
        (b"\x1b[A", "up"),
        (b"\x1bOB", "down"),
        (b"\x1b[1;5C", "ctrl-right"),
        (b"\x1b[1;4D", "alt-shift-left"),
        (b"\x1b[Z", "shift-tab"),
        (b"\x1b[H\x1b[4~", "home end"),
        (b"\x1b[5~\x1b[6;2~", "pageup shift-pagedown"),
        (b"\x1b[3~\x1b[2~", "delete insert"),
        (b"\x1bOP\x1b[15~\x1b[17~\x1b[24~", "f1 f5 f6 f12"),
        (b"\x1b[[A\x1b[[E", "f1 f5"),
        (b"\x1b[34~", "f20"),
        (b"\x1bx\x1bX", "alt-x alt-X"),
        (b"\x1b\x1b[A", "esc up"),
        (b"\x1b\r", "alt-enter"),
    ];
    for (bytes, expected) in cases {
        assert_eq!(keys(bytes), expected, "{bytes:?}");
    }
}

#[test]
fn keys_that_are_sent_as_numbers_are_the_same_keys() {
    let cases: [(&[u8], &str); 15] = [
        (b"\x1b[27u", "esc"),
        (b"\x1b[27;1u\x1b[27;129u", "esc esc"),
        (b"\x1b[99;5u\x1b[67;6u", "ctrl-c ctrl-c"),
        (b"\x1b[99:67;6u", "ctrl-c"),
        (b"\x1b[97;2u\x1b[97u", "A a"),
        (b"\x1b[120;3u", "alt-x"),
        (
            b"\x1b[13u\x1b[13;2u\x1b[9;2u",
            "enter shift-enter shift-tab",
        ),
        (b"\x1b[127u\x1b[32u", "backspace space"),
        (b"\x1b[57414u\x1b[57400u\x1b[57417u", "enter 1 left"),
        // These are caps lock itself and the release of a key.
        (b"\x1b[57358u\x1b[99;5:3u\x1b[1;1:3A", ""),
        (b"\x1b[99;5:2u", "ctrl-c"),
        (b"\x1b[1;129A\x1b[1;133C", "up ctrl-right"),
        // xterm's modifyOtherKeys.
        (b"\x1b[27;5;99~\x1b[27;2;65~", "ctrl-c A"),
        // These are reports of the cursor's position.
        (b"\x1b[1;80R\x1b[24;80R", ""),
        (b"\x1b[1114112u\x1b[4294967296u\x1b[u\x1b[3u", ""),
    ];
    for (bytes, expected) in cases {
        assert_eq!(keys(bytes), expected, "{bytes:?}");
    }
}

#[test]
fn focus_is_told() {
    assert_eq!(
        decoded(b"\x1b[I\x1b[O"),
        [Input::FocusGained, Input::FocusLost]
    );
}

#[test]
fn only_a_pause_makes_a_lone_escape_the_key() {
    let mut decoder = Decoder::default();
    assert_eq!(decoder.feed(b"\x1b"), []);
    assert!(decoder.has_pending());
    assert_eq!(decoder.flush(), [Input::Key(Key::plain(KeyCode::Esc))]);
    assert!(!decoder.has_pending());
    assert_eq!(decoder.feed(b"\x1b"), []);
    assert_eq!(decoder.feed(b"[A"), [Input::Key(Key::plain(KeyCode::Up))]);
}

#[test]
fn an_escape_with_a_bracket_and_a_pause_is_alt() {
    assert_eq!(keys(b"\x1b["), "alt-[");
    assert_eq!(keys(b"\x1bO"), "alt-O");
}

#[test]
fn what_is_not_known_is_passed_over() {
    assert_eq!(keys(b"\x1b[?2026;2$yq"), "q");
    assert_eq!(keys(b"\x1b[12;40Rq"), "q");
    assert_eq!(keys(b"\x1b[<0;10;5Mq"), "q");
    assert_eq!(keys(b"\xff\xc3q"), "q");
    assert_eq!(keys(b"\x1b[12\x03q"), "ctrl-c q");
}

#[test]
fn a_paste_is_text_whatever_it_holds() {
    assert_eq!(
        decoded(b"\x1b[200~q\r\nrm \x1b[A\x1b[201~q"),
        [
            Input::Paste("q\nrm \x1b[A".to_owned()),
            Input::Key(Key::char('q'))
        ]
    );
}

#[test]
fn an_unfinished_paste_waits_through_pauses() {
    let mut decoder = Decoder::default();
    assert_eq!(decoder.feed(b"\x1b[200~half"), []);
    assert!(!decoder.has_pending());
    assert_eq!(decoder.flush(), []);
    let rest = decoder.feed(b" and half\x1b[201~");
    assert_eq!(rest, [Input::Paste("half and half".to_owned())]);
}

#[test]
fn an_endless_paste_comes_in_pieces() {
    let mut decoder = Decoder::default();
    decoder.feed(b"\x1b[200~");
    let mut pieces = 0;
    for _ in 0..300 {
        pieces += decoder
            .feed(&[b"x".repeat(4095), b" ".to_vec()].concat())
            .len();
    }
    assert_eq!(pieces, 4);
}

#[test]
fn a_sequence_that_never_ends_is_let_go() {
    let mut decoder = Decoder::default();
    decoder.feed(b"\x1b[");
    decoder.feed(&[b'1'; 200]);
    assert!(!decoder.feed(b"q").is_empty());
}

#[test]
fn the_terminals_answers_are_told_and_are_no_keys() {
    let white = Input::Background(Rgb {
        red: 255,
        green: 255,
        blue: 255,
    });
    for end in ["\x07", "\x1b\\", "\u{9c}"] {
        let end = if end == "\u{9c}" {
            b"\x9c"
        } else {
            end.as_bytes()
        };
        let answer = [b"\x1b]11;rgb:ffff/ffff/ffff", end].concat();
        assert_eq!(decoded(&answer), std::slice::from_ref(&white), "{answer:?}");
    }
    assert_eq!(decoded(b"\x1b[?62;22c"), [Input::TerminalIdentified]);
    // An answer to another query, then an invalid answer.
    assert_eq!(decoded(b"\x1b]10;rgb:0000/0000/0000\x07"), []);
    assert_eq!(decoded(b"\x1b]11;?\x07"), []);
}

#[test]
fn an_answer_is_no_key_wherever_pauses_cut_it() {
    let answer = b"\x1b]11;rgb:fdfd/f6f6/e3e3\x1b\\";
    for cut in 2..answer.len() {
        let mut decoder = Decoder::default();
        let mut inputs = decoder.feed(&answer[..cut]);
        // After a pause, a bracket alone is alt and a key. Only the next digit shows that the bracket begins an answer.
        if cut > 2 {
            inputs.extend(decoder.flush());
        }
        inputs.extend(decoder.feed(&answer[cut..]));
        inputs.extend(decoder.flush());
        assert!(
            matches!(inputs[..], [Input::Background(_)]),
            "{cut}: {inputs:?}"
        );
    }
}

#[test]
fn an_answer_that_never_ends_takes_no_key_with_it() {
    let mut decoder = Decoder::default();
    assert_eq!(decoder.feed(b"\x1b]11;rgb:ffff/ff"), []);
    assert_eq!(decoder.flush(), []);
    assert_eq!(decoder.feed(b"q"), [Input::Key(Key::char('q'))]);
    decoder.feed(b"\x1b]11;rgb:ffff/ff");
    assert_eq!(
        decoder.feed(b"\x1b[A"),
        [Input::Key(Key::plain(KeyCode::Up))]
    );
    decoder.feed(b"\x1b]11;");
    decoder.feed(&[b'f'; 100]);
    assert_eq!(decoder.feed(b"q"), [Input::Key(Key::char('q'))]);
    assert_eq!(keys(b"\x1b]"), "alt-]");
    assert_eq!(keys(b"\x1b]x"), "alt-] x");
}

proptest! {
    #[test]
    fn any_bytes_are_swallowed_and_none_stay(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut decoder = Decoder::default();
        decoder.feed(&bytes);
        decoder.flush();
        prop_assert!(!decoder.has_pending());
    }

    #[test]
    fn where_reads_are_cut_does_not_matter(
        parts in proptest::collection::vec(proptest::sample::select(vec![
            &b"q"[..], b"\x1b[A", b"\x1b[1;5C", b"\x1bOP", "ä".as_bytes(), "→".as_bytes(), b"\x1b[I",
            b"\x1b[200~two words\x1b[201~", b"\r", b"\x1b]11;rgb:0/0/0\x1b\\", b"\x1b[?6c", b"\x1b[[B", b"\x1bx",
        ]), 0..12),
        cut in 1..7usize,
    ) {
        let all = parts.concat();
        let mut decoder = Decoder::default();
        let cut_up: Vec<Input> = all.chunks(cut).flat_map(|chunk| decoder.feed(chunk)).collect();
        prop_assert_eq!(cut_up, decoded(&all));
    }
}
