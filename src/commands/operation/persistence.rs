//! Saves the data that must outlive a command: a journal line for each operation, and the text of a note until
//! PagerDuty has the note. If the data cannot be written, the command says so and continues.

use std::path::PathBuf;
use std::sync::Arc;

use super::{CommandContext, out};
use crate::domain::ids::{CaseId, IncidentId};
use crate::domain::incident::Incident;
use crate::domain::operation::{
    Draft, DraftAccount, DraftIncident, DraftKey, Operation, OperationBatch, Outcome,
    OutcomeDetail, OutgoingNote, Purpose,
};
use crate::domain::policy::Policy;
use crate::report::operations::OperationReport;
use crate::runtime::journal::Journal;
use crate::store::drafts::{self, DraftStore};
use crate::wording::operation;

/// Writes the journal and the drafts of a command.
pub struct Persistence<'a> {
    context: &'a CommandContext,
    /// The address of PagerDuty's API.
    api: Option<String>,
    journal: Journal,
    /// The drafts of this command; `None` without a state directory.
    own_drafts: Option<DraftStore>,
    /// The drafts of earlier runs. No draft is added to them.
    earlier_drafts: Option<DraftStore>,
}

impl<'a> Persistence<'a> {
    /// Saves everything in the state directory `state`. Without a directory nothing is saved.
    pub fn new(context: &'a CommandContext, state: Option<PathBuf>, policy: &Policy) -> Self {
        let run = format!(
            "{}-{}",
            std::process::id(),
            context.time.now().wall.timestamp_micros()
        );
        let folder = |name: &str| {
            let dir = drafts::dir(state.as_deref()?);
            Some(DraftStore::new(dir, format!("{run}-{name}")))
        };
        let (own, earlier) = (folder("sh"), folder("look"));
        Self {
            context,
            api: policy.pagerduty_api.clone(),
            journal: Journal {
                dir: state,
                tasks: context.tasks.clone(),
                zone: policy.display_zone,
                time: Arc::clone(&context.time),
            },
            own_drafts: own,
            earlier_drafts: earlier,
        }
    }

    /// Whether the same note was sent earlier and got no answer. If so, PagerDuty is searched for the note before the
    /// note is sent again.
    pub fn is_in_doubt(&mut self, incident: &Incident, text: &str) -> bool {
        let now = self.context.time.now().wall;
        let found = self
            .earlier_drafts
            .as_mut()
            .map(|folder| folder.adopt_drafts(now));
        let Some(Ok(found)) = found else {
            return false;
        };
        let case = CaseId::Incident(incident.id.clone());
        let account = self.account_of(Some(incident));
        let is_in_doubt = found.drafts.iter().any(|draft| {
            draft.in_doubt
                && draft.may_be_for(account.as_ref())
                && draft.purpose == Purpose::Note
                && draft.case == case
                && draft.text.trim() == text.trim()
        });
        // The drafts of ended runs are released if none of them is a draft of this note, since a dashboard that starts
        // at the same time may need them.
        if !is_in_doubt {
            self.earlier_drafts = None;
        }
        is_in_doubt
    }

    /// Records that `batch` is about to be sent, and saves its notes as drafts.
    pub async fn record_start(&mut self, batch: &OperationBatch) {
        report_journal_error(self.journal.record_start(batch).await);
        for (incident, note) in incident_notes(batch) {
            self.save_draft(Some(incident), &incident.id, &note.text, true);
        }
    }

    pub async fn record_outcomes(&mut self, batch: &OperationBatch, outcomes: &[Outcome]) {
        report_journal_error(self.journal.record_outcomes(batch, outcomes).await);
        for (incident, note) in incident_notes(batch) {
            let mut its = outcomes.iter();
            let its = its.find(|outcome| outcome.incident.as_ref() == Some(&incident.id));
            match its {
                Some(outcome) if outcome.is_success() => self.discard_draft(incident),
                its => {
                    let in_doubt = its.is_none_or(Outcome::leaves_doubt);
                    self.save_and_report(incident, note, in_doubt);
                }
            }
        }
    }

    /// Saves the note's text as a draft for each incident that could not be read.
    pub fn save_unreadable(&mut self, reports: &[OperationReport], text: &str) {
        for report in reports {
            if let OperationReport::NotSent(not_sent) = report
                && let crate::domain::operation::NotSentReason::Blocked(OutcomeDetail::Unreachable(
                    _,
                )) = not_sent.reason
                && let Some(id) = &not_sent.incident
                && self.save_draft(None, id, text, false)
            {
                out::print_message(operation::shell::text_kept(false));
            }
        }
    }

    fn save_and_report(&mut self, incident: &Incident, note: &OutgoingNote, in_doubt: bool) {
        if self.save_draft(Some(incident), &incident.id, &note.text, in_doubt) {
            out::print_message(operation::shell::text_kept(in_doubt));
        } else if self.own_drafts.is_none() {
            out::print_message("the note is not saved: there is no state folder");
        }
    }

    fn save_draft(
        &mut self,
        incident: Option<&Incident>,
        id: &IncidentId,
        text: &str,
        in_doubt: bool,
    ) -> bool {
        let about = DraftIncident {
            incident: id.clone(),
            number: incident.map_or(0, |incident| incident.number),
            title: incident.map_or_else(String::new, |incident| incident.title.clone()),
        };
        let draft = Draft {
            case: CaseId::Incident(id.clone()),
            purpose: Purpose::Note,
            incidents: vec![about],
            text: text.to_owned(),
            at: self.context.time.now().wall,
            in_doubt,
            declaration_key: None,
            account: self.account_of(incident),
        };
        let kept = self.own_drafts.as_mut().map(|folder| folder.save(&draft));
        match kept {
            Some(Ok(())) => true,
            Some(Err(error)) => {
                out::print_message(&format!("the note is not saved: {error}"));
                false
            }
            None => false,
        }
    }

    fn account_of(&self, incident: Option<&Incident>) -> Option<DraftAccount> {
        let page = incident.and_then(|incident| incident.url.as_deref());
        Some(DraftAccount::new(self.api.as_deref()?, page))
    }

    // Discards the note's draft. A draft's key contains the account as far as it was known when the draft was saved:
    // with the host of its web pages, with the API's address alone, or not at all. So all three keys are tried.
    // `earlier_drafts` is `Some` only if an earlier run saved a draft of the same note.
    fn discard_draft(&mut self, incident: &Incident) {
        let key = |account| DraftKey {
            account,
            case: CaseId::Incident(incident.id.clone()),
            purpose: Purpose::Note.name().to_owned(),
        };
        let own = self.account_of(Some(incident));
        let nameless = self.account_of(None);
        let keys = [own, nameless, None].map(key);
        for folder in self.own_drafts.iter().chain(&self.earlier_drafts) {
            let results = keys.iter().map(|key| folder.discard(key));
            if let Some(error) = results.filter_map(Result::err).next() {
                out::print_message(&format!(
                    "the draft of this note cannot be deleted: {error}"
                ));
            }
        }
    }
}

fn report_journal_error(written: Result<(), String>) {
    if let Err(text) = written {
        out::print_message(&text);
    }
}

// Each note of the batch, with its incident.
fn incident_notes(batch: &OperationBatch) -> impl Iterator<Item = (&Incident, &OutgoingNote)> {
    let operations = batch
        .operations
        .iter()
        .filter_map(|operation| match operation {
            Operation::Note(note) => Some(note),
            _ => None,
        });
    operations.flat_map(|note| {
        batch
            .incidents
            .iter()
            .map(move |incident| (&**incident, note))
    })
}
