use std::sync::Arc;

use super::screen;
use super::world::{policy, world};
use crate::app::fixture::{model, show_picture};
use crate::app::model::{Model, Overlay, OverlayKind};
use crate::domain::ids::HubKey;

fn opened(cluster: &str, hub: &str) -> Model {
    let mut model = model();
    model.policy = Arc::new(policy());
    show_picture(&mut model, world());
    let kind = OverlayKind::Hub(HubKey::new(cluster, hub));
    model.overlays.push(Overlay::new(kind));
    model
}

#[test]
fn down() {
    insta::assert_snapshot!(screen(&opened("leap", "prod"), 100, 44));
}

#[test]
fn unknown_with_signals_that_are_past() {
    insta::assert_snapshot!(screen(&opened("opensci", "staging"), 80, 36));
}

#[test]
fn up_and_nothing_known_of_it() {
    insta::assert_snapshot!(screen(&opened("leap", "staging"), 80, 36));
}

#[test]
fn no_longer_watched() {
    insta::assert_snapshot!(screen(&opened("gone", "prod"), 60, 6));
}
