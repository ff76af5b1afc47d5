//! What a person is doing to cases: the menu, a list to pick from, a text, the confirmation, and what
//! came of it. Each names first what it is about.
//!
//! ```text
//! #5001 home-nfs has 10% of space left
//! leap/prod · P2 · triggered · Ada owns it
//!
//! acknowledge
//! as PagerDuty told 12s ago
//! enter do it · esc leave
//! ```

mod confirm;
mod list;
mod subject;
mod text_input;

use super::page::Page;
use crate::app::action_flow::{ActionFlow, Step};
use crate::app::model::Model;
use crate::domain::operation::Outcome;
use crate::text::Line;
use crate::text::{Meaning, TextContext};

/// What the overlay says.
pub fn page(acting: &ActionFlow, model: &Model, ctx: &TextContext) -> Page {
    let mut page = Page::new(Line::styled(Meaning::TitleFocused, title(&acting.step)));
    // What it was before is not told beside what came of it.
    let state = !matches!(acting.step, Step::Finished(..));
    subject::add(&mut page, &acting.subject, state, ctx);
    match &acting.step {
        Step::Menu(at) => list::add_menu(&mut page, *at, &acting.subject, model, ctx),
        Step::Choose(form, question, pick) => {
            let asked = list::Picker {
                subject: &acting.subject,
                form,
                question: *question,
                pick,
            };
            list::add_choices(&mut page, &asked, model, ctx);
        }
        Step::Write(_, purpose, line) => text_input::add(&mut page, purpose, line, model, ctx),
        Step::Confirm(plan) => {
            confirm::add_confirmation(&mut page, plan, &acting.subject, model, ctx)
        }
        Step::Sending(plan, _) => confirm::add_sending(&mut page, plan, ctx),
        Step::Finished(plan, outcomes) => {
            confirm::add_outcomes(&mut page, plan, &acting.subject, outcomes, ctx)
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
        Step::Finished(_, outcomes) if outcomes.iter().all(Outcome::is_success) => "Done",
        Step::Finished(..) => "Not done",
    }
}
