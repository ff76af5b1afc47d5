//! Tests of keys, quickly typed text and pastes.

use super::three;
use crate::app::action::Context;
use crate::app::effect::Effect;
use crate::app::fixture::{model_showing, now, press};
use crate::app::msg::Msg;
use crate::app::update::update;

#[test]
fn what_is_pasted_is_never_a_key() {
    let mut model = model_showing(three());
    let paste = |text: &str| Msg::Paste(text.to_owned());
    let nothing = update(&mut model, paste("q"), now());
    assert!(nothing.effects.is_empty() && !nothing.dirty);
    press(&mut model, "/");
    update(&mut model, paste("leap\n\x1b[31mprod"), now());
    assert_eq!(model.filter.text(), "leap  [31mprod");
}

#[test]
fn what_is_typed_at_once_is_what_the_keys_write_one_by_one() {
    let (mut at_once, mut singly) = (model_showing(three()), model_showing(three()));
    for model in [&mut at_once, &mut singly] {
        press(model, "/");
    }
    update(&mut at_once, Msg::Typed("q?temp".to_owned()), now());
    press(&mut singly, "q ? t e m p");
    assert_eq!(at_once.filter, singly.filter);
    assert_eq!(at_once.cases, singly.cases);
    update(&mut at_once, Msg::Typed("x".repeat(3000)), now());
    assert_eq!(at_once.filter.text().chars().count(), 200);
}

#[test]
fn an_escape_that_arrives_with_the_next_key_is_both_keys() {
    let mut model = model_showing(three());
    press(&mut model, "/ l e a p enter");
    press(&mut model, "alt-/ a");
    assert_eq!(model.filter.text(), "a");
    assert_eq!(model.context(), Context::Filter);
    press(&mut model, "esc enter");
    assert_eq!(press(&mut model, "alt-q").effects, [Effect::Quit]);
}

#[test]
fn a_key_with_alt_that_edits_a_line_stays_one() {
    let mut model = model_showing(three());
    press(&mut model, "/ t w o space w o r d s alt-b X");
    assert_eq!(model.filter.text(), "two Xwords");
    press(&mut model, "alt-enter");
    assert_eq!(model.filter.text(), "");
}

#[test]
fn q_backs_out_and_quits_only_from_the_panes() {
    let mut model = model_showing(three());
    press(&mut model, "enter ?");
    assert_eq!(model.overlays.len(), 2);
    assert!(press(&mut model, "q q").effects.is_empty());
    assert!(model.overlays.is_empty());
    assert_eq!(press(&mut model, "q").effects, [Effect::Quit]);
}
