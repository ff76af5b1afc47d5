//! Properties that hold after any pictures and keys: each mark has a change, no case that ended long ago has a row, and
//! the selection is on a row.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;

use super::snapshot::CaseSnapshot;
use super::*;
use crate::app::fixture::{case, model, now, with_cases, with_storm};
use crate::app::model::Model;
use crate::app::msg::Msg;
use crate::app::rows::{RowRef, position};
use crate::app::update::{expire_marks, update};
use crate::picture::Picture;

#[derive(Clone, Debug)]
enum Step {
    Picture(Box<Picture>),
    Key(&'static str),
    Focus,
    InSight(Option<(usize, usize)>),
    Wait(u64),
}

fn some_picture() -> impl Strategy<Value = Step> {
    let one = (0..8_u8, 0..2_u8, any::<bool>(), any::<bool>());
    let cases = prop::collection::vec(one, 0..8);
    (cases, prop::option::of(0..6_usize)).prop_map(|(mut cases, storm)| {
        cases.sort_unstable();
        cases.dedup_by_key(|(id, ..)| *id);
        let cases = cases.into_iter().map(|(id, priority, snoozed, renamed)| {
            let name = format!("Q{id}");
            let mut one = case(&name, "pod has restarted", "c0", "h1");
            one.priority = (priority > 0).then(|| "P2".into());
            one.snoozed = snoozed && id % 2 == 0;
            if renamed && id % 3 == 0 {
                // The case gets a new id, and its old id becomes an alias.
                one.aliases = vec![one.id.clone()];
                one.id = CaseId::Incident(format!("{name}x").as_str().into());
            }
            one
        });
        let shown = with_cases(cases);
        Step::Picture(Box::new(match storm {
            Some(first) if first + 1 < shown.cases.len() => with_storm(shown, "storm", first),
            _ => shown,
        }))
    })
}

fn step() -> impl Strategy<Value = Step> {
    let keys = ["j", "k", "G", "g", "enter", "esc", "right", "left", "tab"];
    prop_oneof![
        4 => some_picture(),
        4 => prop::sample::select(keys.to_vec()).prop_map(Step::Key),
        1 => Just(Step::Focus),
        1 => prop::option::of((0..3_usize, 0..9_usize)).prop_map(Step::InSight),
        2 => prop::sample::select(vec![1, 20, 40, 90, 4000]).prop_map(Step::Wait),
    ]
}

/// A model and a clock. The harness records every state that each case has had.
struct Harness {
    model: Model,
    now: Now,
    pictures: usize,
    snapshots: BTreeMap<String, Vec<CaseSnapshot>>,
}

impl Harness {
    fn new() -> Self {
        let mut model = model();
        model.viewport.visible_case_rows = Some((0, 99));
        Self {
            model,
            now: now(),
            pictures: 0,
            snapshots: BTreeMap::new(),
        }
    }

    fn apply(&mut self, step: Step) {
        let msg = match step {
            Step::Picture(picture) => {
                self.pictures += 1;
                for case in &picture.cases {
                    let seen = self.snapshots.entry(plain_id(&case.id)).or_default();
                    seen.push(CaseSnapshot::from_case(case));
                }
                Msg::Picture(Arc::new(*picture))
            }
            Step::Key(key) => Msg::Key(key.parse().unwrap()),
            Step::Focus => Msg::FocusGained,
            Step::InSight(rows) => {
                self.model.viewport.visible_case_rows = rows;
                return;
            }
            Step::Wait(seconds) => {
                self.now = self.now.plus(Duration::from_secs(seconds));
                expire_marks(&mut self.model, self.now);
                return;
            }
        };
        update(&mut self.model, msg, self.now);
        // The event loop also does this before each frame.
        expire_marks(&mut self.model, self.now);
    }

    fn check_invariants(&self) -> Result<(), TestCaseError> {
        let Some(picture) = self.model.picture.as_deref() else {
            return Ok(());
        };
        for case in &picture.cases {
            let ever = &self.snapshots[&plain_id(&case.id)];
            let always = ever.len() == self.pictures && ever.iter().all(|one| *one == ever[0]);
            if always {
                prop_assert!(
                    self.model.unseen.changes_of(&case.id).is_empty(),
                    "{case:?}"
                );
            }
        }
        for gone in self.model.unseen.removed() {
            prop_assert!(!removed::is_listed(&gone.case, picture));
            prop_assert!(self.now.since(gone.noticed_at) < MAX_CLEARED_DURATION);
            let held = self
                .model
                .user_selected_row()
                .is_some_and(|row| gone.is_row(row));
            let seen = gone.seen_at.map(|seen| self.now.since(seen));
            prop_assert!(held || seen.is_none_or(|since| since < CLEARED_DURATION));
        }
        let rows = self.model.visible_rows();
        let struck = rows.iter().filter(|row| !row.is_open()).count();
        prop_assert!(struck <= MAX_CLEARED_ROWS);
        let open = rows
            .iter()
            .filter(|row| matches!(row, RowRef::Case(_)))
            .count();
        prop_assert!(open <= picture.cases.len());
        match &self.model.cases.selected {
            None => prop_assert!(rows.is_empty()),
            Some(key) => {
                let at = position(&rows, key).unwrap();
                prop_assert_eq!(rows[at].key(), key.clone());
            }
        }
        Ok(())
    }
}

fn plain_id(id: &CaseId) -> String {
    id.to_string().trim_end_matches('x').to_owned()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn only_what_changed_is_marked_and_nothing_lingers(steps in prop::collection::vec(step(), 0..40)) {
        let mut watch = Harness::new();
        for step in steps {
            watch.apply(step);
            watch.check_invariants()?;
        }
    }

    #[test]
    fn after_a_look_at_everything_nothing_is_marked(steps in prop::collection::vec(step(), 0..20)) {
        let mut watch = Harness::new();
        steps.into_iter().for_each(|step| watch.apply(step));
        watch.model.viewport.visible_case_rows = Some((0, usize::MAX));
        watch.model.overlays.clear();
        watch.apply(Step::Focus);
        // A case that changed after the first focus has a mark that the user must see once more.
        watch.apply(Step::Wait(40));
        watch.apply(Step::Focus);
        watch.apply(Step::Wait(90));
        prop_assert_eq!(watch.model.unseen.marked_count(), 0);
        watch.apply(Step::Wait(3600));
        prop_assert!(watch.model.unseen.removed().is_empty());
        prop_assert_eq!(watch.model.unseen.next_expiry(watch.now, None), None);
    }
}
