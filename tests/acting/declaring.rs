//! Declares incidents for problems that only hubwatch has noticed.

use hubwatch::domain::incident::Reference;
use hubwatch::domain::operation::{
    Declaration, Operation, OperationBatch, OperationResult, Outcome, OutcomeDetail,
};
use hubwatch::sources::pagerduty::Access::ReadWrite;
use serde_json::Value;

use super::bench::{Bench, Fate, ada, served};

fn declaration(priority: Option<&str>) -> Declaration {
    Declaration {
        key: "hubwatch-7f3a".into(),
        since: None,
        title: "hub leap/prod is down".into(),
        service: Reference {
            id: "PVHUBURL".into(),
            name: "JupyterHub URL availability".into(),
        },
        priority: priority.map(Into::into),
        hub: None,
        details: "our probe: 503 for 4 minutes".into(),
    }
}

async fn declare(bench: &Bench, priority: Option<&str>) -> Outcome {
    let batch = OperationBatch {
        number: 1,
        operations: vec![Operation::Declare(declaration(priority))],
        incidents: Vec::new(),
        actor: Some(ada()),
    };
    let mut outcomes = bench.run_batch(&batch).await;
    assert_eq!(outcomes.len(), 1);
    outcomes.remove(0)
}

#[tokio::test]
async fn it_is_opened_with_all_that_was_meant() {
    served(ReadWrite, async |bench| {
        let outcome = declare(&bench, Some("P1")).await;
        assert_eq!(outcome.result, OperationResult::Done, "{outcome:?}");
        let id = outcome.incident.unwrap();
        let held = bench.held(id.as_str());
        assert_eq!(held.title, "hub leap/prod is down");
        assert_eq!(
            (held.service.as_str(), held.priority.as_deref()),
            ("hub-url", Some("P1"))
        );
        assert_eq!(held.incident_key.as_deref(), Some("hubwatch-7f3a"));
        assert_eq!(held.body.as_deref(), Some("our probe: 503 for 4 minutes"));
        assert_eq!(outcome.read_back.unwrap().priority, Some("P1".into()));
    })
    .await;
}

#[tokio::test]
async fn a_second_time_it_is_there() {
    served(ReadWrite, async |bench| {
        let first = declare(&bench, None).await;
        bench.written();
        let second = declare(&bench, None).await;
        assert_eq!(second.result, OperationResult::Already);
        assert_eq!(second.incident, first.incident);
        assert!(bench.written().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_key_that_is_refused_is_looked_for() {
    served(ReadWrite, async |bench| {
        declare(&bench, None).await;
        let mut looks = 0;
        bench.twist(move |asked, _, _| {
            looks += usize::from(asked.is("GET /incidents"));
            // The first search comes before PagerDuty lists the incident.
            match looks == 1 && asked.is("GET /incidents") {
                true => Fate::Say(200, serde_json::json!({ "incidents": [] })),
                false => Fate::Pass,
            }
        });
        let second = declare(&bench, None).await;
        assert_eq!(second.result, OperationResult::Already, "{second:?}");
        assert_eq!(bench.world().account.incidents.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_was_lost_is_looked_for_by_its_key() {
    for arrived in [false, true] {
        served(ReadWrite, async |bench| {
            bench.twist(move |asked, _, _| match (asked.writes(), arrived) {
                (true, true) => Fate::PassThenSay(500, Value::Null),
                (true, false) => Fate::Say(500, Value::Null),
                (false, _) => Fate::Pass,
            });
            let outcome = declare(&bench, None).await;
            match arrived {
                true => assert!(matches!(
                    outcome.detail,
                    OutcomeDetail::Confirmed {
                        response_lost: true,
                        ..
                    }
                )),
                false => assert!(
                    matches!(outcome.detail, OutcomeDetail::NotVisibleYet(_)),
                    "{outcome:?}"
                ),
            }
            assert_eq!(outcome.incident.is_some(), arrived);
            assert_eq!(bench.written().len(), 1);
        })
        .await;
    }
}

#[tokio::test]
async fn a_priority_that_the_account_does_not_know_is_not_sent() {
    served(ReadWrite, async |bench| {
        let outcome = declare(&bench, Some("P77")).await;
        assert_eq!(outcome.result, OperationResult::Refused);
        assert_eq!(outcome.incident, None);
        assert!(bench.written().is_empty());
    })
    .await;
}
