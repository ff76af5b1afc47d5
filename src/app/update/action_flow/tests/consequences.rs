//! Side effects are shown before the user confirms. An operation may also be refused or offered again.

use super::*;
use crate::app::fixture::action_flow::with_incident;
use crate::domain::case::{Case, CasePost, PostJoinedBy, Rank};
use crate::domain::incident::Urgency;
use crate::domain::policy::{OutageProcedure, Policy};
use crate::domain::post::{PageOwnership, Post, PostKind};
use crate::domain::source::{SourceId, SourceKind, SourceState};
use crate::picture::{PageView, Picture};
use std::sync::Arc;

fn post(title: &str) -> Post {
    Post {
        since: Some(minutes_ago(5)),
        ..crate::app::fixture::post(title, PostKind::Incident, title)
    }
}

fn page(state: SourceState, posts: Vec<Post>) -> PageView {
    PageView {
        id: SourceId::new(SourceKind::StatusPage, "Hubs"),
        state,
        ownership: PageOwnership::Ours,
        headline: None,
        impacted: Vec::new(),
        posts: posts.into_iter().map(Arc::new).collect(),
    }
}

fn p1() -> crate::domain::case::Case {
    let mut case = assigned_case("Q1", "Bo");
    case.rank = Rank::Priority(0);
    with_incident(case, |incident| incident.priority = Some("P1".into()))
}

fn with_page(case: crate::domain::case::Case, page: PageView) -> Picture {
    let mut picture = picture_with_directory(vec![case]);
    picture.priorities = vec!["P1".into(), "P2".into()];
    picture.pages = vec![page];
    picture
}

fn said(picture: Picture, keys: &str) -> Vec<Warning> {
    let mut model = model_showing(picture);
    model.policy = Arc::new(Policy {
        outage: OutageProcedure {
            effects: vec!["three issues are opened".to_owned()],
            ..OutageProcedure::default()
        },
        ..Policy::default()
    });
    press(&mut model, keys);
    let Step::Confirm(plan) = step(&model) else {
        panic!("{:?}", step(&model));
    };
    let operations = plan.operations.clone();
    shown_warnings(&model, &operations)
}

#[test]
fn raising_to_the_most_severe_priority_says_who_is_told() {
    let at = |case| with_page(case, page(SourceState::Live, Vec::new()));
    let told = [
        Warning::GoesPublic("P1".into(), vec!["Hubs".to_owned()]),
        Warning::ConfiguredEffect("three issues are opened".to_owned()),
    ];
    assert_eq!(said(at(assigned_case("Q1", "Bo")), "p 1"), told);
    // The verdict "outage" sets the priority as well.
    assert_eq!(said(at(assigned_case("Q1", "Bo")), "v o enter"), told);
    assert_eq!(said(at(assigned_case("Q1", "Bo")), "p 2"), []);
    assert_eq!(said(at(p1()), "p 1"), [], "it has it");
}

#[test]
fn a_post_that_stays_is_said_joined_or_not() {
    let joined = || {
        let mut case = p1();
        case.posts = vec![CasePost {
            post: Arc::new(post("Hubs are down")),
            joined_by: PostJoinedBy::Title,
        }];
        with_page(case, page(SourceState::Live, vec![post("Hubs are down")]))
    };
    let stays = Warning::PostStays("P1".into(), "Hubs are down".to_owned());
    assert_eq!(said(joined(), "p 2"), std::slice::from_ref(&stays));
    assert_eq!(said(joined(), "p 3"), [stays], "removed");
    let outlives = Warning::PostOutlivesIncident("Hubs are down".to_owned());
    assert_eq!(said(joined(), "R"), [outlives]);
    let loose = || {
        with_page(
            p1(),
            page(SourceState::Live, vec![post("Something is slow")]),
        )
    };
    let may = [Warning::PostsMayStay(vec!["Something is slow".to_owned()])];
    assert_eq!(said(loose(), "p 2"), may);
    assert_eq!(said(loose(), "R"), may);
    let unknown = with_page(p1(), page(SourceState::Down, Vec::new()));
    let not_known = [Warning::PageNotKnown(vec!["Hubs".to_owned()])];
    assert_eq!(said(unknown, "p 2"), not_known);
    let none = || with_page(p1(), page(SourceState::Live, Vec::new()));
    assert_eq!(said(none(), "p 2"), []);
    let mut impacted = page(SourceState::Live, Vec::new());
    impacted.impacted = vec![("Hub".to_owned(), "major outage".to_owned())];
    assert_eq!(
        said(with_page(p1(), impacted), "p 2"),
        [Warning::ImpactMayStay(vec![
            "Hub (major outage)".to_owned()
        ])]
    );
    // A status page of another team does not inform our public.
    let foreign = |state| PageView {
        ownership: PageOwnership::Foreign,
        ..page(state, vec![post("Something is slow")])
    };
    assert_eq!(said(with_page(p1(), foreign(SourceState::Live)), "p 2"), []);
    assert_eq!(said(with_page(p1(), foreign(SourceState::Down)), "R"), []);
    // A post that is linked to another incident is not about this incident. That other incident explains the impact on
    // the post's services.
    let other = Post {
        linked: Some("Q9".into()),
        services: vec!["Hub".to_owned()],
        ..post("Another")
    };
    let mut others = page(SourceState::Live, vec![other]);
    others.impacted = vec![("Hub".to_owned(), "major outage".to_owned())];
    assert_eq!(said(with_page(p1(), others), "R"), []);
}

