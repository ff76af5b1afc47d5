//! Answers arrive one by one, in any order, and the screen shows each at once. The order does not change the final
//! screen. A source that fails for a while and answers again leaves the same cases.

use std::sync::Arc;
use std::time::Duration;

use hubwatch::app::model::{Model, SessionOptions};
use hubwatch::app::msg::Msg;
use hubwatch::app::update::update;
use hubwatch::domain::answers::Answers;
use hubwatch::domain::ids::CaseId;
use hubwatch::domain::now::Now;
use hubwatch::domain::source::Slot;
use hubwatch::picture::Picture;
use hubwatch::runtime::slots::{SlotWriter, Slots};
use proptest::prelude::*;

use super::arbitrary::{file, situation};
use super::view;
use super::world::{self, World, picture_at};

/// Writes one source's answer to its slot.
type Arrival = Box<dyn FnOnce()>;

/// Slots without an answer yet, and the answers to come.
fn silent(answers: &Answers) -> (Slots, Vec<Arrival>) {
    let mut slots = Slots::default();
    let mut arrivals = Vec::new();
    for slot in &answers.prometheus {
        arrivals.push(arrival(
            slots.add(quiet(slot), |all, it| all.prometheus.push(it)),
            slot,
        ));
    }
    for slot in &answers.alertmanager {
        arrivals.push(arrival(
            slots.add(quiet(slot), |all, it| all.alertmanager.push(it)),
            slot,
        ));
    }
    if let Some(slot) = &answers.incidents {
        arrivals.push(arrival(
            slots.add(quiet(slot), |all, it| all.incidents = Some(it)),
            slot,
        ));
    }
    if let Some(slot) = &answers.directory {
        arrivals.push(arrival(
            slots.add(quiet(slot), |all, it| all.directory = Some(it)),
            slot,
        ));
    }
    for slot in &answers.status_pages {
        arrivals.push(arrival(
            slots.add(quiet(slot), |all, it| all.status_pages.push(it)),
            slot,
        ));
    }
    if let Some(slot) = &answers.probes {
        arrivals.push(arrival(
            slots.add(quiet(slot), |all, it| all.probes = Some(it)),
            slot,
        ));
    }
    (slots, arrivals)
}

fn quiet<T>(slot: &Slot<T>) -> Slot<T> {
    Slot::waiting(slot.id.clone(), slot.interval)
}

fn arrival<T: Send + Sync + 'static>(writer: SlotWriter<T>, slot: &Slot<T>) -> Arrival {
    let told = slot.clone();
    Box::new(move || writer.change(|slot| *slot = told))
}

/// The model after every arrival was shown.
fn shown(world: &World, order: &[usize]) -> Model {
    let policy = Arc::new(world.config.policy.clone());
    let session = SessionOptions {
        demo: false,
        read_only: false,
        zone: policy.display_zone,
    };
    let mut model = Model::new(Arc::clone(&policy), session);
    let (slots, arrivals) = silent(&world.answers);
    let mut arrivals: Vec<_> = arrivals.into_iter().map(Some).collect();
    for at in order {
        let count = arrivals.len();
        if let Some(arrive) = arrivals[at % count].take() {
            arrive();
        }
        show(&mut model, &slots.answers(), world);
    }
    arrivals.into_iter().flatten().for_each(|arrive| arrive());
    show(&mut model, &slots.answers(), world);
    model
}

fn show(model: &mut Model, answers: &Answers, world: &World) {
    let picture = picture_at(answers, world, world.now);
    update(model, Msg::Picture(Arc::new(picture)), world.now);
}

/// The picture after a time `span` without a new answer.
fn later(world: &World, span: Duration) -> Picture {
    picture_at(&world.answers, world, world.now.plus(span))
}

/// The same answers, written again at `now`.
fn heard_again(answers: &Answers, now: Now) -> Answers {
    let mut answers = answers.clone();
    answers.prometheus.iter_mut().for_each(|s| renew(s, now));
    answers.alertmanager.iter_mut().for_each(|s| renew(s, now));
    answers.incidents.iter_mut().for_each(|s| renew(s, now));
    answers.directory.iter_mut().for_each(|s| renew(s, now));
    answers.status_pages.iter_mut().for_each(|s| renew(s, now));
    answers
}

fn renew<T: Clone>(slot: &mut Slot<T>, now: Now) {
    if let Some(answer) = slot.answer.as_mut().map(Arc::make_mut) {
        (answer.asked_at, answer.got_at) = (now, now);
        answer.server_clock = None;
        slot.failure = None;
    }
}

/// The cases of alerts and incidents. A hub that only a probe found down has no case while the probe's data is stale,
/// so such cases are left out.
fn told_of(picture: &Picture) -> Vec<(CaseId, Vec<CaseId>)> {
    let lasts = |id: &&CaseId| !matches!(id, CaseId::Hub(_));
    let mut ids: Vec<_> = picture
        .cases
        .iter()
        .filter(|case| lasts(&&case.id))
        .map(|case| {
            let related = case.related.iter().filter(lasts).cloned();
            (case.id.clone(), related.collect())
        })
        .collect();
    ids.sort();
    ids
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        cases: 96,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_order_of_arrival_changes_nothing(
        told in situation(),
        order in prop::collection::vec(0_usize..20, 0..12),
    ) {
        let world = world::build(&file(), &told).unwrap();
        let (straight, shuffled) = (shown(&world, &[]), shown(&world, &order));
        let seen = |model: &Model| view::of(model.picture.as_ref().unwrap());
        prop_assert_eq!(seen(&straight), seen(&shuffled));
        prop_assert_eq!(&straight.picture.unwrap().rows, &shuffled.picture.unwrap().rows);
        prop_assert_eq!(&straight.cases.selected, &shuffled.cases.selected);
    }

    #[test]
    fn a_source_going_stale_and_back_leaves_the_same_cases(
        told in situation(),
        silence in 300_u64..7200,
    ) {
        let mut world = world::build(&file(), &told).unwrap();
        // All sources are fresh at first, so that only their silence can change the cases.
        world.answers = heard_again(&world.answers, world.now);
        let fresh = later(&world, Duration::ZERO);
        let silent = later(&world, Duration::from_secs(silence));
        prop_assert_eq!(told_of(&fresh), told_of(&silent));
        let back = heard_again(&world.answers, world.now.plus(Duration::from_secs(silence)));
        let after = picture_at(&back, &world, world.now.plus(Duration::from_secs(silence)));
        prop_assert_eq!(told_of(&fresh), told_of(&after));
    }
}
