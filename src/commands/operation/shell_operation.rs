//! Runs a command: reads the named incidents, builds the operation, confirms and sends it.

use std::io;
use std::sync::Arc;

use super::super::out;
use super::build_operation::{self, OperationInput};
use super::confirm_loop::ConfirmLoop;
use super::declared_case::check_case;
use super::lookup::{self, IncidentLookup, Lookup};
use super::persistence::Persistence;
use super::plan::{PreparedOperation, ShellOperation};
use super::{OperationResults, all_not_sent};
use crate::cli::OperationCommand;
use crate::domain::incident::Incident;
use crate::domain::operation::{
    CaseDoubt, NotSent, NotSentReason, Operation, OperationBatch, OutcomeDetail, OutgoingNote,
};
use crate::plan::ActionSubject;
use crate::report::operations::OperationReport;
use crate::runtime::signals::TerminationSignals;
use crate::sources::context::SourceContext;
use crate::sources::pagerduty::Client;
use crate::wording::operation::shell::describe_case_doubt;

impl ShellOperation<'_> {
    /// Runs the command from reading to reporting.
    ///
    /// # Errors
    /// Signals cannot be received, or the terminal cannot be read. In both cases nothing was sent.
    pub async fn run(self) -> io::Result<OperationResults> {
        let mut ends = TerminationSignals::listen()?;
        let mut kept = Persistence::new(
            self.context,
            self.context.state_dir().await,
            &self.config.policy,
        );
        let prepared = tokio::select! {
            biased;
            () = ends.next() => None,
            prepared = self.prepare(&mut kept) => Some(prepared),
        };
        let Some((read, plan)) = prepared else {
            return Ok(OperationResults {
                outcomes: all_not_sent(self.command, &NotSentReason::Interrupted),
                interrupted: true,
                ..OperationResults::default()
            });
        };
        let mut ended = OperationResults {
            outcomes: self.unreadable(&read),
            ..OperationResults::default()
        };
        match plan {
            Ok(plan) => {
                let rounds = ConfirmLoop {
                    operation: &self,
                    prepared: &plan,
                    persistence: &mut kept,
                    termination: &mut ends,
                };
                let rest = rounds.run().await?;
                ended.outcomes.extend(rest.outcomes);
                ended.interrupted = rest.interrupted;
                ended.remaining = rest.remaining;
            }
            Err(reason) => ended.outcomes.extend(self.all_not_sent(&read, &reason)),
        }
        if let Some(text) = &self.note_text {
            kept.save_unreadable(&ended.outcomes, text);
        }
        let place = |report: &OperationReport| {
            let id = report.incident();
            read.iter().position(|(name, read)| match read {
                Ok(incident) => Some(&incident.id) == id,
                Err(_) => Some(name) == id,
            })
        };
        ended.outcomes.sort_by_key(place);
        Ok(ended)
    }

    // Reads the incidents, and plans the operation on those that could be read.
    async fn prepare(
        &self,
        kept: &mut Persistence<'_>,
    ) -> (
        Vec<IncidentLookup>,
        Result<PreparedOperation, NotSentReason>,
    ) {
        let sources = Arc::new(self.source_context());
        let client = match self.pagerduty_client(&sources).await {
            Ok(client) => client,
            Err(why) => {
                let because = |id| (id, Err(NotSentReason::Blocked(why.clone())));
                let read = self.command.incidents().into_iter().map(because).collect();
                return (read, Err(NotSentReason::Blocked(why)));
            }
        };
        let read = lookup::fetch_incidents(&client, self.command.incidents()).await;
        let plan = self.plan(&sources, client, kept, &read).await;
        (read, plan)
    }

    async fn plan(
        &self,
        context: &Arc<SourceContext>,
        client: Arc<Client>,
        kept: &mut Persistence<'_>,
        read: &[IncidentLookup],
    ) -> Result<PreparedOperation, NotSentReason> {
        let on: Vec<Arc<Incident>> = read
            .iter()
            .filter_map(|(_, read)| read.as_ref().ok().cloned())
            .collect();
        let declares = matches!(self.command, OperationCommand::Declare(_));
        let mut lookup = Lookup::fetch_directory(&client, &self.account, &on, declares).await?;
        let actor = lookup.directory.body.actor();
        let actor = actor.ok_or(NotSentReason::Blocked(OutcomeDetail::NoActor))?;
        let now = self.context.time.now();
        let subject = ActionSubject::from_cases(lookup.cases(&on, &self.config.policy, now));
        let note = self.note_text.as_ref().map(|text| OutgoingNote {
            text: text.clone(),
            in_doubt: on.iter().any(|one| kept.is_in_doubt(one, text)),
        });
        let known = OperationInput {
            directory: &lookup.directory.body,
            rota_is_whole: lookup.rota_is_whole(),
            subject: &subject,
            note,
            now,
        };
        let operation = build_operation::build_operation(self.command, &known)?;
        if lookup.concerns_public(&on, &operation) {
            lookup
                .fetch_status_pages(&self.config.sources, context)
                .await;
        }
        if self.terminal.is_some() && operation == Operation::Resolve {
            let places = subject.cases.iter().flat_map(|case| &case.places);
            let clusters = places.filter_map(|place| place.cluster.clone());
            let (sources, context) = self.alert_sources(&clusters.collect()).await;
            lookup.poll_others(sources, &context).await;
        }
        if self.terminal.is_some() && operation.is_time_box_note() {
            lookup.fetch_logs(&client, &on).await;
        }
        if let (OperationCommand::Declare(declare), Operation::Declare(new)) =
            (self.command, &operation)
            && let Some(case) = &declare.case
        {
            let picture = self.look_at_case(context).await;
            lookup.case_doubt = check_case(&picture, case, new)?;
            self.print_unasked(lookup.case_doubt.as_ref());
        }
        // Other open incidents at the hub only add a warning to the confirmation. Without a confirmation they are not
        // read.
        if let (OperationCommand::Declare(declare), Some(_)) = (self.command, &self.terminal)
            && let Some(hub) = &declare.hub
        {
            let policy = &self.config.policy;
            lookup.fetch_open_at_hub(&client, hub, policy, now).await?;
        }
        Ok(PreparedOperation {
            client,
            lookup,
            batch: OperationBatch {
                number: 1,
                operations: vec![operation],
                incidents: on,
                actor: Some(actor),
            },
        })
    }

    // Prints the doubt to standard error if there is no terminal, since without a terminal no confirmation shows the
    // doubt.
    fn print_unasked(&self, doubt: Option<&CaseDoubt>) {
        if let (None, Some(doubt)) = (&self.terminal, doubt) {
            out::print_message(&describe_case_doubt(doubt));
        }
    }

    // Reports for incidents that could not be read.
    fn unreadable(&self, read: &[IncidentLookup]) -> Vec<OperationReport> {
        let unread = read.iter().filter_map(|(name, read)| {
            let reason = read.as_ref().err()?.clone();
            Some(OperationReport::NotSent(NotSent {
                incident: Some(name.clone()),
                number: None,
                kind: self.command.kind(),
                reason,
            }))
        });
        unread.collect()
    }

    // Reports that no operation could be built. There is one report for each incident that could be read, or one for
    // the declaration.
    fn all_not_sent(
        &self,
        read: &[IncidentLookup],
        reason: &NotSentReason,
    ) -> Vec<OperationReport> {
        if read.is_empty() {
            return all_not_sent(self.command, reason);
        }
        let on = read.iter().filter_map(|(_, read)| read.as_ref().ok());
        on.map(|incident| self.not_sent(incident, reason)).collect()
    }
}
