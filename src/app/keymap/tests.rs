use super::*;

fn shipped() -> Keymap {
    DEFAULT_KEYMAP.parse().unwrap()
}

#[test]
fn the_shipped_map_is_the_default_and_names_every_action() {
    let map = shipped();
    assert_eq!(map, Keymap::default());
    for action in Action::iter() {
        let bound = Context::iter().any(|context| !map.keys(context, action).is_empty());
        assert!(bound, "{action} has no key");
    }
}

#[test]
fn what_a_context_does_not_name_falls_through_to_global() {
    let map = shipped();
    assert_eq!(
        map.action(Context::Panes, Key::char('?')),
        Some(Action::Help)
    );
    assert_eq!(
        map.action(Context::Overlay, Key::char('q')),
        Some(Action::Back)
    );
    assert_eq!(
        map.action(Context::Panes, Key::char('q')),
        Some(Action::Quit)
    );
    for context in Context::iter() {
        assert_eq!(
            map.action(context, Key::ctrl('c')),
            Some(Action::ForceQuit),
            "{context}"
        );
    }
}

#[test]
fn no_context_takes_a_global_key_for_something_else() {
    let map = shipped();
    for context in Context::iter() {
        for (action, keys) in map.bindings(context) {
            for key in keys {
                let global = map.action(Context::Global, *key);
                assert!(global.is_none_or(|other| other == action), "{key}");
            }
        }
    }
}

#[test]
fn a_wrong_map_says_what_is_wrong() {
    let says = |text: &str| text.parse::<Keymap>().unwrap_err().to_string();
    let with = |more: &str| format!("[global]\nforce_quit = [\"ctrl-c\"]\n{more}");
    assert!(says("[panes]\nquit = [\"q\"]").contains("force_quit"));
    assert!(says(&with("[pane]\nquit = [\"q\"]")).contains("`[pane]`"));
    assert!(says(&with("dance = [\"d\"]")).contains("`dance`"));
    assert!(says(&with("help = [\"super\"]")).contains("`super` is not a key"));
    assert!(says(&with("help = [\"x\"]\nredraw = [\"x\"]")).contains("both help and redraw"));
    assert!(says("global = 1").contains("invalid type"));
    for wrong in [
        "[pane]\nquit = [\"q\"]",
        "dance = [\"d\"]",
        "help = [\"super\"]",
        "help = [\"x\"]\nredraw = [\"x\"]",
    ] {
        let line = match wrong.contains("redraw") {
            true => "line 4",
            false => "line 3",
        };
        assert!(says(&with(wrong)).contains(line), "{}", says(&with(wrong)));
    }
}
