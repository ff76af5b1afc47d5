//! Plans operations, for the screen and the shell alike: the possible actions on a case, the remaining prompts, the
//! operations, their recipients, and the warnings.

mod choices;
mod confirmation;
mod form;
mod outage;
mod recipients;
mod subject;
mod time_box;
mod warnings;

use std::collections::BTreeMap;

use crate::domain::directory::Directory;
use crate::domain::now::Now;
use crate::domain::operation::{Actor, Draft, DraftKey};
use crate::domain::policy::Policy;
use crate::domain::source::SourceKind;
use crate::picture::{Picture, SourceView};

pub use confirmation::{Confirmation, Plan, changed_incidents, operation_lines};
pub use form::{Form, NextStep, PriorityAnswer, next_level};
pub use recipients::{Rota, level_choices};
pub use subject::{ActionSubject, Target, has_probable_join};
pub use warnings::{JustRead, remaining, warnings};

/// The context in which operations are planned.
#[derive(Clone, Copy, Debug)]
pub struct OperationContext<'a> {
    /// The latest picture; `None` before the first picture.
    pub picture: Option<&'a Picture>,
    pub policy: &'a Policy,
    /// Typed texts that have not been sent.
    pub drafts: &'a BTreeMap<DraftKey, Draft>,
    /// The present moment.
    pub now: Now,
}

impl<'a> OperationContext<'a> {
    /// PagerDuty's directory; `None` before it is known.
    pub fn directory(&self) -> Option<&'a Directory> {
        let answer = self.picture?.directory.as_ref()?;
        Some(&answer.body)
    }

    /// The rota at the present moment; `None` before the directory is known.
    pub fn rota(&self) -> Option<Rota<'a>> {
        Some(Rota {
            directory: self.directory()?,
            is_whole: self.picture?.rota_gap.is_none(),
            at: self.now.wall,
        })
    }

    /// The user in whose name hubwatch writes. `None` if the user or the user's address is not known.
    pub fn actor(&self) -> Option<Actor> {
        self.directory()?.actor()
    }

    /// The state of PagerDuty; `None` if it is not configured, or before the first picture.
    pub fn pagerduty(&self) -> Option<&'a SourceView> {
        let mut sources = self.picture?.sources.iter();
        sources.find(|source| source.id.kind == SourceKind::Pagerduty)
    }
}
