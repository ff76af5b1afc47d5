//! Properties of every picture: it can always be built, is never better than its worst source, does not depend on the
//! order of lists, and says how long it stays true.

use std::sync::Arc;
use std::time::Duration;

use hubwatch::domain::answers::Answers;
use hubwatch::domain::verdict::VerdictLevel;
use hubwatch::picture::{Picture, SourceView};
use proptest::prelude::*;

use super::arbitrary::{file, patient_file, situation};
use super::script::Situation;
use super::view;
use super::world::{self, World, picture_at};

fn world(told: &Situation) -> World {
    world::build(&file(), told).unwrap()
}

fn picture(world: &World) -> Picture {
    picture_at(&world.answers, world, world.now)
}

/// The same answers with every list reversed.
fn turned(answers: &Answers) -> Answers {
    let mut answers = answers.clone();
    answers.prometheus.reverse();
    for slot in &mut answers.prometheus {
        turn(&mut slot.answer, |says| says.alerts.reverse());
    }
    for slot in &mut answers.alertmanager {
        turn(&mut slot.answer, |says| says.alerts.reverse());
    }
    if let Some(slot) = &mut answers.incidents {
        turn(&mut slot.answer, |says| {
            says.incidents.reverse();
            says.log.reverse();
        });
    }
    if let Some(slot) = &mut answers.directory {
        turn(&mut slot.answer, |says| {
            says.on_calls.reverse();
            says.users.reverse();
            says.maintenance.reverse();
        });
    }
    for slot in &mut answers.status_pages {
        turn(&mut slot.answer, |says| says.posts.reverse());
    }
    answers
}

fn turn<T: Clone>(
    answer: &mut Option<Arc<hubwatch::domain::source::Answer<T>>>,
    change: impl FnOnce(&mut T),
) {
    if let Some(answer) = answer {
        let mut own = hubwatch::domain::source::Answer::clone(answer);
        change(&mut own.body);
        *answer = Arc::new(own);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_verdict_is_better_than_its_worst_source(told in situation()) {
        let seen = picture(&world(&told));
        let is_whole = |source: &SourceView| {
            source.state.is_fresh() && source.missing_parts().next().is_none()
        };
        let all_whole = seen.sources.iter().all(is_whole);
        prop_assert_eq!(seen.verdict.complete, all_whole);
        if !all_whole {
            prop_assert!(seen.verdict.level <= VerdictLevel::Unknown, "{:?}", seen.verdict);
        }
    }

    #[test]
    fn the_order_of_lists_changes_nothing(told in situation()) {
        let world = world(&told);
        let seen = picture(&world);
        let turned = picture_at(&turned(&world.answers), &world, world.now);
        prop_assert_eq!(view::of(&seen), view::of(&turned));
        prop_assert_eq!(&seen.rows, &turned.rows);
        prop_assert_eq!(&seen.owners, &turned.owners);
        prop_assert_eq!(seen.valid_until, turned.valid_until);
    }

    #[test]
    fn a_picture_stays_true_until_it_says(told in situation()) {
        stays_true(&world(&told))?;
    }

    #[test]
    fn and_so_does_one_whose_sources_are_asked_rarely(told in situation()) {
        stays_true(&world::build(&patient_file(), &told).unwrap())?;
    }

    #[test]
    fn a_picture_without_end_stays_true_for_a_month(told in situation()) {
        let world = world(&told);
        let seen = picture(&world);
        if seen.valid_until.is_none() {
            let later = world.now.plus(Duration::from_secs(30 * 86_400));
            let later = picture_at(&world.answers, &world, later);
            prop_assert_eq!(&seen.verdict, &later.verdict);
            prop_assert_eq!(&seen.cases, &later.cases);
        }
    }
}

fn stays_true(world: &World) -> Result<(), TestCaseError> {
    let seen = picture(world);
    let Some(until) = seen.valid_until else {
        return Ok(());
    };
    prop_assert!(until > seen.at.wall);
    let left = (until - seen.at.wall).to_std().unwrap();
    let Some(left) = left.checked_sub(Duration::from_secs(1)) else {
        return Ok(());
    };
    let later = picture_at(&world.answers, world, world.now.plus(left));
    prop_assert_eq!(&seen.verdict, &later.verdict);
    prop_assert_eq!(&seen.cases, &later.cases);
    prop_assert_eq!(&seen.mismatches, &later.mismatches);
    prop_assert_eq!(&seen.clusters, &later.clusters);
    prop_assert_eq!(&seen.owners, &later.owners);
    Ok(())
}
