//! Plans: the operations that a filled-in form leads to, on the incidents as they were shown. Also the lines of the
//! confirmation before a plan is sent. The lines are the same on the screen and in a shell.

use std::sync::Arc;

use super::form::Form;
use super::recipients::recipient_level;
use super::warnings::{JustRead, warnings};
use super::{ActionSubject, OperationContext, time_box};
use crate::domain::ids::IncidentId;
use crate::domain::incident::Incident;
use crate::domain::operation::{
    Actor, Choice, DraftKey, IncidentAction, IncidentChange, Operation, OperationBatch,
    detect_changes,
};
use crate::text::{Line, Meaning, TextContext};
use crate::wording::operation::{describe, describe_warning, goes_to_level, time_box_ends};

/// The operations to be confirmed.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The filled-in form.
    pub form: Form,
    pub operations: Vec<Operation>,
    /// The changes since the confirmation was first shown. Empty unless the confirmation is shown again.
    pub changed_incidents: Vec<(IncidentId, Vec<IncidentChange>)>,
    /// The draft to delete once every operation has succeeded.
    pub draft: Option<DraftKey>,
}

impl Plan {
    /// The plan of a form; `None` if the form is not filled in completely.
    pub fn from_form(
        form: Form,
        subject: &ActionSubject,
        ctx: &OperationContext<'_>,
    ) -> Option<Self> {
        let key = form.purpose(subject).and_then(|purpose| {
            let case = subject.case_id()?;
            let mut keys = ctx.drafts.keys();
            keys.find(|key| key.case == case && key.purpose == purpose.name())
                .cloned()
        });
        let in_doubt = key.as_ref().and_then(|key| ctx.drafts.get(key));
        let in_doubt = in_doubt.is_some_and(|draft| draft.in_doubt);
        Some(Self {
            operations: form.operations(subject, ctx, in_doubt)?,
            draft: key,
            form,
            changed_incidents: Vec::new(),
        })
    }

    /// The batch to send.
    pub fn to_batch(
        &self,
        subject: &ActionSubject,
        actor: Option<Actor>,
        number: u64,
    ) -> OperationBatch {
        let declares = self.form.action == IncidentAction::Declare;
        let on = subject.targets().map(|target| Arc::clone(target.incident));
        OperationBatch {
            number,
            operations: self.operations.clone(),
            incidents: if declares { Vec::new() } else { on.collect() },
            actor,
        }
    }
}

/// The incidents of a subject that have changed since they were shown, with the changes.
pub fn changed_incidents(
    subject: &ActionSubject,
    fresh: &[Arc<Incident>],
) -> Vec<(IncidentId, Vec<IncidentChange>)> {
    let changes = subject.targets().filter_map(|target| {
        let id = &target.incident.id;
        let now = fresh.iter().find(|incident| incident.id == *id)?;
        let changes = detect_changes(target.incident, now);
        (!changes.is_empty()).then(|| (id.clone(), changes))
    });
    changes.collect()
}

/// The content of a confirmation, without the question.
#[derive(Clone, Debug)]
pub struct Confirmation<'a> {
    /// The operations to be sent.
    pub operations: &'a [Operation],
    /// The cases that the operations are for.
    pub subject: &'a ActionSubject,
    /// The data that hubwatch read from PagerDuty only for this confirmation.
    pub read: JustRead<'a>,
    /// The changes that caused the confirmation to be shown again, as sentences.
    pub changed: Vec<String>,
    /// The incidents, one line each. `None` if the lines above already name them.
    pub targets: Option<Vec<String>>,
}

impl Confirmation<'_> {
    /// All lines above the question.
    pub fn lines(&self, known: &OperationContext<'_>, ctx: &TextContext) -> Vec<Line> {
        let flagged = |meaning, text: &str| {
            Line::styled(meaning, format!("{} {text}", ctx.symbols.mismatch)).hanging(2)
        };
        let changed = self.changed.iter();
        let changed = changed.map(|text| flagged(Meaning::Mismatch, text));
        let operations = self.operations.iter().flat_map(|operation| {
            operation_lines(operation, Meaning::Title, self.targets.as_deref(), ctx)
        });
        let now = known.now.wall;
        let ends = self.operations.iter();
        let ends = ends.filter_map(|it| time_box::end_with(it, self.subject, now));
        let levels = self
            .operations
            .iter()
            .filter_map(|operation| recipient_level(operation, self.subject, known.rota()?));
        let warnings = warnings(self.operations, self.subject, self.read, known);
        let warnings = warnings.iter();
        changed
            .chain(operations)
            .chain(ends.map(|end| Line::indented(2).with(Meaning::Plain, time_box_ends(end, ctx))))
            .chain(levels.map(|level| level_line(&level)))
            .chain(warnings.map(|one| flagged(Meaning::Warning, &describe_warning(one, ctx))))
            .collect()
    }
}

/// The lines that describe an operation, with the text that it sends.
pub fn operation_lines(
    operation: &Operation,
    meaning: Meaning,
    targets: Option<&[String]>,
    ctx: &TextContext,
) -> Vec<Line> {
    let plain = |text: &str| Line::indented(2).with(Meaning::Plain, text);
    let typed = |text: &str| Line::indented(2).with(Meaning::Input, text.trim_end());
    let mut lines = vec![Line::styled(meaning, describe(operation, ctx)).hanging(2)];
    lines.extend(targets.into_iter().flatten().map(|text| plain(text)));
    match operation {
        Operation::Note(note) => lines.extend(note.text.lines().map(typed)),
        Operation::Declare(new) => {
            let priority = new.priority.as_ref().map_or("none", |name| name.as_str());
            lines.extend(new.title.lines().map(typed));
            lines.push(plain(&format!("priority {priority}")));
            let hub = new.hub.as_ref().filter(|_| targets.is_some());
            lines.extend(hub.map(|hub| plain(&format!("hub {hub}"))));
        }
        _ => {}
    }
    lines
}

fn level_line(level: &Choice) -> Line {
    let is_somebody =
        |names: &Option<Vec<String>>| names.as_ref().is_some_and(|names| !names.is_empty());
    let meaning = match level {
        Choice::Level(_, names) if !is_somebody(names) => Meaning::Warning,
        _ => Meaning::Plain,
    };
    Line::indented(2)
        .with(meaning, goes_to_level(level))
        .hanging(4)
}