#[test]
fn what_is_of_low_urgency_is_not_escalated() {
    let low = with_incident(assigned_case("Q1", "Bo"), |it| it.urgency = Urgency::Low);
    let mut model = model_showing(picture_with_directory(vec![low.clone()]));
    press(&mut model, "E");
    assert!(current_flow(&model).is_none());
    assert!(notice(&model).contains("low urgency"), "{}", notice(&model));
    press(&mut model, "v e");
    assert!(matches!(step(&model), Step::Choose(_, Prompt::Verdict, _)));
    assert!(notice(&model).contains("low urgency"), "{}", notice(&model));
    let mut model = model_showing(picture_with_directory(vec![low, assigned_case("Q2", "Bo")]));
    press(&mut model, "m m E");
    let operations = [Operation::Escalate(2)];
    assert_eq!(
        shown_warnings(&model, &operations),
        [Warning::LowUrgency(1)]
    );
}

#[test]
fn a_p1_that_is_snoozed_leaves_the_verdict_and_that_is_said() {
    let operations = [Operation::Snooze(std::time::Duration::from_secs(3600))];
    let said = |case: Case| {
        let mut model = model_showing(picture_with_directory(vec![acknowledged(case, "Bo")]));
        press(&mut model, "z");
        shown_warnings(&model, &operations)
    };
    let mut p1 = with_incident(assigned_case("Q1", "Bo"), |it| {
        it.priority = Some("P1".into())
    });
    p1.rank = Rank::Priority(0);
    assert_eq!(said(p1.clone()), [Warning::QuietP1("P1".into())]);
    p1.rank = Rank::Priority(1);
    assert_eq!(said(p1), []);
}

fn with_box(by: &str, over_minutes: i64) -> Model {
    let mut case = acknowledged(assigned_case("Q1", by), by);
    case.owners[0].acknowledged = true;
    case.clocks = vec![Clock {
        kind: ClockKind::TimeBox,
        at: minutes_ago(over_minutes),
        estimate: false,
        to: Vec::new(),
    }];
    model_showing(picture_with_directory(vec![case]))
}

#[test]
fn a_colleagues_time_box_is_named() {
    for (by, expected) in [("Bo", vec!["Bo".to_owned()]), ("Ada", vec![])] {
        for keys in ["v f enter", "b 1 x enter"] {
            let mut model = with_box(by, 2);
            press(&mut model, keys);
            let Step::Confirm(plan) = step(&model) else {
                panic!("{keys}: {:?}", step(&model));
            };
            let operations = plan.operations.clone();
            let warned = shown_warnings(&model, &operations).into_iter();
            let names = warned.filter_map(|one| match one {
                Warning::ColleaguesTimeBox(names) => Some(names),
                _ => None,
            });
            let names: Vec<String> = names.flatten().collect();
            assert_eq!(names, expected, "{by} {keys}");
        }
    }
}

#[test]
fn an_extension_that_is_over_before_it_begins_is_not_offered() {
    let offered = |over: i64| {
        let model = with_box("Ada", over);
        let ctx = model.operation_context(now());
        let subject = crate::plan::ActionSubject::from_cases(vec![Arc::clone(
            &model.picture.as_ref().unwrap().cases[0],
        )]);
        let form = crate::plan::Form::new(
            crate::domain::operation::IncidentAction::TimeBox,
            &subject,
            &ctx,
        );
        let choices = ctx.choices(Prompt::Extension, &form, &subject);
        let minutes = choices.iter().map(|choice| match choice {
            crate::domain::operation::Choice::Duration(span) => span.as_secs() / 60,
            other => panic!("{other:?}"),
        });
        minutes.collect::<Vec<_>>()
    };
    assert_eq!(offered(-5), [10, 15, 30, 60]);
    assert_eq!(offered(2), [10, 15, 30, 60]);
    assert_eq!(offered(90), [100, 105, 120, 150]);
}

#[test]
fn a_note_that_extends_by_too_little_is_said_to_be_over() {
    let mut model = with_box("Ada", 5);
    press(&mut model, "n");
    let over = |text: &str| shown_warnings(&model, &[plain(text)]);
    assert_eq!(
        over("[hubwatch] time-box +1m: wait"),
        [Warning::TimeBoxOver(minutes_ago(4))]
    );
    assert_eq!(over("[hubwatch] time-box +10m: wait"), []);
}

#[test]
fn an_extension_that_ran_out_while_its_reason_was_typed_is_asked_for_again() {
    let mut model = with_box("Ada", 5);
    press(&mut model, "b 1 w h y enter");
    assert!(matches!(step(&model), Step::Confirm(_)));
    let later = now().plus(std::time::Duration::from_secs(360));
    let enter = "enter".parse().unwrap();
    let effects = update(&mut model, Msg::Key(enter), later).effects;
    assert_eq!(sent_batch(&effects), None);
    assert!(matches!(
        step(&model),
        Step::Choose(_, Prompt::Extension, _)
    ));
    assert!(notice(&model).contains("longer"), "{}", notice(&model));
    let two = "2".parse().unwrap();
    update(&mut model, Msg::Key(two), later);
    let Step::Confirm(plan) = step(&model) else {
        panic!("{:?}", step(&model));
    };
    // The time-box ended eleven minutes ago, and fifteen minutes are added. The typed text stays.
    let [Operation::Note(note)] = plan.operations.as_slice() else {
        panic!("{:?}", plan.operations);
    };
    assert_eq!(note.text, "[hubwatch] time-box +26m: why");
}
