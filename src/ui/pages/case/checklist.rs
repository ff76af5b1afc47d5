//! The outage checklist of an open P1: which steps are done and by whom, and which steps are left.

use crate::app::action::{Action, Context};
use crate::app::model::Model;
use crate::domain::case::Case;
use crate::domain::checklist::StepState;
use crate::text::Line;
use crate::text::{Meaning, TextContext};
use crate::ui::pages::page::Page;
use crate::wording::checklist;

/// The width of the longest name of a step, in cells.
const NAME_CELLS: usize = 22;

/// Adds the checklist of an outage. A case without a checklist gets no section.
pub fn add(page: &mut Page, case: &Case, model: &Model, ctx: &TextContext) {
    let Some(strip) = checklist::strip(case) else {
        return;
    };
    page.heading(&format!("Checklist: {strip}"));
    for item in &case.checklist {
        let (mark, look) = match item.state {
            StepState::Done(_) => (ctx.symbols.cleared, Meaning::Ok),
            StepState::NotDone => (ctx.symbols.to_do, Meaning::Warning),
            StepState::NotKnown => (ctx.symbols.unknown, Meaning::Unknown),
        };
        let (meaning, text) = checklist::state(item, ctx);
        let name = format!(" {:NAME_CELLS$}", checklist::step_name(item.step));
        page.line(
            Line::styled(look, mark)
                .with(Meaning::Plain, name)
                .with(meaning, text)
                .hanging(NAME_CELLS + 2),
        );
    }
    let left = case
        .checklist
        .iter()
        .any(|item| item.step.can_be_noted() && !matches!(item.state, StepState::Done(_)));
    let keys = model.keymap.keys(Context::Overlay, Action::OutageStep);
    if let Some(key) = keys.first().filter(|_| left) {
        page.line(
            Line::styled(Meaning::Key, key.to_string())
                .with(Meaning::Dim, " marks a step as done, by a note"),
        );
    }
}
