//! One command on its way: what it names is read, what it means is found out, and it is sent in rounds.

use std::io;
use std::sync::Arc;

use super::deeds::{self, Known};
use super::kept::Kept;
use super::rounds::Rounds;
use super::sight::{self, Read, Sight};
use super::terminal::Terminal;
use super::{Ended, Surroundings, all_unsent};
use crate::app::action_flow::ActionSubject;
use crate::cli::Act;
use crate::config::Config;
use crate::domain::incident::Incident;
use crate::domain::operation::{
    Actor, NotSent, NotSentReason, Operation, OutcomeDetail, OutgoingNote,
};
use crate::domain::settings::PagerDutySettings;
use crate::report::operations::OperationReport;
use crate::runtime::shop::Shop;
use crate::runtime::signals::Ends;
use crate::sources::pagerduty::Client;
use crate::store::file::state_dir;

/// A command, and all that is known before PagerDuty is asked.
pub struct Errand<'a> {
    pub around: &'a Surroundings,
    pub act: &'a Act,
    pub account: PagerDutySettings,
    pub config: &'a Config,
    /// None: it is not asked first.
    pub terminal: Option<Terminal>,
    /// What a note says.
    pub text: Option<String>,
}

/// What a command means, with all that its rounds need.
pub struct Plan {
    pub client: Arc<Client>,
    pub sight: Sight,
    pub by: Actor,
    pub deed: Operation,
    pub on: Vec<Arc<Incident>>,
}

impl Errand<'_> {
    /// Does it.
    ///
    /// # Errors
    /// Signals cannot be heard, or the terminal cannot be read: nothing was sent then.
    pub async fn run(self) -> io::Result<Ended> {
        let mut ends = Ends::listen()?;
        let mut kept = Kept::new(self.around, state_dir(), self.config.policy.display_zone);
        let prepared = tokio::select! {
            biased;
            () = ends.next() => None,
            prepared = self.prepare(&mut kept) => Some(prepared),
        };
        let Some((read, plan)) = prepared else {
            return Ok(Ended {
                came: all_unsent(self.act, &NotSentReason::Interrupted),
                interrupted: true,
            });
        };
        let mut ended = Ended {
            came: self.unread(&read),
            interrupted: false,
        };
        match plan {
            Ok(plan) => {
                let rounds = Rounds {
                    errand: &self,
                    plan: &plan,
                    kept: &mut kept,
                    ends: &mut ends,
                };
                let rest = rounds.run().await?;
                ended.came.extend(rest.came);
                ended.interrupted = rest.interrupted;
            }
            Err(reason) => ended.came.extend(self.unsent(&read, &reason)),
        }
        if let Some(text) = &self.text {
            kept.keep_unread(&ended.came, text);
        }
        let place = |came: &OperationReport| {
            let id = came.incident();
            read.iter().position(|(name, read)| match read {
                Ok(incident) => Some(&incident.id) == id,
                Err(_) => Some(name) == id,
            })
        };
        ended.came.sort_by_key(place);
        Ok(ended)
    }

    // What was read, and what is to be done to what could be.
    async fn prepare(&self, kept: &mut Kept<'_>) -> (Vec<Read>, Result<Plan, NotSentReason>) {
        let shop = Arc::new(self.shop());
        let client = match self.client(&shop).await {
            Ok(client) => client,
            Err(why) => {
                let because = |id| (id, Err(NotSentReason::Blocked(why.clone())));
                let read = self.act.incidents().into_iter().map(because).collect();
                return (read, Err(NotSentReason::Blocked(why)));
            }
        };
        let read = sight::incidents(&client, self.act.incidents()).await;
        let plan = self.plan(&shop, client, kept, &read).await;
        (read, plan)
    }

    async fn plan(
        &self,
        shop: &Arc<Shop>,
        client: Arc<Client>,
        kept: &mut Kept<'_>,
        read: &[Read],
    ) -> Result<Plan, NotSentReason> {
        let on: Vec<Arc<Incident>> = read
            .iter()
            .filter_map(|(_, read)| read.as_ref().ok().cloned())
            .collect();
        let declares = matches!(self.act, Act::Declare(_));
        let mut sight = Sight::look(&client, &self.account, &on, declares).await?;
        let by = sight.directory.body.actor();
        let by = by.ok_or(NotSentReason::Blocked(OutcomeDetail::NoActor))?;
        let now = self.around.time.now();
        let subject = ActionSubject::from_cases(sight.cases(&on, &self.config.policy, now));
        let note = self.text.as_ref().map(|text| OutgoingNote {
            text: text.clone(),
            in_doubt: on.iter().any(|one| kept.is_in_doubt(one, text)),
        });
        let known = Known {
            directory: &sight.directory.body,
            subject: &subject,
            note,
            now,
        };
        let deed = deeds::deed(self.act, &known)?;
        if let Operation::Priority(name) = &deed
            && sight.may_leave_posts(&on, name)
        {
            sight.look_at_pages(&self.config.sources, shop).await;
        }
        // Whoever is not asked is not warned.
        if let (Act::Declare(declare), Some(_)) = (self.act, &self.terminal)
            && let Some(hub) = &declare.hub
        {
            let policy = &self.config.policy;
            sight.look_at_hub(&client, hub, policy, now).await?;
        }
        Ok(Plan {
            client,
            sight,
            by,
            deed,
            on,
        })
    }

    // Those that could not be read.
    fn unread(&self, read: &[Read]) -> Vec<OperationReport> {
        let unread = read.iter().filter_map(|(name, read)| {
            let reason = read.as_ref().err()?.clone();
            Some(OperationReport::NotSent(NotSent {
                incident: Some(name.clone()),
                number: None,
                kind: self.act.kind(),
                reason,
            }))
        });
        unread.collect()
    }

    // The others, or the declaration, where it is not known what to do to them.
    fn unsent(&self, read: &[Read], reason: &NotSentReason) -> Vec<OperationReport> {
        if read.is_empty() {
            return all_unsent(self.act, reason);
        }
        let on = read.iter().filter_map(|(_, read)| read.as_ref().ok());
        on.map(|incident| self.not_sent(incident, reason)).collect()
    }

    /// An incident that was read, to which nothing is done.
    pub fn not_sent(&self, incident: &Incident, reason: &NotSentReason) -> OperationReport {
        OperationReport::NotSent(NotSent {
            incident: Some(incident.id.clone()),
            number: Some(incident.number),
            kind: self.act.kind(),
            reason: reason.clone(),
        })
    }
}
