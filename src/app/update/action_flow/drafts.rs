//! Saves typed text, from its first character until PagerDuty has accepted it.

use super::current_flow;
use crate::app::action_flow::{ActionFlow, Step};
use crate::app::effect::Effect;
use crate::app::model::Model;
use crate::app::update::notify;
use crate::domain::now::Now;
use crate::domain::operation::{
    Draft, DraftIncident, DraftKey, Operation, OperationKind, Outcome, OutcomeDetail, Purpose,
};
use crate::plan::{ActionSubject, Plan};
use crate::wording::operation;

/// Adds the drafts of earlier runs to the model.
pub(in crate::app::update) fn merge_loaded(
    model: &mut Model,
    drafts: Vec<Draft>,
    now: Now,
) -> Vec<Effect> {
    let account = model.account();
    for draft in drafts {
        if !draft.may_be_for(account.as_ref()) {
            model.foreign_drafts += 1;
        } else if !has_same_subject(model, &draft) {
            // The drafts of this run are newer than the loaded ones. So a loaded draft is added only if this run has
            // none with the same subject.
            model.drafts.insert(draft.key(), draft);
        }
    }
    match model.drafts.len() {
        0 => Vec::new(),
        count => notify(model, operation::drafts_found(count), now),
    }
}

fn has_same_subject(model: &Model, draft: &Draft) -> bool {
    let mut known = model.drafts.values();
    known.any(|known| is_of_same_subject(known, draft))
}

fn is_of_same_subject(one: &Draft, other: &Draft) -> bool {
    one.case == other.case
        && one.purpose.name() == other.purpose.name()
        && other.may_be_for(one.account.as_ref())
}

/// Forgets drafts of other accounts once the account is known. These drafts stay on the disk for a run with their own
/// account.
pub(in crate::app::update) fn forget_foreign(model: &mut Model) {
    if model.drafts.is_empty() {
        return;
    }
    let account = model.account();
    let known = model.drafts.len();
    model
        .drafts
        .retain(|_, draft| draft.may_be_for(account.as_ref()));
    model.foreign_drafts += known - model.drafts.len();
}

/// The text of a saved draft for this subject and purpose.
pub(super) fn find_text(
    model: &Model,
    subject: &ActionSubject,
    purpose: &Purpose,
) -> Option<String> {
    let cases = subject.cases.first();
    let names = cases.map(|case| {
        let aliases = case.aliases.iter().cloned();
        aliases.chain([case.id.clone()]).collect::<Vec<_>>()
    });
    let names = names.unwrap_or_else(|| subject.case_id().into_iter().collect());
    let mut drafts = model.drafts.values();
    let draft = drafts
        .find(|draft| names.contains(&draft.case) && draft.purpose.name() == purpose.name())?;
    Some(draft.text.clone())
}

/// Saves the text that is being typed.
pub(super) fn save_current(model: &mut Model, now: Now) -> Vec<Effect> {
    let Some(ActionFlow {
        subject,
        step: Step::Write(_, purpose, line),
    }) = current_flow(model)
    else {
        return Vec::new();
    };
    let Some(case) = subject.case_id() else {
        return Vec::new();
    };
    let text = line.text().to_owned();
    let about = subject.targets().map(|target| DraftIncident {
        incident: target.incident.id.clone(),
        number: target.incident.number,
        title: target.incident.title.clone(),
    });
    let draft = Draft {
        case,
        purpose: purpose.clone(),
        incidents: about.collect(),
        at: now.wall,
        in_doubt: false,
        declaration_key: None,
        account: model.account(),
        text,
    };
    let is_empty = draft.text.trim().is_empty();
    // The mark `in_doubt` is taken over only from a draft with exactly this text. A changed text is another note, which
    // was not sent yet.
    let known = model
        .drafts
        .values()
        .find(|known| is_of_same_subject(known, &draft) && known.text == draft.text);
    let draft = Draft {
        in_doubt: known.is_some_and(|known| known.in_doubt),
        declaration_key: known.and_then(|known| known.declaration_key.clone()),
        ..draft
    };
    let mut effects = delete_replaced(model, &draft, is_empty);
    if !is_empty {
        model.drafts.insert(draft.key(), draft.clone());
        effects.push(Effect::SaveDraft(draft));
    }
    effects
}

// Deletes the drafts that `draft` replaces. A replaced draft has another key if the account was unknown when the draft
// was begun. The draft with `draft`'s own key is deleted only if `with_own` is set.
fn delete_replaced(model: &mut Model, draft: &Draft, with_own: bool) -> Vec<Effect> {
    let own = draft.key();
    let drafts = model.drafts.iter();
    let replaced = drafts
        .filter(|(key, known)| is_of_same_subject(known, draft) && (with_own || **key != own));
    let replaced: Vec<DraftKey> = replaced.map(|(key, _)| key.clone()).collect();
    let deleted = replaced.iter().flat_map(|key| delete(model, key));
    deleted.collect()
}

/// Marks the plan's draft as in doubt, before its text is sent. If the program ends before the answer arrives, the next
/// run first checks whether PagerDuty has the text.
pub(super) fn mark_in_doubt(model: &mut Model, plan: &Plan) -> Option<Effect> {
    let draft = model.drafts.get_mut(plan.draft.as_ref()?)?;
    draft.in_doubt = true;
    draft.declaration_key = plan
        .operations
        .iter()
        .find_map(|operation| match operation {
            Operation::Declare(declaration) => Some(declaration.key.clone()),
            _ => None,
        });
    Some(Effect::SaveDraft(draft.clone()))
}

/// Deletes the drafts whose text PagerDuty has accepted. Other drafts stay.
pub(super) fn apply_outcomes(model: &mut Model, plan: &Plan, outcomes: &[Outcome]) -> Vec<Effect> {
    let Some(key) = &plan.draft else {
        return Vec::new();
    };
    let texts: Vec<_> = outcomes
        .iter()
        .filter(|outcome| carries_text(outcome))
        .collect();
    if texts.iter().all(|outcome| outcome.is_success()) {
        return delete(model, key);
    }
    let Some(draft) = model.drafts.get_mut(key) else {
        return Vec::new();
    };
    let left = texts.iter().filter(|outcome| !outcome.is_success());
    let left: Vec<_> = left
        .filter_map(|outcome| outcome.incident.clone())
        .collect();
    draft
        .incidents
        .retain(|about| left.contains(&about.incident));
    draft.in_doubt = texts.iter().any(|outcome| outcome.leaves_doubt());
    vec![Effect::SaveDraft(draft.clone())]
}

fn carries_text(outcome: &Outcome) -> bool {
    let skipped = outcome.detail == OutcomeDetail::Skipped;
    matches!(outcome.kind(), OperationKind::Note | OperationKind::Declare) && !skipped
}

/// Deletes a draft that is no longer needed.
pub(super) fn delete(model: &mut Model, key: &DraftKey) -> Vec<Effect> {
    let known = model.drafts.remove(key);
    known
        .map(|_| Effect::DeleteDraft(key.clone()))
        .into_iter()
        .collect()
}
