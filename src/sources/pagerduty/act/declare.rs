//! A new incident, known by its key: it is looked for before it is opened and where the answer was lost.

use std::sync::Arc;

use super::bodies;
use super::desk::{Came, Desk, Written, said_no, unread};
use super::settle::{LOOK, READ_BACK};
use super::single::answered;
use crate::domain::incident::Incident;
use crate::domain::operation::{Declaration, Operation, Outcome, OutcomeDetail};
use crate::sources::pagerduty::listings;
use crate::sources::pagerduty::refusal::Refusal;

/// Opens it, unless it is there.
pub(super) async fn declare(
    desk: &Desk<'_>,
    deed: &Operation,
    declaration: &Declaration,
) -> Outcome {
    let Came { why, fresh } = opened(desk, declaration).await;
    let id = fresh.as_ref().map(|fresh| fresh.id.clone());
    Outcome::new(deed, id.as_ref(), why, fresh)
}

async fn opened(desk: &Desk<'_>, declaration: &Declaration) -> Came {
    match keyed(desk, declaration).await {
        Ok(None) => {}
        Ok(Some(there)) => return before(&there),
        Err(refusal) => return Came::new(unread(&refusal), None),
    }
    let priority = match &declaration.priority {
        None => None,
        Some(name) => match desk.priority(name).await {
            Ok(id) => Some(id),
            Err(why) => return Came::new(why, None),
        },
    };
    let write = bodies::declaration(declaration, priority.as_deref());
    match desk.write(&write).await {
        Written::Good(heard) => read_back(desk, declaration, answered(&heard.response)).await,
        Written::No(refusal) => refused(desk, declaration, &refusal).await,
        Written::Lost(words) => look(desk, declaration, words).await,
    }
}

async fn read_back(
    desk: &Desk<'_>,
    declaration: &Declaration,
    answer: Option<Arc<Incident>>,
) -> Came {
    let Some(answer) = answer else {
        let words = "PagerDuty's answer about the new incident makes no sense".to_owned();
        return look(desk, declaration, words).await;
    };
    let mut unread = false;
    for wait in READ_BACK {
        desk.pause(wait).await;
        match desk.read(&answer.id).await {
            Ok(fresh) => return shown(&fresh, false),
            Err(refusal) => unread |= !refusal.is_not_found(),
        }
    }
    // PagerDuty gave it a number: it is there, though it cannot be read now.
    if unread {
        shown(&answer, false)
    } else {
        Came::new(OutcomeDetail::Diverged(Vec::new()), Some(&answer))
    }
}

// A second attempt's key is refused; the incident of the first one is what was wanted.
async fn refused(desk: &Desk<'_>, declaration: &Declaration, refusal: &Refusal) -> Came {
    if refusal.status == Some(400)
        && let Ok(Some(there)) = keyed(desk, declaration).await
    {
        return before(&there);
    }
    Came::new(said_no(refusal), None)
}

async fn look(desk: &Desk<'_>, declaration: &Declaration, words: String) -> Came {
    let mut why = OutcomeDetail::Unverified(words.clone());
    for wait in LOOK {
        desk.pause(wait).await;
        match keyed(desk, declaration).await {
            Ok(Some(there)) => return shown(&there, true),
            Ok(None) => why = OutcomeDetail::NotVisibleYet(words.clone()),
            Err(_) => {}
        }
    }
    Came::new(why, None)
}

async fn keyed(
    desk: &Desk<'_>,
    declaration: &Declaration,
) -> Result<Option<Arc<Incident>>, Refusal> {
    desk.hold().await?;
    let found = listings::keyed(desk.client, &declaration.key).await?;
    let is_it = |it: &Incident| {
        let since = declaration.since;
        it.is_open() || since.is_none_or(|since| it.created_at >= since)
    };
    Ok(found.into_iter().find(is_it).map(Arc::new))
}

fn shown(fresh: &Arc<Incident>, lost: bool) -> Came {
    let why = OutcomeDetail::Confirmed {
        at: Some(fresh.created_at),
        response_lost: lost,
        other_acks: Vec::new(),
    };
    Came::new(why, Some(fresh))
}

fn before(there: &Arc<Incident>) -> Came {
    let why = OutcomeDetail::Already {
        by: Vec::new(),
        at: Some(there.created_at),
        other_acks: Vec::new(),
    };
    Came::new(why, Some(there))
}
