//! The dialogue of an operation on cases: the menu, a list of choices, a text field, the confirmation, the outcome.
//! Each step begins with the names of the cases.
//!
//! ```text
//! #5001 home-nfs has 10% of space left
//! leap/prod · P2 · triggered · Ada owns it
//!
//! acknowledge
//! PagerDuty as of 12s ago
//! enter do it · esc leave
//! ```

mod confirm;
mod list;
mod text_input;

use super::page::Page;
use crate::app::action_flow::{ActionFlow, Step};
use crate::app::model::Model;
use crate::domain::incident::Incident;
use crate::domain::operation::{OperationResult, Outcome};
use crate::plan::{ActionSubject, Target};
use crate::text::{Line, Meaning, TextContext};
use crate::wording::case;

/// Before the confirmation, the page names at most this many incidents, so that the actions below stay visible.
const MAX_NAMED_BEFORE_CONFIRMATION: usize = 5;

/// The page for the present step of the dialogue.
pub fn page(flow: &ActionFlow, model: &Model, ctx: &TextContext) -> Page {
    let mut page = Page::new(Line::styled(Meaning::TitleFocused, title(&flow.step)));
    // The outcome is shown without the state before the operation.
    let state = !matches!(flow.step, Step::Finished(..));
    let named = match flow.step {
        Step::Confirm(_) => usize::MAX,
        _ => MAX_NAMED_BEFORE_CONFIRMATION,
    };
    add_subject(&mut page, &flow.subject, state, named, ctx);
    match &flow.step {
        Step::Menu(at) => list::add_menu(&mut page, *at, &flow.subject, model, ctx),
        Step::Choose(form, question, pick) => {
            let asked = list::Picker {
                subject: &flow.subject,
                form,
                question: *question,
                pick,
            };
            list::add_choices(&mut page, &asked, model, ctx);
        }
        Step::Write(_, purpose, line) => text_input::add(&mut page, purpose, line, model, ctx),
        Step::Confirm(plan) => {
            confirm::add_confirmation(&mut page, plan, &flow.subject, model, ctx)
        }
        Step::Sending(plan, _) => confirm::add_sending(&mut page, plan, ctx),
        Step::Finished(plan, outcomes) => {
            confirm::add_outcomes(&mut page, plan, &flow.subject, outcomes, model, ctx)
        }
    }
    page
}

fn title(step: &Step) -> &'static str {
    match step {
        Step::Menu(_) => "Act",
        Step::Choose(..) => "Choose",
        Step::Write(..) => "Write",
        Step::Confirm(_) => "Confirm",
        Step::Sending(..) => "Sending",
        Step::Finished(_, outcomes) => finished_title(outcomes),
    }
}

fn finished_title(outcomes: &[Outcome]) -> &'static str {
    let is_unknown = |outcome: &Outcome| outcome.result == OperationResult::Unknown;
    match outcomes
        .iter()
        .filter(|outcome| outcome.is_success())
        .count()
    {
        done if done == outcomes.len() => "Done",
        _ if outcomes.iter().any(is_unknown) => "Outcome unknown",
        0 => "Not done",
        _ => "Not all done",
    }
}

// Adds the names of the cases.
fn add_subject(
    page: &mut Page,
    subject: &ActionSubject,
    with_state: bool,
    named: usize,
    ctx: &TextContext,
) {
    let targets: Vec<Target<'_>> = subject.targets().collect();
    match (targets.as_slice(), subject.cases.as_slice()) {
        ([one], _) => {
            page.line(target_title(one).hanging(2));
            page.line(target_state(one, with_state, ctx).hanging(2));
        }
        ([], [case, ..]) => {
            let title = match subject.cases.len() {
                1 => case::title(case),
                many => format!("the first of {many}: {}", case::title(case)),
            };
            page.line(Line::styled(Meaning::Title, title).hanging(2));
            let mut parts = vec![case::places_long(case)];
            // The page of the outcome leaves this text out, since the operation may have opened an incident.
            parts.extend(with_state.then(|| "no incident is open".to_owned()));
            page.text(Meaning::Plain, parts.join(ctx.symbols.separator));
        }
        ([], []) => {
            let name = subject.hub.as_ref().map(ToString::to_string);
            page.text(Meaning::Title, name.unwrap_or_default());
        }
        (many, _) => add_many(page, many, with_state, named, ctx),
    }
    page.line(Line::new());
}

fn add_many(
    page: &mut Page,
    targets: &[Target<'_>],
    with_state: bool,
    named: usize,
    ctx: &TextContext,
) {
    page.text(Meaning::Title, format!("{} incidents", targets.len()));
    // Without states, the page shows the outcomes, and each outcome names its own incident.
    if !with_state {
        return;
    }
    for target in targets.iter().take(named) {
        let line = Line::indented(2).join(target_title(target));
        page.line(
            line.with(Meaning::Plain, " ")
                .join(target_state(target, with_state, ctx))
                .hanging(4),
        );
    }
    if let Some(more) = targets.len().checked_sub(named).filter(|more| *more > 0) {
        page.text(Meaning::Plain, format!("  and {more} more"));
    }
}

fn target_title(target: &Target<'_>) -> Line {
    let Incident { number, .. } = **target.incident;
    Line::styled(Meaning::Key, format!("#{number} ")).with(Meaning::Title, case::title(target.case))
}

fn target_state(target: &Target<'_>, with_state: bool, ctx: &TextContext) -> Line {
    let (case, dot) = (target.case, ctx.symbols.separator);
    let status = target.incident.status.to_string();
    let priority = target.incident.priority.as_ref();
    let priority = priority.map_or_else(|| "no priority".to_owned(), ToString::to_string);
    let owner = match case.is_unacknowledged() {
        true => format!("{} {}", ctx.symbols.assigned, case::owner_text(case)),
        false => case::owner_text(case),
    };
    let mut line = Line::new();
    let places = case::places_long(case);
    if !places.is_empty() {
        line = line.with(Meaning::Plain, places);
    }
    if !with_state {
        return line;
    }
    if !line.is_empty() {
        line = line.with(Meaning::Dim, dot);
    }
    line.with(case::priority_meaning(case), priority)
        .with(Meaning::Dim, dot)
        .with(Meaning::Plain, status)
        .with(Meaning::Dim, dot)
        .with(case::owners_meaning(case), owner)
}
